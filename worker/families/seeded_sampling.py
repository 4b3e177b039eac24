"""Decoding in which every row of a batch stands for itself.

``generate`` draws from one global generator and lets its processors see the padding, so that a row would depend on its
neighbours. Here each row draws with a generator of its own, by inverse transform sampling, and its history is looked at
without the padding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import LongTensor, Tensor
from transformers import LogitsProcessor, StoppingCriteria

_BYTES_A_CHARACTER = 4
_LIKELIEST = 128


@dataclass(frozen=True, slots=True)
class Row:
    """One text to be written: its member, its prompt's token ids, how many tokens it may have, its stop strings."""

    member: int
    prompt: tuple[int, ...]
    budget: int
    stop: tuple[str, ...]


class RowOfItsOwn(LogitsProcessor):
    """Applies processors that look at the history to each row without its left padding.

    With beams, ``input_ids`` holds several consecutive rows for each of ``rows``.
    """

    def __init__(self, rows: Sequence[Row], processors: Sequence[LogitsProcessor]) -> None:
        longest = max(len(row.prompt) for row in rows)
        self._padding = [longest - len(row.prompt) for row in rows]
        self._processors = processors

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:
        """``(rows, length)`` ids and ``(rows, vocabulary)`` scores to scores."""
        beams = len(input_ids) // len(self._padding)
        processed = []
        for index in range(len(input_ids)):
            history = input_ids[index : index + 1, self._padding[index // beams] :]
            score = scores[index : index + 1]
            for processor in self._processors:
                score = processor(history, score)
            processed.append(score)
        return torch.cat(processed)


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
    """Draws each row's token with that row's generator and leaves nothing else to choose.

    To be the last processor under ``do_sample=False``. The generators live on the CPU, so that the draw does not depend
    on the device.
    """

    def __init__(self, generators: Sequence[torch.Generator]) -> None:
        self._generators = generators

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:  # noqa: ARG002  (transformers' signature)
        """``(rows, vocabulary)`` scores to scores that are 0 at the drawn token and -inf elsewhere."""
        cumulated = scores.double().softmax(-1).cumsum(-1)
        uniform = torch.stack([torch.rand(1, generator=each, dtype=torch.float64) for each in self._generators])
        level = uniform.to(scores.device) * cumulated[:, -1:]
        drawn = torch.searchsorted(cumulated, level, right=True).clamp_(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter_(1, drawn, 0.0)


class RowLimits(StoppingCriteria):
    """Ends each row at its own limit or stop string, or when its member is dropped; reports every token.

    ``on_token`` is told how many tokens were written and gives the members to drop.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        decode: Callable[[Sequence[int]], str],
        on_token: Callable[[int], frozenset[int]],
    ) -> None:
        self._rows = rows
        self._decode = decode
        self._on_token = on_token
        self._prompt_length = max(len(row.prompt) for row in rows)
        self._dropped: frozenset[int] = frozenset()

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(rows, length)`` ids to one flag a row: whether it has ended."""
        written = input_ids.shape[1] - self._prompt_length
        self._dropped |= self._on_token(written)
        beams = len(input_ids) // len(self._rows)
        ended = [
            row.member in self._dropped or written >= row.budget or self._stopped(row, ids)
            for row, ids in zip(
                (row for row in self._rows for _ in range(beams)), input_ids[:, self._prompt_length :], strict=True
            )
        ]
        return torch.tensor(ended, dtype=torch.bool, device=input_ids.device)

    def _stopped(self, row: Row, written: Tensor) -> bool:
        if not row.stop:
            return False
        # A token ends at most one stop string's length of bytes after the string began.
        tail = _BYTES_A_CHARACTER * max(map(len, row.stop)) + _BYTES_A_CHARACTER
        text = self._decode(written[-tail:].tolist())
        return any(stop in text for stop in row.stop)
