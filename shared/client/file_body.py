"""A file as a request's body: read while it is sent, and from its beginning whenever it is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_CHUNK = 256 * 1024


class FileBody:
    """The bytes of a file, as often as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
