"""The header of a safetensors file, read as the plain JSON it is: what is in it, and that the file is whole.

The format: eight bytes, little-endian, say how long the header is; the header is a JSON object that gives each
tensor's dtype, shape and place; the tensors follow, without a gap (github.com/huggingface/safetensors, "Format").
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LENGTH_BYTES = 8
_LARGEST_HEADER = 100_000_000
"""As the format's own reader has it."""
_BITS: Mapping[str, int] = {
    "F64": 64,
    "F32": 32,
    "F16": 16,
    "BF16": 16,
    "F8_E4M3": 8,
    "F8_E5M2": 8,
    "F8_E8M0": 8,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "F4": 4,
    "C64": 64,
    "I64": 64,
    "I32": 32,
    "I16": 16,
    "I8": 8,
    "U64": 64,
    "U32": 32,
    "U16": 16,
    "U8": 8,
    "BOOL": 8,
}


class MalformedHeader(Exception):
    """The file is no whole safetensors file; the message goes on after its name."""


@dataclass(frozen=True, slots=True)
class Tensors:
    """What one file holds, or several: bytes of tensors, and how many numbers of each dtype."""

    size: int = 0
    elements: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Tensors) -> Tensors:
        return Tensors(self.size + other.size, Counter(self.elements) + Counter(other.elements))

    @property
    def parameters(self) -> int:
        """How many numbers there are in all."""
        return sum(self.elements.values())

    def size_as(self, float_bytes: int) -> int:
        """Bytes when every floating-point number takes so many."""
        floats = sum(count for dtype, count in self.elements.items() if "F" in dtype)
        others = sum(count * _BITS[dtype] // 8 for dtype, count in self.elements.items() if "F" not in dtype)
        return floats * float_bytes + others


def read_tensors(path: Path) -> Tensors:
    """What a safetensors file holds, by its header alone. Raises ``MalformedHeader``, ``OSError``."""
    size = path.stat().st_size
    if size < _LENGTH_BYTES:
        raise MalformedHeader("is no safetensors file: it is shorter than the length of a header")
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if length > _LARGEST_HEADER:
            raise MalformedHeader(f"is no safetensors file, or a hostile one: its header claims {length:,} bytes")
        if length > size - _LENGTH_BYTES:
            raise MalformedHeader("is cut off within its header; get the file again")
        header = _parse(file.read(length))
    return _tensors(header, size - _LENGTH_BYTES - length)


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise MalformedHeader(f"has a header that is no JSON ({error}); get the file again") from None
    if not isinstance(header, dict):
        raise MalformedHeader("has a header that is no JSON object; get the file again")
    header.pop("__metadata__", None)
    return header


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _tensors(header: Mapping[str, Any], size: int) -> Tensors:
    elements: Counter[str] = Counter()
    places = []
    for name, entry in header.items():
        try:
            dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
            bits = _BITS[dtype]
            is_sound = all(type(number) is int and number >= 0 for number in (*shape, begin, end))
        except (TypeError, KeyError, ValueError):
            is_sound = False
        if not is_sound:
            raise MalformedHeader(f"does not say what its tensor {name[:80]!r} is; get the file again")
        count = math.prod(shape)
        if (end - begin) * 8 != count * bits:
            raise MalformedHeader(f"gives its tensor {name[:80]!r} another size than its shape takes")
        elements[dtype] += count
        places.append((begin, end))
    reached = 0
    for begin, end in sorted(places):
        if begin != reached:
            raise MalformedHeader("has tensors that overlap, or bytes that belong to none; get the file again")
        reached = end
    if reached > size:
        raise MalformedHeader(f"is cut off: {reached - size:,} bytes are missing; get the file again")
    if reached < size:
        raise MalformedHeader(f"has {size - reached:,} bytes that belong to no tensor; get the file again")
    return Tensors(size, dict(elements))
