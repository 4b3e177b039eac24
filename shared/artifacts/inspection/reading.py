"""Bytes of a file by place: reading past the end means that the file is cut off."""

from __future__ import annotations

import os
from typing import BinaryIO

from shared.artifacts.inspection.refusal import Refused


class Source:
    """A file of a stranger."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)

    def at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes. Raises ``Refused`` where the file ends before."""
        if offset + length > self.size:
            raise Refused("is cut off")
        return self.up_to(offset, length)

    def up_to(self, offset: int, length: int) -> bytes:
        """These bytes, or those of them that there are."""
        self.file.seek(offset)
        return self.file.read(length)
