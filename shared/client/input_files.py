"""Files for a job's input: on this machine, or known to the server already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.catalog.reference_text import parse_reference
from shared.client.uploads import Upload

InputFile = Path | str | Upload | Mapping[str, Any]
"""A path to send, an upload, or a reference: ``artifact:<id>``, ``job:<id>:<output>``, ``{"job": "<id>"}``."""


def with_files(
    job_input: Mapping[str, Any],
    files: Mapping[str, InputFile | Sequence[InputFile]],
    send: Callable[[Path], Upload],
) -> dict[str, Any]:
    """The input with each file's reference at its field, ``control.image`` being one within another.

    Every file is sent before anything else is done. Raises ``OSError`` and whatever ``send`` raises.
    """
    whole = dict(job_input)
    for name, given in files.items():
        if isinstance(given, Sequence) and not isinstance(given, str):
            _put(whole, name.split("."), [_reference(each, send) for each in given])
        else:
            _put(whole, name.split("."), _reference(given, send))
    return whole


def _reference(given: InputFile, send: Callable[[Path], Upload]) -> dict[str, Any]:
    if isinstance(given, Upload):
        return dict(given.reference)
    if isinstance(given, Mapping):
        return dict(given)
    known = parse_reference(given) if isinstance(given, str) else None
    return known or dict(send(Path(given)).reference)


def _put(whole: dict[str, Any], path: list[str], value: Any) -> None:
    *outer, last = path
    for part in outer:
        whole[part] = dict(whole.get(part) or {})
        whole = whole[part]
    whole[last] = value
