"""Stable Diffusion XL (Podell et al. 2023) with random weights: two text encoders, sizes as a condition."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    EulerDiscreteScheduler,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)

from tests.conformance.tiny import clip
from tests.conformance.tiny.stable_diffusion import LATENT_SCALE, NATIVE, vae

_TIME_WIDTH = 8
_SIZE_CONDITIONS = 6


def save(folder: Path) -> Path:
    """A folder as SDXL's are."""
    _pipeline().save_pretrained(folder)
    return folder


def save_refiner(folder: Path) -> Path:
    """A folder as the refiner's is: it draws over pictures, and is told how beautiful they are to be."""
    StableDiffusionXLImg2ImgPipeline(**_pipeline().components, requires_aesthetics_score=True).save_pretrained(folder)
    return folder


def _pipeline() -> StableDiffusionXLPipeline:
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    unet = UNet2DConditionModel(
        sample_size=NATIVE // LATENT_SCALE,
        in_channels=4,
        out_channels=4,
        block_out_channels=(16, 32),
        layers_per_block=1,
        norm_num_groups=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        transformer_layers_per_block=(1, 1),
        addition_embed_type="text_time",
        addition_time_embed_dim=_TIME_WIDTH,
        projection_class_embeddings_input_dim=_TIME_WIDTH * _SIZE_CONDITIONS + clip.WIDTH,
        cross_attention_dim=2 * clip.WIDTH,
    )
    return StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip.text_encoder(tokens),
        text_encoder_2=clip.projecting_text_encoder(tokens),
        tokenizer=tokens,
        tokenizer_2=tokens,
        unet=unet,
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
        ),
        add_watermarker=False,
    )
