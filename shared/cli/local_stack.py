"""The embedded stack as the command line runs it: prepared, for one's own machine, and saying where to go."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shared.cli.connection import Connection
from shared.cli.stored_key import StoredKey
from shared.stack.errors import StartFailed
from shared.stack.supervisor import Stack

_ON_ONES_OWN_MACHINE = {
    # A receiver of webhooks under development runs on the same machine.
    "BOTTEGA_WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "true",
}
_LONGEST_PREPARATION = 120.0


class LocalStack(Stack):
    """A stack with its database migrated, and a workspace and key of its own. ``on_ready`` is told once it serves."""

    def __init__(self, home: Path, *, on_ready: Callable[[Connection], None] | None = None, **options: Any) -> None:
        defaults = {name: value for name, value in _ON_ONES_OWN_MACHINE.items() if name not in os.environ}
        super().__init__(home, extra_env=defaults, prepare=self._bootstrap, **options)
        self._on_ready = on_ready

    def start(self) -> None:
        """Start everything, and tell ``on_ready``. Raises what ``Stack.start`` raises."""
        super().start()
        if self._on_ready is not None:
            self._on_ready(self.connection())

    def connection(self) -> Connection:
        """The address and the key, while it runs."""
        key = StoredKey.read(self.home)
        assert key is not None, "the preparation wrote it"
        assert self.web_url is not None, "the stack has started"
        return Connection(self.web_url, key.api_key)

    def _bootstrap(self, environment: Mapping[str, str]) -> None:
        """Run ``bottega bootstrap`` as a child: the supervisor stays small, and its settings unread."""
        log = self.home / "logs" / "bootstrap.log"
        command = [sys.executable, "-m", "shared.cli", "bootstrap", "--home", str(self.home)]
        with log.open("wb") as output:
            try:
                status = subprocess.run(
                    command,
                    env={**os.environ, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_LONGEST_PREPARATION,
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                raise StartFailed("bootstrap", f"it took over {_LONGEST_PREPARATION:.0f} s", log, "") from None
        if status != 0:
            last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
            raise StartFailed("bootstrap", f"it exited with status {status}", log, last_lines)
