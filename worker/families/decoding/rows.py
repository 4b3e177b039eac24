"""Texts that are written side by side: each a row with a prompt, a limit and stop strings of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import LongTensor, Tensor
from transformers import StoppingCriteria

_BYTES_A_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One text to be written: its member, its prompt's token ids, how many tokens it may have, its stop strings."""

    member: int
    prompt: tuple[int, ...]
    budget: int
    stop: tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """A row's text as far as it is written."""

    row: Row
    tokens: list[int] = field(default_factory=list)
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Endings:
    """When a text ends: at an end token, at its limit, or at a stop string of its own."""

    tokens: frozenset[int]
    decode: Callable[[Sequence[int]], str]

    def ends(self, row: Row, written: Sequence[int]) -> bool:
        """Whether the last token written is the row's last one."""
        return written[-1] in self.tokens or len(written) >= row.budget or self.stops(row, written)

    def stops(self, row: Row, written: Sequence[int]) -> bool:
        """Whether a stop string has come."""
        if not row.stop:
            return False
        # A token ends at most one stop string's length of bytes after the string began.
        tail = _BYTES_A_CHARACTER * max(map(len, row.stop)) + _BYTES_A_CHARACTER
        text = self.decode(written[-tail:])
        return any(stop in text for stop in row.stop)


OnToken = Callable[[int, Callable[[], Sequence[Draft]]], frozenset[int]]
"""Gets how many tokens were written, and a way to the texts so far; gives the members to drop."""


class BeamLimits(StoppingCriteria):
    """Ends each row's beams at the row's limit or stop string, or when its member is dropped; reports every token.

    A row's text so far is its likeliest beam's.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        endings: Endings,
        on_token: OnToken,
    ) -> None:
        self._rows = rows
        self._endings = endings
        self._on_token = on_token
        self._prompt_length = max(len(row.prompt) for row in rows)

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(beams, length)`` ids to one flag a beam: whether it has ended."""
        written = input_ids[:, self._prompt_length :]
        beams = len(input_ids) // len(self._rows)

        def likeliest() -> list[Draft]:
            return [Draft(row, tokens) for row, tokens in zip(self._rows, written[::beams].tolist(), strict=True)]

        dropped = self._on_token(written.shape[1], likeliest)
        ended = [
            row.member in dropped or written.shape[1] >= row.budget or self._endings.stops(row, tokens)
            for row, tokens in zip((row for row in self._rows for _ in range(beams)), written.tolist(), strict=True)
        ]
        return torch.tensor(ended, dtype=torch.bool, device=input_ids.device)


def padded(rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    """Prompts of one length, ``(rows, length)``, and their attention masks.

    What stands before a shorter prompt is its own first token: nothing attends to it, and what looks at the tokens that
    have occurred finds none that has not.
    """
    width = max(len(row.prompt) for row in rows)
    ids = torch.tensor([[row.prompt[0]] * (width - len(row.prompt)) + list(row.prompt) for row in rows])
    places = torch.arange(width)
    lengths = torch.tensor([[len(row.prompt)] for row in rows])
    return ids, (places >= width - lengths).long()
