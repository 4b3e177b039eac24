"""Write the trained model as a plain transformers folder."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast


def export(model: Any, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Save weights in half precision, the tokenizer and the sampling defaults into ``folder``."""
    shipped = copy.deepcopy(model).to("cpu", torch.float16).eval()
    shipped.generation_config = GenerationConfig(
        do_sample=True,
        temperature=0.7,
        top_p=0.92,
        max_new_tokens=96,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    shipped.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
