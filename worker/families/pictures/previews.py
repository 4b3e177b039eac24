"""Pictures as far as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from worker.media.image import ImageMedia


def previews_of(pipeline: Any, latents: torch.Tensor, indexes: Sequence[int]) -> Callable[[], list[bytes]] | None:
    """How to draw the pictures as far as they are; nothing for latents that the VAE cannot read as they are."""
    if getattr(pipeline, "vae", None) is None or latents.ndim != 4:
        return None

    def draw() -> list[bytes]:
        vae = pipeline.vae
        chosen = latents[list(indexes)].to(vae.dtype)
        with torch.no_grad():
            scaled = chosen / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
            images = vae.decode(scaled, return_dict=False)[0]
        return webp_previews(images)

    return draw


def webp_previews(images: torch.Tensor) -> list[bytes]:
    """``(batch, 3, H, W)`` from -1 to 1 as small WebPs."""
    levels = (images.float().clamp(-1, 1) + 1) * 127.5
    pixels = levels.round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return [ImageMedia(picture).preview() for picture in pixels]
