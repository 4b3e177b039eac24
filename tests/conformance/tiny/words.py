"""Tokenizers that are trained on a few lines while the tests run."""

from __future__ import annotations

import json
from typing import Any

import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

# Its tokenizers are made by name while it is imported, which the type checker cannot see.
library: Any = transformers
_LINES = (
    "a red star on a blue background",
    "fresh bread baked every morning",
    "a photo of a mountain at sunset",
    "waves roll onto a sandy beach",
    "the best running shoes for every day",
    "two green hearts and a yellow sun",
) * 20
_END_OF_WORD = "</w>"


def clip_tokenizer(length: int = 24) -> Any:
    """CLIP's byte-level BPE, in which the end of a word is a part of its last token."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=_END_OF_WORD))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=600, show_progress=False, initial_alphabet=alphabet, end_of_word_suffix=_END_OF_WORD
    )
    tokenizer.train_from_iterator(_LINES, trainer)
    merges = [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]
    tokens = [*alphabet, *(letter + _END_OF_WORD for letter in alphabet), *("".join(merge) for merge in merges)]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    for special in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[special] = len(vocabulary)
    made = library.CLIPTokenizer(vocab=vocabulary, merges=merges)
    made.model_max_length = length
    return made


def t5_tokenizer(length: int = 32) -> Any:
    """T5's unigram model."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(_LINES, trainer)
    vocabulary = [tuple(entry) for entry in json.loads(tokenizer.to_str())["model"]["vocab"]]
    made = library.T5TokenizerFast(vocab=vocabulary, extra_ids=0)
    made.model_max_length = length
    return made


def bert_tokenizer() -> Any:
    """BERT's word pieces, which are whole words here."""
    words = sorted({word for line in _LINES for word in line.split()})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]", *words]
    return library.BertTokenizerFast(vocab={token: index for index, token in enumerate(tokens)})
