"""unCLIP (Ramesh et al. 2022) with random weights, as Karlo's folders are: from prompts, and from pictures."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import PriorTransformer, UnCLIPScheduler, UNet2DConditionModel, UNet2DModel
from diffusers.pipelines.deprecated.unclip import UnCLIPImageVariationPipeline, UnCLIPPipeline, UnCLIPTextProjModel

from tests.conformance.tiny import clip

SMALL, SIDE = 16, 32
_TEXT_WIDTH = 16
_EXTRA_TOKENS = 4


def prior() -> PriorTransformer:
    """Text embedding and tokens to an image embedding of the same width."""
    return PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=12,
        embedding_dim=clip.WIDTH,
        num_layers=1,
        num_embeddings=clip.LENGTH,
        additional_embeddings=4,
    )


def _decoder_parts() -> dict[str, Any]:
    decoder = UNet2DConditionModel(
        sample_size=SMALL,
        in_channels=3,
        out_channels=6,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        block_out_channels=(16, 32),
        layers_per_block=1,
        cross_attention_dim=_TEXT_WIDTH,
        attention_head_dim=4,
        resnet_time_scale_shift="scale_shift",
        class_embed_type="identity",
        norm_num_groups=8,
    )
    projection = UnCLIPTextProjModel(
        clip_embeddings_dim=clip.WIDTH,
        time_embed_dim=4 * 16,
        cross_attention_dim=_TEXT_WIDTH,
        clip_extra_context_tokens=_EXTRA_TOKENS,
    )
    return {
        "decoder": decoder,
        "text_proj": projection,
        "super_res_first": _super_res(),
        "super_res_last": _super_res(),
        "decoder_scheduler": UnCLIPScheduler(variance_type="learned_range", prediction_type="epsilon"),
        "super_res_scheduler": UnCLIPScheduler(variance_type="fixed_small_log", prediction_type="epsilon"),
    }


def _super_res() -> UNet2DModel:
    return UNet2DModel(
        sample_size=SIDE,
        layers_per_block=1,
        down_block_types=("ResnetDownsampleBlock2D",) * 2,
        up_block_types=("ResnetUpsampleBlock2D",) * 2,
        block_out_channels=(16, 32),
        in_channels=6,
        out_channels=3,
        norm_num_groups=8,
    )


def save(folder: Path) -> Path:
    """Prior, decoder, and what enlarges."""
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    UnCLIPPipeline(
        prior=prior(),
        text_encoder=clip.projecting_text_encoder(tokens),
        tokenizer=tokens,
        prior_scheduler=UnCLIPScheduler(
            variance_type="fixed_small_log", prediction_type="sample", clip_sample_range=5.0
        ),
        **_decoder_parts(),
    ).save_pretrained(folder)
    return folder


def save_variations(folder: Path) -> Path:
    """An image encoder in the prior's place."""
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    UnCLIPImageVariationPipeline(
        text_encoder=clip.projecting_text_encoder(tokens),
        tokenizer=tokens,
        feature_extractor=clip.image_processor(),
        image_encoder=clip.image_encoder(),
        **_decoder_parts(),
    ).save_pretrained(folder)
    return folder
