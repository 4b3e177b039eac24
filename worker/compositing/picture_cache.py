"""Pictures that were read, scaled or drawn, kept as long as they are asked for and there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar, cast

MAX_BYTES = 120_000_000


class Kept(Protocol):
    """Something that knows how many bytes it takes up, as numpy's arrays do."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


KeptT = TypeVar("KeptT", bound=Kept)


class PictureCache:
    """Holds so many bytes of pixels; what was not asked for longest goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], KeptT]) -> KeptT:
        """What is kept by this key, made if it is not here. One key always stands for one kind of thing."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return cast(KeptT, found)
        made = make()
        if made.nbytes <= self._max_bytes:
            self._kept[key] = made
            self._bytes += made.nbytes
            while self._bytes > self._max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.nbytes
        return made
