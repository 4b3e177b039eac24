"""A file that somebody sends: on its way to a temporary file, never in memory as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from shared.errors import InputRefused
from shared.storage.formats import LARGEST

FIELD = "file"
_MULTIPART = "multipart/form-data"
# What a multipart body has around its file.
_ENVELOPE_BYTES = 64 * 1024
_CHUNK = 64 * 1024
LARGEST_BODY = LARGEST + _ENVELOPE_BYTES
TOO_LARGE = f"is larger than {LARGEST // 1_000_000} MB, which is the most that any kind of file may have"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file in the temporary folder, without a name there, and what its sender called it."""

    file: BinaryIO
    name: str


@contextmanager
def received_file() -> Iterator[ReceivedFile]:
    """The request's file: the multipart field ``file``, or the whole body. Gone when the block ends.

    Raises ``InputRefused``.
    """
    request.max_content_length = LARGEST + _ENVELOPE_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise InputRefused.of(FIELD, TOO_LARGE)
    try:
        with _from_form() if request.mimetype == _MULTIPART else _from_body() as received:
            yield received
    except RequestEntityTooLarge as error:
        raise InputRefused.of(FIELD, TOO_LARGE) from error


@contextmanager
def _from_form() -> Iterator[ReceivedFile]:
    """Werkzeug has put it into a temporary file while it arrived, unless it is small."""
    others = sorted({*request.files, *request.form} - {FIELD})
    if others:
        raise InputRefused.of(others[0], f"is not a field of this form; send the file as `{FIELD}`")
    sent = request.files.getlist(FIELD)
    if len(sent) != 1:
        reason = "comes more than once; send each file in a request of its own" if sent else "is missing"
        raise InputRefused.of(FIELD, reason)
    with file_of_form(sent[0]) as received:
        yield received


@contextmanager
def file_of_form(sent: FileStorage) -> Iterator[ReceivedFile]:
    """One file of a form that Werkzeug has read."""
    with sent.stream as stream:
        if isinstance(stream, tempfile.SpooledTemporaryFile):
            stream.rollover()
        yield ReceivedFile(cast(BinaryIO, stream), sent.filename or "")


@contextmanager
def _from_body() -> Iterator[ReceivedFile]:
    with tempfile.TemporaryFile() as file:
        while chunk := request.stream.read(_CHUNK):
            file.write(chunk)
        yield ReceivedFile(file, _name_in_header())


def _name_in_header() -> str:
    """The ``filename`` of ``Content-Disposition`` (RFC 6266), also one that is not ASCII (RFC 8187)."""
    _, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    return options.get("filename", "")
