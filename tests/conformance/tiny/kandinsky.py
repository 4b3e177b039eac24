"""Kandinsky 2.2 with random weights: a prior, and a decoder of latents."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    DDPMScheduler,
    KandinskyV22CombinedPipeline,
    KandinskyV22Pipeline,
    KandinskyV22PriorPipeline,
    UnCLIPScheduler,
    UNet2DConditionModel,
    VQModel,
)

from tests.conformance.tiny import clip, unclip

SIZE_STEP = 4


def _unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        in_channels=4,
        out_channels=8,
        addition_embed_type="image",
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        block_out_channels=(16, 32),
        layers_per_block=1,
        encoder_hid_dim=clip.WIDTH,
        encoder_hid_dim_type="image_proj",
        cross_attention_dim=16,
        attention_head_dim=4,
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=8,
    )


def _movq() -> VQModel:
    return VQModel(
        block_out_channels=(32, 64),
        down_block_types=("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", "UpDecoderBlock2D"),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=8,
        norm_type="spatial",
        num_vq_embeddings=12,
        vq_embed_dim=4,
    )


def _prior() -> KandinskyV22PriorPipeline:
    tokens = clip.tokenizer()
    transformer = unclip.prior()
    transformer.clip_std = torch.nn.Parameter(torch.ones_like(transformer.clip_std))
    return KandinskyV22PriorPipeline(
        prior=transformer,
        image_encoder=clip.image_encoder(),
        text_encoder=clip.projecting_text_encoder(tokens),
        tokenizer=tokens,
        scheduler=UnCLIPScheduler(variance_type="fixed_small_log", prediction_type="sample", clip_sample_range=10.0),
        image_processor=clip.image_processor(),
    )


def _decoder() -> KandinskyV22Pipeline:
    return KandinskyV22Pipeline(unet=_unet(), scheduler=DDPMScheduler(beta_schedule="linear"), movq=_movq())


def save_in_two_folders(folder: Path) -> Path:
    """``prior/`` and ``decoder/``, as they are published."""
    torch.manual_seed(0)
    _prior().save_pretrained(folder / "prior")
    _decoder().save_pretrained(folder / "decoder")
    return folder


def save_combined(folder: Path) -> Path:
    """One pipeline that has both."""
    torch.manual_seed(0)
    prior = _prior()
    decoder = _decoder()
    KandinskyV22CombinedPipeline(
        **decoder.components, **{f"prior_{name}": part for name, part in prior.components.items()}
    ).save_pretrained(folder)
    return folder
