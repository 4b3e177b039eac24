"""Whisper with random weights: two seconds a window, and a tokenizer that has all of its special tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import WhisperConfig, WhisperForConditionalGeneration

# Its tokenizers are made by name while it is imported, which the type checker cannot see.
library: Any = transformers

WINDOW_SECONDS = 2
TIMESTAMPS = 50 * WINDOW_SECONDS + 1
LANGUAGES = ("en", "de", "ja")
_MERGES = [("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("Ġ", "a"), ("i", "n"), ("Ġ", "s"), ("o", "n"), ("e", "r")]


def vocabulary(multilingual: bool = True) -> dict[str, int]:
    """Bytes, a few merges, then the special tokens in Whisper's order."""
    languages = [f"<|{code}|>" for code in LANGUAGES] if multilingual else []
    tokens = [
        *sorted(pre_tokenizers.ByteLevel.alphabet()),
        *("".join(merge) for merge in _MERGES),
        "<|endoftext|>",
        "<|startoftranscript|>",
        *languages,
        *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
        *(f"<|{index * 0.02:.2f}|>" for index in range(TIMESTAMPS)),
    ]
    return {token: index for index, token in enumerate(tokens)}


def tokenizer(multilingual: bool = True) -> Any:
    """Whisper's own tokenizer over that vocabulary."""
    return library.WhisperTokenizer(vocab=vocabulary(multilingual), merges=_MERGES)


def save_whisper(folder: Path, multilingual: bool = True, seed: int = 0) -> None:
    """A model, its feature extractor, tokenizer and generation config, as published models have them."""
    torch.manual_seed(seed)
    ids = vocabulary(multilingual)
    end = ids["<|endoftext|>"]
    config = WhisperConfig(
        vocab_size=len(ids),
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_source_positions=50 * WINDOW_SECONDS,
        max_target_positions=28,
        num_mel_bins=16,
        init_std=0.6,
        pad_token_id=end,
        bos_token_id=end,
        eos_token_id=end,
        decoder_start_token_id=ids["<|startoftranscript|>"],
        suppress_tokens=[],
        begin_suppress_tokens=[],
    )
    model = WhisperForConditionalGeneration(config)
    decoding: Any = model.generation_config
    # Else reloading drops what the class does not know.
    decoding._from_model_config = False
    decoding.decoder_start_token_id = ids["<|startoftranscript|>"]
    decoding.suppress_tokens = [ids[name] for name in ("<|startoftranscript|>", "<|startoflm|>", "<|startofprev|>")]
    decoding.suppress_tokens += [ids[name] for name in ("<|nospeech|>", "<|translate|>", "<|transcribe|>")]
    decoding.begin_suppress_tokens = [ids["Ġ"], end]
    decoding.no_timestamps_token_id = ids["<|notimestamps|>"]
    decoding.prev_sot_token_id = ids["<|startofprev|>"]
    decoding.max_initial_timestamp_index = 25
    decoding.is_multilingual = multilingual
    if multilingual:
        decoding.suppress_tokens += [ids[f"<|{code}|>"] for code in LANGUAGES]
        decoding.lang_to_id = {f"<|{code}|>": ids[f"<|{code}|>"] for code in LANGUAGES}
        decoding.task_to_id = {task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")}
        decoding.alignment_heads = [[0, 1], [1, 0]]
    model.save_pretrained(folder)
    features = library.WhisperFeatureExtractor(feature_size=16, chunk_length=WINDOW_SECONDS)
    library.WhisperProcessor(features, tokenizer(multilingual)).save_pretrained(folder)
