"""MusicGen and Stable Audio with random weights, small enough for a test; both as ``from_pretrained`` reads them."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderOobleck,
    EDMDPMSolverMultistepScheduler,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
)
from transformers import (
    EncodecConfig,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForConditionalGeneration,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

RATE = 8_000
HOP = 64
LENGTH = 48
"""Tokens that a prompt may have."""
LATENTS = 100
_CODES = 64
_WIDTH = 32


def _tokenizer() -> T5Tokenizer:
    """One token a letter."""
    pieces = ["<pad>", "</s>", "<unk>", "▁", *string.ascii_letters, *string.digits]
    made = T5Tokenizer(vocab=[(piece, -2.0) for piece in pieces], extra_ids=0)
    made.model_max_length = LENGTH
    return made


def _t5(tokens: T5Tokenizer) -> T5Config:
    return T5Config(vocab_size=len(tokens), d_model=_WIDTH, d_kv=8, d_ff=64, num_layers=1, num_heads=4, pad_token_id=0)


def save_musicgen(folder: Path, channels: int = 1) -> Path:
    """A MusicGen of four codebooks a channel, 80 frames a second."""
    torch.manual_seed(5)
    tokens = _tokenizer()
    codec = EncodecConfig(
        target_bandwidths=[1.92],
        sampling_rate=RATE,
        num_filters=4,
        upsampling_ratios=[5, 5, 4],
        codebook_size=_CODES,
        codebook_dim=16,
        hidden_size=16,
        num_lstm_layers=1,
        normalize=False,
        use_causal_conv=False,
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=_CODES,
        hidden_size=_WIDTH,
        ffn_dim=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_codebooks=4 * channels,
        audio_channels=channels,
        max_position_embeddings=256,
        initializer_factor=0.3,
        pad_token_id=_CODES,
        bos_token_id=_CODES,
    )
    model = MusicgenForConditionalGeneration(
        MusicgenConfig(text_encoder=_t5(tokens).to_dict(), audio_encoder=codec.to_dict(), decoder=decoder.to_dict())
    )
    codec_layers: Any = model.audio_encoder.quantizer
    for layer in codec_layers.layers:
        layer.codebook.embed.normal_()  # They begin as zeros, all of which sound alike.
    defaults = model.generation_config
    defaults._from_model_config = False
    defaults.decoder_start_token_id = defaults.pad_token_id = defaults.bos_token_id = _CODES
    defaults.do_sample, defaults.guidance_scale, defaults.max_length = True, 3.0, 164
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def save_stable_audio(folder: Path) -> Path:
    """A Stable Audio of 100 latents of 64 samples each, in stereo."""
    torch.manual_seed(6)
    tokens = _tokenizer()
    transformer = StableAudioDiTModel(
        sample_size=LATENTS,
        in_channels=4,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        num_key_value_attention_heads=2,
        out_channels=4,
        cross_attention_dim=_WIDTH,
        time_proj_dim=8,
        global_states_input_dim=2 * _WIDTH,
        cross_attention_input_dim=_WIDTH,
    )
    vae = AutoencoderOobleck(
        encoder_hidden_size=6,
        downsampling_ratios=[4, 4, 4],
        decoder_channels=6,
        decoder_input_channels=4,
        audio_channels=2,
        channel_multiples=[1, 2, 4],
        sampling_rate=RATE,
    )
    projection = StableAudioProjectionModel(text_encoder_dim=_WIDTH, conditioning_dim=_WIDTH, min_value=0, max_value=32)
    StableAudioPipeline(
        vae=vae,
        text_encoder=T5EncoderModel(_t5(tokens)),
        projection_model=projection,
        tokenizer=tokens,
        transformer=transformer,
        scheduler=EDMDPMSolverMultistepScheduler(
            solver_order=2, prediction_type="v_prediction", sigma_schedule="exponential"
        ),
    ).save_pretrained(folder)
    return folder
