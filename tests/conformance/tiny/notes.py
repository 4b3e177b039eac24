"""A model of the notes family with random weights, whose flat distributions show the slightest disturbance of a row."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from worker.music.vocabulary import Vocabulary


def save_notes(folder: Path, without: frozenset[str] = frozenset()) -> None:
    """A Llama of two layers, and beside it the standard vocabulary but for the tokens ``without``."""
    vocabulary = Vocabulary(tuple(token for token in Vocabulary.standard().tokens if token not in without))
    torch.manual_seed(3)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary.tokens),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=4608,
            initializer_range=0.3,
        )
    )
    model.generation_config = GenerationConfig(do_sample=True, temperature=0.8, top_p=0.9)
    model.save_pretrained(folder)
    vocabulary.save(folder)
