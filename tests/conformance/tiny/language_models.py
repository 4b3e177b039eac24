"""Tiny causal language models of real architectures, with random weights and the starter model's vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoTokenizer,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from worker.starter.adcopy import WEIGHTS

# Turns with a role before each, as instructed models are trained on; like Gemma's, it refuses what it was not made for.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
    "{{ message['role'] + ': ' + message['content'] + eos_token + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}"
)
_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    # Large enough that what a model writes depends on what it has read.
    "initializer_range": 0.4,
}


def _gpt2(tokens: dict[str, Any]) -> Any:
    return GPT2LMHeadModel(GPT2Config(n_positions=256, n_embd=32, n_layer=2, n_head=2, initializer_range=0.4, **tokens))


def _llama(tokens: dict[str, Any]) -> Any:
    return LlamaForCausalLM(LlamaConfig(max_position_embeddings=256, **_SIZES, **tokens))


def _qwen(tokens: dict[str, Any]) -> Any:
    return Qwen3ForCausalLM(Qwen3Config(max_position_embeddings=256, **_SIZES, **tokens))


def _gemma(tokens: dict[str, Any]) -> Any:
    """Every other layer sees no farther back than eight tokens, and keeps no more."""
    layers = ["sliding_attention", "full_attention"]
    config = Gemma3TextConfig(
        max_position_embeddings=256, sliding_window=8, layer_types=layers, query_pre_attn_scalar=8, **_SIZES, **tokens
    )
    return Gemma3ForCausalLM(config)


def _mamba(tokens: dict[str, Any]) -> Any:
    """Keeps a state instead of keys and values, knows no positions and no end of its context."""
    config = MambaConfig(hidden_size=32, num_hidden_layers=2, state_size=4, initializer_range=0.4, **tokens)
    return MambaForCausalLM(config)


ARCHITECTURES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "gpt2": _gpt2,
    "llama": _llama,
    "qwen3": _qwen,
    "gemma3": _gemma,
    "mamba": _mamba,
}


def save_tiny(architecture: str, folder: Path, chat_template: str | None = None) -> None:
    """Write a model and its tokenizer as ``from_pretrained`` reads them."""
    torch.manual_seed(5)
    tokenizer: Any = AutoTokenizer.from_pretrained(WEIGHTS, local_files_only=True)
    end = tokenizer.eos_token_id
    tokens = {"vocab_size": len(tokenizer), "bos_token_id": end, "eos_token_id": end, "pad_token_id": end}
    ARCHITECTURES[architecture](tokens).save_pretrained(folder)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)
