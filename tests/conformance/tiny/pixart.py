"""PixArt-Sigma (Chen et al. 2024) with random weights: a transformer on patches, in an older pipeline."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel

from tests.conformance.tiny import clip, flux
from tests.conformance.tiny.stable_diffusion import vae

# For latents of this side the pipeline knows which sizes the published models were trained on, and draws the nearest.
_SIDE = 32


def save(folder: Path) -> Path:
    """A folder as PixArt-Sigma's are."""
    torch.manual_seed(0)
    tokens = flux.t5_tokenizer()
    transformer = PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=8,
        in_channels=4,
        out_channels=8,
        num_layers=1,
        cross_attention_dim=16,
        sample_size=_SIDE,
        patch_size=2,
        caption_channels=clip.WIDTH,
        use_additional_conditions=False,
        num_embeds_ada_norm=1000,
    )
    PixArtSigmaPipeline(
        tokenizer=tokens,
        text_encoder=flux.t5_encoder(tokens),
        vae=vae(),
        transformer=transformer,
        scheduler=DPMSolverMultistepScheduler(),
    ).save_pretrained(folder)
    return folder
