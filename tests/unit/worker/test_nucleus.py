"""The nucleus is transformers' own, found without sorting the vocabulary."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import TopPLogitsWarper

from worker.families.decoding.seeded_sampling import Nucleus

NO_HISTORY: Any = None


def alone(scores: torch.Tensor) -> torch.Tensor:
    return Nucleus(0.9)(NO_HISTORY, scores[None])[0]


@pytest.mark.parametrize("p", [0.01, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("sharpness", [0.0, 0.5, 3.0, 20.0], ids=["flat", "broad", "peaked", "certain"])
def test_it_keeps_what_transformers_keeps(p: float, sharpness: float) -> None:
    scores = sharpness * torch.randn(16, 2048, generator=torch.Generator().manual_seed(7), dtype=torch.float64)

    ours, theirs = Nucleus(p)(NO_HISTORY, scores), TopPLogitsWarper(p)(NO_HISTORY, scores.clone())

    if sharpness:
        assert torch.equal(ours, theirs)
    else:
        # Of equal tokens either may be the last that is kept.
        assert (ours > float("-inf")).sum(-1).sub((theirs > float("-inf")).sum(-1)).abs().max() <= 1


def test_a_row_keeps_the_same_tokens_alone_and_beside_others() -> None:
    scores = torch.randn(8, 2048, generator=torch.Generator().manual_seed(7))
    scores[3:5] *= 20

    together = Nucleus(0.9)(NO_HISTORY, scores)

    assert all(torch.equal(alone(row), beside) for row, beside in zip(scores, together, strict=True))


def test_the_likeliest_token_is_always_kept() -> None:
    scores = torch.zeros(2, 50)
    scores[0, 7] = 30

    kept = Nucleus(1e-9)(NO_HISTORY, scores) > float("-inf")

    assert kept.sum(-1).tolist() == [1, 1]
    assert kept[0, 7]
