"""FLUX.1 (a transformer on packed latents with built-in guidance, rectified flow) with random weights."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

import string
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    FluxKontextPipeline,
    FluxPipeline,
    FluxTransformer2DModel,
)
from transformers import T5Config, T5EncoderModel, T5Tokenizer

from tests.conformance.tiny import clip

LENGTH = 32
SIZE_STEP = 4
_PADDING, _SPACE = "<pad>", "▁"


def t5_tokenizer() -> T5Tokenizer:
    """One token a letter."""
    pieces = [_PADDING, "</s>", "<unk>", _SPACE, *string.ascii_letters, *string.digits]
    made = T5Tokenizer(vocab=[(piece, -2.0) for piece in pieces], extra_ids=0)
    made.model_max_length = LENGTH
    return made


def t5_encoder(tokens: T5Tokenizer, width: int = clip.WIDTH) -> T5EncoderModel:
    """``(batch, length)`` tokens to hidden states of ``width``."""
    return T5EncoderModel(
        T5Config(
            vocab_size=len(tokens),
            d_model=width,
            d_kv=8,
            d_ff=2 * clip.WIDTH,
            num_layers=1,
            num_heads=4,
            pad_token_id=0,
        )
    )


def save(folder: Path, guidance_embeds: bool = True, shift_by_size: bool = True) -> Path:
    """A folder as FLUX.1-dev's are; without guidance, as FLUX.1-schnell's."""
    _pipeline(guidance_embeds, shift_by_size).save_pretrained(folder)
    return folder


def save_kontext(folder: Path) -> Path:
    """A folder as FLUX.1 Kontext's are: it edits a picture by what the prompt says."""
    FluxKontextPipeline(**_pipeline(True, True).components).save_pretrained(folder)
    return folder


def _pipeline(guidance_embeds: bool, shift_by_size: bool) -> FluxPipeline:
    torch.manual_seed(0)
    tokens, t5_tokens = clip.tokenizer(), t5_tokenizer()
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=clip.WIDTH,
        pooled_projection_dim=clip.WIDTH,
        axes_dims_rope=[4, 4, 8],
        guidance_embeds=guidance_embeds,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        norm_num_groups=8,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.06,
        scaling_factor=1.5,
    )
    return FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=shift_by_size),
        vae=vae,
        text_encoder=clip.text_encoder(tokens),
        tokenizer=tokens,
        text_encoder_2=t5_encoder(t5_tokens),
        tokenizer_2=t5_tokens,
        transformer=transformer,
    )
