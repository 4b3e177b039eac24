"""In which encoding a table is written: what its first bytes say, or else the first in which all of it can be read."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from shared.tables.refusal import NotATable

_CHUNK = 1 << 20
_SAMPLE = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# Half of the bytes of Latin text in UTF-16 are zero; of text in anything else hardly any.
_MANY, _FEW = 0.3, 0.05


def encoding_of(file: BinaryIO) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be`` or ``cp1252``. Raises ``NotATable``."""
    file.seek(0)
    head = file.read(_SAMPLE)
    if head.startswith(_UTF32_MARKS):
        raise NotATable("is written in UTF-32; save it as UTF-8")
    marked = [name for mark, name in _MARKS if head.startswith(mark)]
    for name in marked or [*_unmarked_utf16(head), "utf-8", "cp1252"]:
        if _is_written_in(file, name):
            return name
    if marked:
        raise NotATable(f"begins like {marked[0].removesuffix('-sig').upper()}, and is not written in it")
    raise NotATable("is written in none of UTF-8, UTF-16 and Windows-1252")


def _unmarked_utf16(head: bytes) -> list[str]:
    pairs = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > _MANY and even < _FEW:
        return ["utf-16-le"]
    return ["utf-16-be"] if even > _MANY and odd < _FEW else []


def _is_written_in(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
