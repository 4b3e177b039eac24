"""Have a stranger's file looked at in a process of its own, which may die of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from shared.errors import BottegaError, InputRefused
from shared.logging import get_logger
from shared.storage.formats import FORMATS, TABLES, FileKind, Format

log = get_logger(__name__)

_SECONDS = 60
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
"""All that the child learns of this process: no settings, for it handles what strangers send."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each may take a gigabyte."""


class InspectionFailed(BottegaError):
    """The file could not be looked at."""

    code = "inspection_failed"


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be stored. ``body`` is what to store: a picture has been written anew."""

    format: Format
    size: int
    """Bytes."""
    sha256: bytes
    md5: bytes
    facts: dict[str, Any]
    """``width`` and ``height`` in pixels, ``seconds``, ``tracks``, ``characters``, ``rows`` and ``columns``."""
    body: BinaryIO


@contextmanager
def inspected(source: BinaryIO, expected: FileKind | None = None) -> Iterator[Inspected]:
    """What a file is, as long as the block lasts. ``source`` must have a file descriptor.

    A table must be ``expected``. Raises ``InputRefused`` on ``file`` with the reason.
    """
    with tempfile.TemporaryFile() as target:
        verdict = _verdict(source, target, expected)
        if "refused" in verdict:
            raise InputRefused.of("file", str(verdict["refused"]))
        yield Inspected(
            format=next(each for each in (*FORMATS, *TABLES) if each.extension == verdict["format"]),
            size=verdict["size"],
            sha256=bytes.fromhex(verdict["sha256"]),
            md5=bytes.fromhex(verdict["md5"]),
            facts=verdict["facts"],
            body=target if verdict["rewritten"] else source,
        )


def _verdict(source: BinaryIO, target: BinaryIO, expected: FileKind | None) -> dict[str, Any]:
    kind = [expected.value] if expected else []
    source.flush()
    with _AT_ONCE:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "shared.artifacts.inspection", str(target.fileno()), *kind],
                check=False,
                stdin=source.fileno(),
                capture_output=True,
                pass_fds=[target.fileno()],
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise InputRefused.of("file", "takes too long to read") from error
    if done.returncode < 0:
        log.warning("inspection_killed", signal=-done.returncode)
        raise InputRefused.of("file", "takes too much time or memory to read")
    if done.returncode:
        log.error("inspection_failed", output=done.stderr.decode(errors="replace")[-2000:])
        raise InspectionFailed
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict
