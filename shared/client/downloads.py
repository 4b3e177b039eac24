"""Files from the server: streamed to disk, checked against their hash, put in place as a whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from shared.client.errors import DownloadFailed, RequestRefused
from shared.client.retries import Retries
from shared.client.transport import Transport, may_pass, unreachable

Opened = Callable[[], AbstractContextManager[httpx.Response]]


def save(transport: Transport, opened: Opened, sha256: str | None, path: Path) -> None:
    """Write the reply's bytes to ``path``, which appears complete or not at all.

    Without a ``sha256``, as for what the server makes while it sends it, HTTP's own framing says whether it is
    complete. A broken connection starts it anew. Raises ``DownloadFailed``, ``RequestRefused``, ``ServerUnreachable``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    retries = Retries(transport.patience)
    try:
        while True:
            try:
                arrived = _write(opened, unfinished)
                break
            except httpx.TransportError as error:
                if not retries.pause():
                    raise unreachable(transport.url, error) from error
            except RequestRefused as refused:
                if not may_pass(refused.problem) or not retries.pause():
                    raise
        if sha256 is not None and arrived != sha256:
            raise DownloadFailed(f"{path.name} arrived with SHA-256 {arrived}, not {sha256}.")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(opened: Opened, path: Path) -> str:
    """Write the reply's bytes and return their SHA-256."""
    digest = hashlib.sha256()
    with opened() as reply, path.open("wb") as file:
        for chunk in reply.iter_bytes():
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
