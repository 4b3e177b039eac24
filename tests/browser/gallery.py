"""A workspace with jobs in every state, driven there as workers would."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.errors import OutOfDeviceMemory
from shared.jobs import progress
from tests.integration.jobs.actions import cancel, claim_one, fail, make_due, submit
from tests.integration.web.results import finish_with

PICTURE: dict[str, Any] = {"model": "starter/backdrops", "input": {"prompt": "a calm teal ocean at dawn", "seed": 7}}


@dataclass(frozen=True, slots=True)
class Gallery:
    """One job of each kind that looks different."""

    pictures: UUID
    texts: UUID
    failed: UUID
    canceled: UUID
    running: UUID
    queued: UUID


def hang(workspace_id: UUID) -> Gallery:
    """Make the jobs."""
    pictures = submit(workspace_id, **{**PICTURE, "input": {"prompt": "golden dunes", "num_images": 3}})
    finish_with(*(png(shade) for shade in (60, 130, 200)), media_type="image/png", extension="png")
    texts = submit(workspace_id, input={"prompt": "Write a slogan for coffee by Zorvi", "num_return_sequences": 2})
    finish_with(b"Zorvi: wake up with a wink.", b"Bold beans, bad puns. Zorvi.")
    failed = submit(workspace_id, input={"prompt": "an impossible cathedral of glass " * 12})
    for _ in range(3):
        fail(OutOfDeviceMemory(), claim_one())
        make_due(failed)
    canceled = submit(workspace_id, **PICTURE)
    cancel(workspace_id, canceled)
    running = submit(workspace_id, **PICTURE)
    claim_one()
    progress.publish([(running, "progress", {"step": 9, "total": 20, "rate": 3.1, "eta_seconds": 3.5})])
    return Gallery(pictures, texts, failed, canceled, running, submit(workspace_id, **PICTURE))


def png(shade: int, side: int = 64) -> bytes:
    """A square PNG of one shade of teal: small, and real enough for a browser."""
    row = b"\0" + bytes((shade // 3, shade, shade)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
