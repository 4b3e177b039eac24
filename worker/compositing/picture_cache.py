"""Pictures that were read or scaled, kept as long as they are asked for and there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import pyvips

MAX_BYTES = 120_000_000


class PictureCache:
    """Holds so many bytes of pixels; what was not asked for longest goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pictures: OrderedDict[Hashable, pyvips.Image] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], pyvips.Image]) -> pyvips.Image:
        """The picture of this key, made if it is not here."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        picture = make()
        size = _bytes_of(picture)
        if size <= self._max_bytes:
            self._pictures[key] = picture
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, oldest = self._pictures.popitem(last=False)
                self._bytes -= _bytes_of(oldest)
        return picture


def _bytes_of(picture: pyvips.Image) -> int:
    return int(picture.width * picture.height * picture.bands)
