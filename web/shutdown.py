"""Whether this process has been told to stop: what waits for a job lets go of its connection then."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_stopping = threading.Event()


def is_stopping() -> bool:
    """Whether SIGTERM has come."""
    return _stopping.is_set()


def listen() -> None:
    """Note SIGTERM before whoever handles it now. Called once a worker process, in its main thread."""
    handler = signal.getsignal(signal.SIGTERM)

    def on_term(number: int, frame: FrameType | None) -> None:
        _stopping.set()
        if callable(handler):
            handler(number, frame)

    signal.signal(signal.SIGTERM, on_term)
