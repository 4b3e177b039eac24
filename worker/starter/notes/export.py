"""Write the trained model as a plain transformers folder with its vocabulary."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig

from worker.music.vocabulary import END, PADDING, START, Vocabulary

TEMPERATURE = 0.6
TOP_P = 0.92


def export(model: Any, vocabulary: Vocabulary, folder: Path) -> None:
    """Save weights in half precision, the vocabulary and the sampling defaults into ``folder``."""
    shipped = copy.deepcopy(model).to("cpu", torch.float16).eval()
    shipped.generation_config = GenerationConfig(
        do_sample=True,
        temperature=TEMPERATURE,
        top_p=TOP_P,
        bos_token_id=vocabulary.ids[START],
        eos_token_id=vocabulary.ids[END],
        pad_token_id=vocabulary.ids[PADDING],
    )
    shipped.save_pretrained(folder, safe_serialization=True)
    vocabulary.save(folder)
