"""VITS with random weights, and a tokenizer of small letters."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import VitsConfig, VitsModel, VitsTokenizer

LETTERS = "_ abcdefghijklmnopqrstuvwxyz'!?.,-"
SAMPLE_RATE = 8000


def save_vits(folder: Path, speakers: int = 1, seed: int = 0) -> None:
    """A model and its tokenizer, as MMS-TTS has them."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({letter: index for index, letter in enumerate(LETTERS)}), "utf-8")
    tokenizer = VitsTokenizer(
        vocab_file=str(folder / "vocab.json"), pad_token="_", unk_token=" ", phonemize=False, is_uroman=False
    )
    config = VitsConfig(
        vocab_size=len(LETTERS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        ffn_dim=64,
        flow_size=32,
        spectrogram_bins=65,
        upsample_initial_channel=32,
        upsample_rates=[8, 8],
        upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        prior_encoder_num_flows=1,
        prior_encoder_num_wavenet_layers=1,
        duration_predictor_num_flows=1,
        posterior_encoder_num_wavenet_layers=1,
        wavenet_dilation_rate=1,
        depth_separable_num_layers=1,
        duration_predictor_flow_bins=4,
        sampling_rate=SAMPLE_RATE,
        num_speakers=speakers,
        speaker_embedding_size=16 if speakers > 1 else 0,
    )
    VitsModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
