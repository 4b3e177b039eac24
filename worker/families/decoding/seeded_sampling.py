"""Decoding in which every row of a batch stands for itself.

``generate`` draws from one global generator and lets its processors see the padding, so that a row would depend on its
neighbours. Here each row draws with a generator of its own, by inverse transform sampling, and its history is looked at
without the padding.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import LongTensor, Tensor
from transformers import LogitsProcessor

_LIKELIEST = 128
_DRAWN_AT_ONCE = 64


class RowOfItsOwn(LogitsProcessor):
    """Applies a processor that looks at the history to each row without its left padding.

    ``padding`` says how long that is. With beams, ``input_ids`` holds several consecutive rows for each of these.
    """

    def __init__(self, padding: Sequence[int], processor: LogitsProcessor) -> None:
        self._padding = list(padding)
        self._processor = processor

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:
        """``(rows, length)`` ids and ``(rows, vocabulary)`` scores to scores."""
        beams = len(input_ids) // len(self._padding)
        return torch.cat(
            [
                self._processor(
                    input_ids[index : index + 1, self._padding[index // beams] :], scores[index : index + 1]
                )
                for index in range(len(input_ids))
            ]
        )

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only."""
        self._padding = [self._padding[row] for row in rows]


class Nucleus(LogitsProcessor):
    """Leaves each row the likeliest tokens that make up the probability ``p`` (Holtzman et al. 2020, arXiv:1904.09751).

    Sorting the vocabulary took a third of a batch's time. The tokens that matter are nearly always among the likeliest
    few, and only the rows in which they are not are sorted whole.
    """

    def __init__(self, p: float) -> None:
        self._p = p

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:  # noqa: ARG002  (transformers' signature)
        """``(rows, vocabulary)`` scores to scores that are -inf outside of each row's nucleus."""
        probabilities = scores.softmax(-1)
        kept, complete = self._keep(probabilities, min(_LIKELIEST, scores.shape[-1]))
        if not complete.all():
            wide = ~complete
            kept[wide], _ = self._keep(probabilities[wide], scores.shape[-1])
        return scores.masked_fill(~kept, float("-inf"))

    def _keep(self, probabilities: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Which tokens to keep, and for which rows ``count`` tokens were enough to know."""
        likeliest, tokens = probabilities.topk(count, dim=-1)
        before = likeliest.cumsum(-1) - likeliest
        kept = torch.zeros_like(probabilities, dtype=torch.bool).scatter_(1, tokens, before < self._p)
        return kept, before[:, -1] >= self._p


class SeededDraw(LogitsProcessor):
    """Draws each row's token with that row's generator, by inverse transform sampling.

    As a processor, to be the last one under ``do_sample=False``, it leaves nothing else to choose. The generators live
    on the CPU, so that the draw does not depend on the device. Each is asked for many numbers at once, which are those
    that it would have given one by one.
    """

    def __init__(self, generators: Sequence[torch.Generator]) -> None:
        self._generators = list(generators)
        self._uniform = torch.empty(len(self._generators), 0, dtype=torch.float64)
        self._drawn = 0

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:  # noqa: ARG002  (transformers' signature)
        """``(rows, vocabulary)`` scores to scores that are 0 at the drawn token and -inf elsewhere."""
        return torch.full_like(scores, float("-inf")).scatter_(1, self.draw(scores), 0.0)

    def draw(self, scores: Tensor) -> Tensor:
        """``(rows, vocabulary)`` scores to one token a row, ``(rows, 1)``."""
        if self._drawn == self._uniform.shape[1]:
            numbers = [torch.rand(_DRAWN_AT_ONCE, generator=each, dtype=torch.float64) for each in self._generators]
            self._uniform, self._drawn = torch.stack(numbers).to(scores.device), 0
        uniform = self._uniform[:, self._drawn : self._drawn + 1]
        self._drawn += 1
        cumulated = scores.double().softmax(-1).cumsum(-1)
        drawn = torch.searchsorted(cumulated, uniform * cumulated[:, -1:], right=True)
        return drawn.clamp_(max=scores.shape[-1] - 1)

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only."""
        self._generators = [self._generators[row] for row in rows]
        self._uniform = self._uniform[list(rows)]
