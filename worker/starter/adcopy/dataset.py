"""Examples as token sequences, and batches of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from worker.starter.adcopy import CONTEXT_LENGTH
from worker.starter.adcopy.grammar import Example, examples

SEED = 20
TRAINING_EXAMPLES = 200_000

# How a caller may end a prompt, and what the model must then write before the copy itself.
_ENDINGS = (
    ("", "\n"),
    ("", "\n"),
    ("", "\n"),
    ("\n", ""),
    ("\n", ""),
    (":", "\n"),
    (":\n", ""),
    (": ", ""),
    (".", "\n"),
)
_BUCKET_BATCHES = 64
_TOKENIZED_AT_ONCE = 5_000
_IGNORED = -100


def training_examples() -> list[Example]:
    """The examples the shipped model was trained on."""
    return list(itertools.islice(examples(SEED), TRAINING_EXAMPLES))


@dataclass(frozen=True)
class Sequences:
    """Token ids of prompt, copy and end of text; ``answer_starts`` is where the part to be learned begins."""

    tokens: list[list[int]]
    answer_starts: list[int]

    def __len__(self) -> int:
        return len(self.tokens)


def _token_ids(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[list[int]]:
    """Tokenize a part at a time: what a tokenizer returns takes many times the memory of the ids."""
    parts = (texts[start : start + _TOKENIZED_AT_ONCE] for start in range(0, len(texts), _TOKENIZED_AT_ONCE))
    return [ids for part in parts for ids in tokenizer(part)["input_ids"]]


def encode(tokenizer: PreTrainedTokenizerFast, drawn: Sequence[Example], seed: int) -> Sequences:
    """Tokenize the examples, each with one of the ways to end a prompt, drawn from ``seed``."""
    rng = random.Random(seed)
    endings = [rng.choice(_ENDINGS) for _ in drawn]
    asked = _token_ids(tokenizer, [e.prompt + ending for e, (ending, _) in zip(drawn, endings, strict=True)])
    written = _token_ids(tokenizer, [bridge + e.answer for e, (_, bridge) in zip(drawn, endings, strict=True)])
    end = tokenizer.eos_token_id
    tokens = [[*prompt, *answer, end][:CONTEXT_LENGTH] for prompt, answer in zip(asked, written, strict=True)]
    return Sequences(tokens, [len(prompt) for prompt in asked])


def collate(sequences: Sequences, chosen: Sequence[int], padding: int) -> tuple[Tensor, Tensor]:
    """Right-padded token ids and labels, both ``(batch, length)``; only the copy carries a loss."""
    length = max(len(sequences.tokens[i]) for i in chosen)
    ids = torch.full((len(chosen), length), padding)
    labels = torch.full((len(chosen), length), _IGNORED)
    for row, i in enumerate(chosen):
        tokens = torch.tensor(sequences.tokens[i])
        start = sequences.answer_starts[i]
        ids[row, : len(tokens)] = tokens
        labels[row, start : len(tokens)] = tokens[start:]
    return ids, labels


def epoch_batches(sequences: Sequences, batch_size: int, seed: int) -> Iterator[list[int]]:
    """The indexes of every batch of one epoch: shuffled, with sequences of like length together to waste no padding."""
    rng = random.Random(seed)
    order = list(range(len(sequences)))
    rng.shuffle(order)
    bucket = batch_size * _BUCKET_BATCHES
    for start in range(0, len(order), bucket):
        alike = sorted(order[start : start + bucket], key=lambda i: len(sequences.tokens[i]))
        batches = [alike[at : at + batch_size] for at in range(0, len(alike), batch_size)]
        rng.shuffle(batches)
        yield from batches
