"""Stored files through our own origin: streamed, resumable, and unable to act as a page."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from shared.artifacts.models import Artifact, Upload
from shared.artifacts.repository import file_name
from shared.errors import NoLongerKept
from shared.storage.base import ObjectStore, Span, safe_file_name
from web.headers import USER_FILE_POLICY

_SHOWN_IN_PLACE = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/avif",
        "image/gif",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "video/mp4",
        "video/webm",
        "text/plain",
        "text/plain; charset=utf-8",
        "text/vtt; charset=utf-8",
    }
)
_FOR_EVER = "private, max-age=31536000, immutable"


def object_store() -> ObjectStore:
    """This process's store."""
    # boto3 takes a tenth of a second and 20 MB that a process that serves no file can do without.
    from shared.storage.s3 import get_store  # noqa: PLC0415

    return get_store()


def stream(artifact: Artifact) -> Response:
    """An artifact's bytes. Raises ``NoLongerKept``, and what ``stream_file`` raises."""
    if artifact.removed_at is not None:
        raise NoLongerKept("This file is no longer kept: its workspace keeps files for a limited time.")
    return stream_file(artifact, file_name(artifact))


def stream_file(file: Artifact | Upload, name: str) -> Response:
    """A file's bytes: whole, or the one range asked for; 304 when the caller has them already.

    Called outside of any transaction. Raises ``ObjectMissing``, ``StoreUnavailable``, and 416 for a range that the
    file does not have.
    """
    response = Response(mimetype=None)
    _describe(response, file, name)
    etag = file.sha256.hex()
    if request.if_none_match.contains(etag):
        response.status_code = 304
        return response
    span = _wanted_span(etag, file.size)
    wanted = span or Span(0, file.size)
    response.headers["Content-Length"] = str(wanted.stop - wanted.start)
    if span is not None:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{file.size}"
    if request.method != "HEAD":
        response.response = _bytes(file, span)
    return response


def _describe(response: Response, file: Artifact | Upload, name: str) -> None:
    in_place = file.media_type in _SHOWN_IN_PLACE and "download" not in request.args
    disposition = "inline" if in_place else "attachment"
    response.headers["Content-Type"] = file.media_type
    response.headers["Content-Disposition"] = f'{disposition}; filename="{safe_file_name(name)}"'
    response.headers["Content-Security-Policy"] = USER_FILE_POLICY
    response.headers["Cache-Control"] = _FOR_EVER
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(file.sha256.hex())


def _wanted_span(etag: str, size: int) -> Span | None:
    """The one range a caller wants. Several at once, or those of another version, are answered by the whole."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    condition = request.headers.get("If-Range")
    # Compared as a whole: neither a date nor a weak validator says that the bytes are the same (RFC 9110, 13.1.5).
    if condition is not None and condition.strip() != f'"{etag}"':
        return None
    found = wanted.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(size)
    return Span(found[0], found[1])


def _bytes(file: Artifact | Upload, span: Span | None) -> Iterator[bytes]:
    return object_store().read(file.object_key, span=span)
