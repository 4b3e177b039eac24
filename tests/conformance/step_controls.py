"""Step controls that keep what families tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.errors import ForwardBatchInterrupted


class Steps:
    """Keeps what it is told, and drops members when it is told to."""

    def __init__(self, drop: frozenset[int] = frozenset(), drop_at: int = 1, watch: bool = False) -> None:
        self.said: list[tuple[int, int]] = []
        self.previews: list[Sequence[bytes]] = []
        self._drop = drop
        self._drop_at = drop_at
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
        return self._drop if done >= self._drop_at else frozenset()

    def counted_to_the_end(self) -> bool:
        """Whether every step was told once, in order, and the last is the total."""
        total = self.said[-1][1]
        return self.said == [(step, total) for step in range(1, total + 1)]


class Interrupting(Steps):
    """Stops the whole batch at its second step."""

    def step(
        self,
        done: int,
        total: int,
        previews: Callable[[], Sequence[bytes]] | None = None,
        texts: Callable[[], Sequence[str]] | None = None,
    ) -> frozenset[int]:
        super().step(done, total, previews, texts)
        if done >= 2:
            raise ForwardBatchInterrupted
        return frozenset()
