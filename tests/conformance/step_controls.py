"""A step control that keeps what families tell it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.errors import ForwardBatchInterrupted


class Steps:
    """Keeps what it is told; from a step on, drops members or stops the whole batch. Steps are counted from 1.

    Previews and texts are asked for as long as somebody is to be watching.
    """

    def __init__(
        self,
        drop: frozenset[int] = frozenset(),
        drop_at: int = 1,
        *,
        interrupt_at: int | None = None,
        watch: bool = False,
    ) -> None:
        self.said: list[tuple[int, int]] = []
        self.previews: list[Sequence[bytes]] = []
        self.texts: list[Sequence[str]] = []
        self._drop = drop
        self._drop_at = drop_at
        self._interrupt_at = interrupt_at
        self._watch = watch

    def step(
        self,
        done: int,
        total: int,
        previews: Callable[[], Sequence[bytes]] | None = None,
        texts: Callable[[], Sequence[str]] | None = None,
    ) -> frozenset[int]:
        self.said.append((done, total))
        if self._watch and previews is not None:
            self.previews.append(previews())
        if self._watch and texts is not None:
            self.texts.append(texts())
        if self._interrupt_at is not None and len(self.said) >= self._interrupt_at:
            raise ForwardBatchInterrupted
        return self._drop if len(self.said) >= self._drop_at else frozenset()

    def counted_to_the_end(self) -> bool:
        """Whether every step was told once, in order, and the last is the total."""
        total = self.said[-1][1]
        return self.said == [(step, total) for step in range(1, total + 1)]
