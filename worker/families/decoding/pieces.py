"""Decoding of pieces: what each row may draw next, and how far each row is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import LongTensor, Tensor
from transformers import LogitsProcessor, StoppingCriteria

from worker.families.base import StepControl
from worker.music.grammar import Allowed, PieceInProgress
from worker.music.morph import Morph
from worker.music.vocabulary import PADDING


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """One piece to be written: for whom, under which rules, by which generator, and towards which mixture.

    ``tempo`` is the exact one, of which the piece's token is the nearest.
    """

    member: int
    progress: PieceInProgress
    generator: torch.Generator
    tempo: int | None = None
    morph: Morph | None = None


class WrittenPieces(StoppingCriteria):
    """Follows every row token by token, reports voices of bars, and ends rows that are whole or dropped."""

    def __init__(self, planned: Sequence[PlannedPiece], control: StepControl) -> None:
        self._planned = planned
        self._control = control
        self._total = max(piece.progress.voices_in_all for piece in planned)
        self.dropped: frozenset[int] = frozenset()
        """Members for whom nothing more is written."""

    def writes(self, piece: PlannedPiece) -> bool:
        """Whether the piece needs another token."""
        return piece.member not in self.dropped and not piece.progress.finished

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(rows, length)`` ids to one flag a row: whether it has ended."""
        for piece, token in zip(self._planned, input_ids[:, -1].tolist(), strict=True):
            if self.writes(piece):
                vocabulary = piece.progress.rules.vocabulary
                piece.progress.advance(vocabulary.tokens[token])
        left = [piece.progress.voices_left for piece in self._planned if piece.member not in self.dropped]
        self.dropped |= self._control.step(self._total - max(left, default=0), self._total)
        ended = [not self.writes(piece) for piece in self._planned]
        return torch.tensor(ended, dtype=torch.bool, device=input_ids.device)


class GrammaticalChoice(LogitsProcessor):
    """Leaves each row what its grammar allows, weighed by its morph where it has one; an ended row only pads."""

    def __init__(self, planned: Sequence[PlannedPiece], written: WrittenPieces) -> None:
        self._planned = planned
        self._written = written
        self._masks: dict[Allowed, Tensor] = {}

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:  # noqa: ARG002  (transformers' signature)
        """``(rows, vocabulary)`` scores to scores that are -inf where a piece cannot go on."""
        rows = [self._weights(piece, scores.shape[-1]) for piece in self._planned]
        return scores + torch.stack(rows).to(scores.device)

    def _weights(self, piece: PlannedPiece, size: int) -> Tensor:
        """What is added to one row's scores."""
        progress = piece.progress
        if not self._written.writes(piece):
            return self._mask((progress.rules.vocabulary.ids[PADDING],), size)
        allowed = progress.allowed()
        mask = self._mask(allowed, size)
        if piece.morph is None or not progress.writes_free_melody:
            return mask
        weighed = mask.clone()
        weighed[list(allowed)] = torch.tensor(_morphed(piece.morph, progress, allowed), dtype=weighed.dtype)
        return weighed

    def _mask(self, allowed: Allowed, size: int) -> Tensor:
        if allowed not in self._masks:
            mask = torch.full((size,), float("-inf"))
            mask[list(allowed)] = 0.0
            self._masks[allowed] = mask
        return self._masks[allowed]


def _morphed(morph: Morph, progress: PieceInProgress, allowed: Allowed) -> list[float]:
    """The morph's log-probability of every token that is allowed."""
    names = progress.rules.vocabulary.names(allowed)
    if progress.pending is None:
        return [morph.of_event(progress.bar, progress.at, name) for name in names]
    return [morph.of_duration(progress.bar, progress.at, int(name.removeprefix("DUR_"))) for name in names]
