"""Tokenizers that are made in code: of whole words, and of letters."""

from __future__ import annotations

import string
from typing import Any

import transformers

# Its tokenizers are made by name while it is imported, which the type checker cannot see.
library: Any = transformers
_LINES = (
    "a photo of a red star on a blue background",
    "waves roll onto a sandy beach at sunset",
    "fresh bread baked every morning",
    "two green hearts and a yellow sun",
)


def bert_tokenizer() -> Any:
    """Word pieces that are whole words, with BERT's special tokens and BLIP's two."""
    words = sorted({word for line in _LINES for word in line.split()})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]", *words]
    made = library.BertTokenizerFast(vocab={token: index for index, token in enumerate(tokens)})
    made.add_special_tokens({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})
    return made


def t5_tokenizer(length: int = 32) -> Any:
    """T5's pieces, one a letter."""
    pieces = ["<pad>", "</s>", "<unk>", "▁", *string.ascii_letters, *string.digits]
    made = library.T5Tokenizer(vocab=[(piece, -2.0) for piece in pieces], extra_ids=0)
    made.model_max_length = length
    return made
