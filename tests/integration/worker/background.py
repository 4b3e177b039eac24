"""A real background process of the platform, started as the supervisor starts it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.integration.jobs.waiting import until


class Background:
    """``python -m worker.serve <kind>`` with its log; ended when the block ends."""

    def __init__(self, kind: str, folder: Path, **settings: str) -> None:
        self._ready = folder / "ready"
        self._log = folder / "log"
        self._command = [sys.executable, "-m", "worker.serve", kind]
        self._environment = {**os.environ, "BOTTEGA_READY_FILE": str(self._ready), **settings}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._ready.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        until(lambda: self._ready.exists() or self.exit_status() is not None, seconds=60, what="a start")
        assert self.exit_status() is None, self._log.read_text()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill_all()

    def exit_status(self) -> int | None:
        """What it ended with; nothing while it runs."""
        assert self.process is not None
        return self.process.poll()

    def send(self, method: str) -> None:
        """``kill`` it, or ``terminate`` it."""
        assert self.process is not None
        getattr(self.process, method)()

    def kill_all(self) -> None:
        """End it and its children at once."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def events(self) -> list[str]:
        """What it has logged, by name."""
        lines = [line for line in self._log.read_text().splitlines() if line.startswith("{")]
        records: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return [record["event"] for record in records]
