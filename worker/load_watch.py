"""Say how far a model is loaded, while nothing else can be said of the jobs that wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_LOOK_SECONDS = 0.5

Tell = Callable[[dict[str, Any]], None]
"""Takes ``model``, ``bytes`` and ``total_bytes`` loaded so far and to be loaded, ``seconds`` since it began."""


class LoadWatch:
    """A thread that tells how much memory a load has taken, every half second until it ends."""

    def __init__(self, model: str, total: int, used: Callable[[], int], tell: Tell) -> None:
        self._model = model
        self._total = total
        self._used = used
        self._tell = tell
        self._began = time.monotonic()
        self._before = used()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            loaded = min(max(0, self._used() - self._before), self._total)
            seconds = round(time.monotonic() - self._began, 1)
            self._tell({"model": self._model, "bytes": loaded, "total_bytes": self._total, "seconds": seconds})
