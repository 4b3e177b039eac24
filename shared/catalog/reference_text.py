"""A file of an input in one line, as forms and commands write it: ``upload:<id>``, ``artifact:<id>``, ``job:<id>``.

A job's output is the first one, or ``job:<id>:<output>``. In JSON it is an object: ``{"job": "<id>", "output": 1}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

_SOURCES = ("upload", "artifact", "job")


def parse_reference(text: str) -> dict[str, Any] | None:
    """The reference that a line means; nothing where it means none."""
    source, _, named = text.strip().partition(":")
    name, colon, output = named.partition(":")
    if source not in _SOURCES or (colon and source != "job"):
        return None
    try:
        reference: dict[str, Any] = {source: str(UUID(name))}
        if colon:
            reference["output"] = int(output)
    except ValueError:
        return None
    return reference


def is_reference(value: Any) -> bool:
    """Whether a value of a job's input names a file."""
    return isinstance(value, Mapping) and any(value.get(source) for source in _SOURCES)


def write_reference(reference: Mapping[str, Any]) -> str:
    """The line that means a reference. Raises ``LookupError`` for what is none."""
    source = next((source for source in _SOURCES if reference.get(source)), None)
    if source is None:
        raise LookupError("this names no file")
    output = reference.get("output")
    return f"{source}:{reference[source]}" + (f":{output}" if source == "job" and output else "")
