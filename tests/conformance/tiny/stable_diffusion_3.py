"""Stable Diffusion 3 (Esser et al. 2024) with random weights: a transformer on 16 latents, rectified flow."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    SD3ControlNetModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
)

from tests.conformance.tiny import clip, flux

_LATENTS = 16
_SIDE = 16


def _transformer() -> SD3Transformer2DModel:
    return SD3Transformer2DModel(
        sample_size=_SIDE,
        patch_size=2,
        in_channels=_LATENTS,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=32,
        joint_attention_dim=2 * clip.WIDTH,
        pooled_projection_dim=2 * clip.WIDTH,
        out_channels=_LATENTS,
        pos_embed_max_size=32,
    )


def save(folder: Path) -> Path:
    """A folder as Stable Diffusion 3's are."""
    torch.manual_seed(0)
    tokens, t5_tokens = clip.tokenizer(), flux.t5_tokenizer()
    vae = AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=_LATENTS,
        norm_num_groups=8,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.06,
        scaling_factor=1.5,
    )
    StableDiffusion3Pipeline(
        transformer=_transformer(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae,
        text_encoder=clip.projecting_text_encoder(tokens),
        tokenizer=tokens,
        text_encoder_2=clip.projecting_text_encoder(tokens),
        tokenizer_2=tokens,
        text_encoder_3=flux.t5_encoder(t5_tokens, 2 * clip.WIDTH),
        tokenizer_3=t5_tokens,
    ).save_pretrained(folder)
    return folder


def save_controlnet(folder: Path) -> Path:
    """A ControlNet whose outputs are not the zeros that training begins with."""
    torch.manual_seed(1)
    controlnet = SD3ControlNetModel.from_transformer(_transformer(), num_layers=1, num_extra_conditioning_channels=0)
    with torch.no_grad():
        for name, parameter in controlnet.named_parameters():
            if "controlnet_blocks" in name or "pos_embed_input" in name:
                parameter.normal_(std=0.2)
    controlnet.save_pretrained(folder)
    return folder
