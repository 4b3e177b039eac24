"""How many members a forward batch should have: measured for each model and shape on this kind of device.

Batching is worth much for one shape and nothing for another, and a size that pays on one device is slow on the next.
So sizes are powers of two, tried from the middle outwards: a larger one as long as it saves time a member, a smaller
one as long as it costs none. What does not fit the device's memory is never tried again. Measurements are kept in the
database, so that a worker that starts again, or another one on an equal device, need not try again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs.batch_measurement import BatchMeasurement
from shared.logging import get_logger

log = get_logger(__name__)

_FIRST_SIZE = 4
_WORTH_IT = 0.95
"""A size is better than the one half as large if it takes at most this share of its time a member."""
_ENOUGH_SAMPLES = 2
"""The first batch of a size may include a compiler's or an allocator's warm-up."""
_FORGET = 0.2
_SAVE_SECONDS = 30.0
_MOST_KEYS = 256


@dataclass(slots=True)
class _Measured:
    seconds_per_member: float
    samples: int

    def add(self, seconds_per_member: float) -> None:
        """Faster counts at once, slower little by little: what else the machine does makes it slower, never faster."""
        self.samples += 1
        self.samples += 1
        if seconds_per_member < self.seconds_per_member:
            self.seconds_per_member = seconds_per_member
        else:
            self.seconds_per_member += _FORGET * (seconds_per_member - self.seconds_per_member)


@dataclass(slots=True)
class _Shape:
    most: int
    """What fits: the family's estimate, or what was left of it when the memory ran out."""
    first: int
    """Where the search begins."""
    sizes: dict[int, _Measured] = field(default_factory=dict)
    unsaved: set[int] = field(default_factory=set)

    def best(self) -> int:
        """The size to run next: the fastest known a member, or one beside it that is still to be tried."""
        known = sorted(size for size in list(self.sizes) if size <= self.most)
        if not known:
            return min(self.first, _power_of_two(self.most))
        unsure = next((size for size in known if self.sizes[size].samples < _ENOUGH_SAMPLES), None)
        if unsure is not None:
            return unsure
        best = known[0]
        for size in known[1:]:
            if self.sizes[size].seconds_per_member <= _WORTH_IT * self.sizes[best].seconds_per_member:
                best = size
        if best == known[-1] and 2 * best <= self.most:
            return 2 * best
        if best == known[0] and best > 1:
            return best // 2
        return best


def _power_of_two(size: int) -> int:
    """The largest one that is not above ``size``."""
    return 1 << (max(1, size).bit_length() - 1)


class Sizes(Protocol):
    """How many members a forward batch is to have."""

    first: int
    """How many jobs to claim of a shape that was never seen."""

    def known(self) -> Mapping[str, int]:
        """The size to run next, by batch key: what a claim should bring."""
        ...

    def size(self, batch_key: str, most: int) -> int:
        """How many members to run in one forward batch, ``most`` being what the family thinks fits."""
        ...

    def add(self, batch_key: str, size: int, seconds: float) -> None:
        """A forward batch of ``size`` members took ``seconds``."""
        ...

    def too_large(self, batch_key: str, size: int) -> None:
        """A forward batch of ``size`` members ran out of memory."""
        ...

    def save(self, *, now: bool = False) -> None:
        """Keep what is new."""
        ...


class FixedSizes:
    """Always as many as the family takes: for work that a larger batch makes neither faster nor slower."""

    def __init__(self, first: int) -> None:
        self.first = first

    def known(self) -> Mapping[str, int]:
        """Nothing is measured: a claim brings ``first``."""
        return {}

    def size(self, batch_key: str, most: int) -> int:  # noqa: ARG002 - of the protocol
        """What the family takes."""
        return max(1, most)

    def add(self, batch_key: str, size: int, seconds: float) -> None:
        """Nothing is learned."""

    def too_large(self, batch_key: str, size: int) -> None:
        """Nothing is learned."""

    def save(self, *, now: bool = False) -> None:
        """Nothing is kept."""


class BatchSizes:
    """The measurements of one process's device. ``known`` may be asked from another thread."""

    def __init__(self, device: str, first: int = _FIRST_SIZE) -> None:
        self.first = first
        """How many jobs to claim of a shape that was never seen, a power of two."""
        self._device = device
        self._shapes: dict[str, _Shape] = {}
        self._saved_at = time.monotonic()

    def known(self) -> Mapping[str, int]:
        """The size to run next, by batch key: what a claim should bring."""
        return {key: shape.best() for key, shape in list(self._shapes.items())}

    def size(self, batch_key: str, most: int) -> int:
        """How many members to run in one forward batch, ``most`` being what the family thinks fits."""
        shape = self._shapes.get(batch_key)
        if shape is None:
            if len(self._shapes) >= _MOST_KEYS:
                self._shapes.pop(next(iter(self._shapes)))
            shape = self._shapes[batch_key] = self._load(batch_key, most)
        return shape.best()

    def add(self, batch_key: str, size: int, seconds: float) -> None:
        """A forward batch of ``size`` members took ``seconds``. Sizes that are no power of two teach nothing."""
        shape = self._shapes.get(batch_key)
        if shape is None or size != _power_of_two(size) or seconds <= 0:
            return
        if size in shape.sizes:
            shape.sizes[size].add(seconds / size)
        else:
            shape.sizes[size] = _Measured(seconds / size, 1)
        shape.unsaved.add(size)

    def too_large(self, batch_key: str, size: int) -> None:
        """A forward batch of ``size`` members ran out of the device's memory."""
        shape = self._shapes.get(batch_key)
        if shape is not None:
            shape.most = min(shape.most, max(1, size // 2))
            shape.unsaved.add(size)

    def save(self, *, now: bool = False) -> None:
        """Keep what is new, every half minute; what cannot be kept now is kept later."""
        if not now and time.monotonic() - self._saved_at < _SAVE_SECONDS:
            return
        self._saved_at = time.monotonic()
        rows = [row for key, shape in self._shapes.items() for row in self._rows(key, shape)]
        if not rows:
            return
        fresh = insert(BatchMeasurement).values(rows)
        statement = fresh.on_conflict_do_update(
            index_elements=["device", "batch_key", "size"],
            set_={name: fresh.excluded[name] for name in ("seconds_per_member", "measured_at")},
        )
        try:
            with session_scope() as session:
                session.execute(statement)
        except DatabaseUnavailable:
            log.warning("batch_sizes_not_saved")
            return
        for shape in self._shapes.values():
            shape.unsaved.clear()

    def _rows(self, batch_key: str, shape: _Shape) -> list[dict[str, object]]:
        return [
            {
                "device": self._device,
                "batch_key": batch_key,
                "size": size,
                "seconds_per_member": shape.sizes[size].seconds_per_member if size <= shape.most else None,
            }
            for size in sorted(shape.unsaved)
            if size > shape.most or shape.sizes[size].samples >= _ENOUGH_SAMPLES
        ]

    def _load(self, batch_key: str, most: int) -> _Shape:
        query = select(BatchMeasurement).where(
            BatchMeasurement.device == self._device, BatchMeasurement.batch_key == batch_key
        )
        try:
            with session_scope() as session:
                rows: Sequence[BatchMeasurement] = session.scalars(query).all()
        except DatabaseUnavailable:
            rows = ()
        shape = _Shape(most, self.first)
        for row in rows:
            if row.seconds_per_member is None:
                shape.most = min(shape.most, max(1, row.size // 2))
            else:
                shape.sizes[row.size] = _Measured(row.seconds_per_member, _ENOUGH_SAMPLES)
        return shape
