"""Pieces as token sequences, and batches of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from worker.music.piece import Piece
from worker.music.vocabulary import Vocabulary
from worker.starter.notes.composer import Composer

SEED = 40
TRAINING_PIECES = 24_000
HELD_OUT_SEED = 4040

_BUCKET_BATCHES = 32
_IGNORED = -100

TokenIds = NDArray[np.uint8]


def pieces(seed: int) -> Iterator[Piece]:
    """Endless pieces; the same seed gives the same ones."""
    rng = random.Random(seed)
    while True:
        yield Composer(rng).piece()


def encoded(vocabulary: Vocabulary, seed: int, count: int) -> list[TokenIds]:
    """So many pieces as ids."""
    drawn = pieces(seed)
    return [np.array(vocabulary.encode(next(drawn)), dtype=np.uint8) for _ in range(count)]


def collate(sequences: Sequence[TokenIds], chosen: Sequence[int], padding: int) -> tuple[Tensor, Tensor]:
    """Right-padded ids and labels, both ``(batch, length)``."""
    length = max(len(sequences[index]) for index in chosen)
    ids = torch.full((len(chosen), length), padding)
    labels = torch.full((len(chosen), length), _IGNORED)
    for row, index in enumerate(chosen):
        tokens = torch.from_numpy(sequences[index].astype(np.int64))
        ids[row, : len(tokens)] = tokens
        labels[row, : len(tokens)] = tokens
    return ids, labels


def epoch_batches(sequences: Sequence[TokenIds], tokens_a_batch: int, seed: int) -> list[list[int]]:
    """The indexes of every batch of one epoch: about so many tokens each, sequences of like length together."""
    rng = random.Random(seed)
    order = list(range(len(sequences)))
    rng.shuffle(order)
    mean = sum(map(len, sequences)) / len(sequences)
    bucket = max(1, round(_BUCKET_BATCHES * tokens_a_batch / mean))
    batches: list[list[int]] = []
    for start in range(0, len(order), bucket):
        batch: list[int] = []
        for index in sorted(order[start : start + bucket], key=lambda each: len(sequences[each])):
            if batch and (len(batch) + 1) * len(sequences[index]) > tokens_a_batch:
                batches.append(batch)
                batch = []
            batch.append(index)
        batches.append(batch)
    rng.shuffle(batches)
    return batches
