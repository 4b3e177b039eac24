"""Video files, as far as their structure tells: MP4 and WebM."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from shared.artifacts.inspection.reading import Source
from shared.artifacts.inspection.refusal import Refused
from shared.storage.formats import M4A, MP4, Format

_MAX_BOXES = 10_000
_MAX_HEADER_BYTES = 4096
_EBML = 0x1A45DFA3
_DOC_TYPE = 0x4282
_SEGMENT = 0x18538067


def inspect_mp4(source: Source) -> tuple[Format, dict[str, Any]]:
    """Boxes (ISO 14496-12): ``ftyp`` first, and a ``moov`` that has tracks. Without a picture track it is sound."""
    facts: dict[str, Any] = {}
    handlers: set[bytes] = set()
    names = set()
    for name, start, stop in _boxes(source, 0, source.size):
        names.add(name)
        if name == b"moov":
            facts, handlers = _movie(source, start, stop)
    if b"moov" not in names:
        raise Refused("has no MP4 index (`moov`): it is cut off")
    if not handlers & {b"vide", b"soun"}:
        raise Refused("has neither a picture nor a sound track")
    return (MP4 if b"vide" in handlers else M4A), facts


def _movie(source: Source, start: int, stop: int) -> tuple[dict[str, Any], set[bytes]]:
    facts: dict[str, Any] = {}
    handlers = set()
    for name, inner, end in _boxes(source, start, stop):
        if name == b"mvhd":
            facts = _duration(source, inner)
        elif name == b"trak":
            handlers |= {
                source.at(box + 8, 4)
                for outer, media, media_end in _boxes(source, inner, end)
                if outer == b"mdia"
                for name_, box, _ in _boxes(source, media, media_end)
                if name_ == b"hdlr"
            }
    return facts, handlers


def _duration(source: Source, start: int) -> dict[str, Any]:
    layout, offset = (">IQ", 20) if source.at(start, 1) == b"\x01" else (">II", 12)
    scale, duration = struct.unpack(layout, source.at(start + offset, struct.calcsize(layout)))
    return {"seconds": round(duration / scale, 3)} if scale and duration else {}


def _boxes(source: Source, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """``(name, where its content begins, where it ends)`` of each box between two places."""
    offset = start
    for _ in range(_MAX_BOXES):
        if offset >= stop:
            return
        size, name = struct.unpack(">I4s", source.at(offset, 8))
        content = offset + 8
        if size == 1:
            size, content = int.from_bytes(source.at(content, 8), "big"), content + 8
        elif size == 0:
            size = stop - offset
        if size < content - offset or offset + size > stop:
            raise Refused("is cut off, or has an MP4 box of a wrong size")
        yield name, content, offset + size
        offset += size
    raise Refused("has no end of MP4 boxes")


def inspect_webm(source: Source) -> dict[str, Any]:
    """An EBML header that says ``webm`` (RFC 8794, RFC 9559), and a segment behind it."""
    element, size, offset = _element(source, 0)
    assert element == _EBML, "its signature has been seen"
    end = offset + size
    if size > _MAX_HEADER_BYTES:
        raise Refused("has a WebM header that makes no sense")
    document = b""
    while offset < end:
        element, size, offset = _element(source, offset)
        if element == _DOC_TYPE:
            document = source.at(offset, min(size, 32)).rstrip(b"\0")
        offset += size
    if document != b"webm":
        raise Refused("is a Matroska file of another type than WebM")
    element, _, _ = _element(source, end)
    if element != _SEGMENT:
        raise Refused("has no WebM segment after its header")
    return {}


def _element(source: Source, offset: int) -> tuple[int, int, int]:
    """``(id, size of the content, where it begins)`` of an EBML element."""
    first = source.at(offset, 1)[0]
    length = 9 - first.bit_length()
    if length > 4:
        raise Refused("has a WebM element that makes no sense")
    element = int.from_bytes(source.at(offset, length), "big")
    offset += length
    first = source.at(offset, 1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise Refused("has a WebM element that makes no sense")
    size = int.from_bytes(source.at(offset, length), "big") & (1 << 7 * length) - 1
    return element, size, offset + length
