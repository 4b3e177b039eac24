"""How well a model expects pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from worker.starter.notes.dataset import TokenIds, collate

_BATCH = 4


@torch.inference_mode()
def mean_nll(model: Any, sequences: Sequence[TokenIds], padding: int) -> float:
    """Mean negative log-likelihood, in nats a token."""
    total, count = 0.0, 0
    order = sorted(range(len(sequences)), key=lambda index: len(sequences[index]))
    for start in range(0, len(order), _BATCH):
        ids, labels = (tensor.to(model.device) for tensor in collate(sequences, order[start : start + _BATCH], padding))
        logits = model(ids).logits[:, :-1].float()
        wanted = labels[:, 1:]
        total += cross_entropy(logits.flatten(0, 1), wanted.flatten(), reduction="sum").item()
        count += int((wanted >= 0).sum())
    return total / count
