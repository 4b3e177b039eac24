"""A clip as far as it is, while it forms: its middle frame, where one frame can be decoded by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from diffusers import AutoencoderKL, AutoencoderKLTemporalDecoder

from worker.media.image import ImageMedia


def previews_of(pipeline: Any, latents: torch.Tensor, indexes: Sequence[int]) -> Callable[[], list[bytes]] | None:
    """How to draw the middle frames of these clips as WebP; nothing where only whole clips can be decoded."""
    vae: Any = pipeline.vae
    by_frames = type(vae) is AutoencoderKLTemporalDecoder
    if latents.ndim != 5 or not (by_frames or type(vae) is AutoencoderKL):
        return None

    def draw() -> list[bytes]:
        chosen = latents[list(indexes)].to(vae.dtype)
        if by_frames:
            middle, one = chosen[:, chosen.shape[1] // 2], {"num_frames": 1}
        else:
            middle, one = chosen[:, :, chosen.shape[2] // 2], {}
        with torch.no_grad():
            images = vae.decode(middle / vae.config.scaling_factor, return_dict=False, **one)[0]
        pixels = ((images.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
        return [ImageMedia(picture).preview() for picture in pixels.permute(0, 2, 3, 1).cpu().numpy()]

    return draw
