"""One more process of the platform beside those of the stack, with settings of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from shared.stack.ports import Ports
from tests.faults.row import CannotInject, NotInjected
from tests.faults.stack import FaultStack

_READY_SECONDS = 60.0


class ExtraProcess:
    """A program in the stack's environment, ended with its children when the block ends.

    ``resolver`` names a server that answers its questions for host names: it gets a resolv.conf of its own in a mount
    namespace of its own.
    """

    def __init__(self, stack: FaultStack, name: str, argv: Sequence[str], resolver: str, **settings: str) -> None:
        self._folder = stack.home / "run" / name
        self._folder.mkdir(parents=True)
        self._ready_file = self._folder / "ready"
        self.log = self._folder / "log"
        self._argv = _with_resolver(argv, resolver, self._folder)
        base = {name: value for name, value in os.environ.items() if not name.startswith("BOTTEGA_")}
        own = {"BOTTEGA_READY_FILE": str(self._ready_file), "BOTTEGA_METRICS_DIR": str(self._folder / "metrics")}
        self._environment = {**base, **stack.environment, **own, **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._argv, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)

    def until_ready(self, url: str | None = None) -> None:
        """Return once it says so: by its file or, if it has a URL, over HTTP. Raises ``NotInjected``."""
        assert self._process is not None
        until = time.monotonic() + _READY_SECONDS
        while not (self._ready_file.exists() if url is None else _answers(url)):
            if self._process.poll() is not None or time.monotonic() > until:
                raise NotInjected(f"it did not start: {self.log.read_text(errors='replace')[-500:]}")
            time.sleep(0.05)


def strict_web(stack: FaultStack, resolver: str) -> tuple[ExtraProcess, str]:
    """A web that lets no webhook reach a private address, and its URL."""
    port = Ports(stack.home / "run" / "strict-web-ports.json").settle("web")
    command = (sys.executable, "-m", "gunicorn", "--config", "python:web.server", "web.wsgi:app")
    address = f"127.0.0.1:{port}"
    settings = {"BOTTEGA_WEB_BIND": address, "BOTTEGA_WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "false"}
    return ExtraProcess(stack, "strict-web", command, resolver, **settings), f"http://{address}"


def strict_sender(stack: FaultStack, resolver: str) -> ExtraProcess:
    """A CPU worker that sends nothing to a private address."""
    command = (sys.executable, "-m", "worker.serve", "cpu")
    return ExtraProcess(stack, "strict-sender", command, resolver, BOTTEGA_WEBHOOK_ALLOW_PRIVATE_ADDRESSES="false")


def _with_resolver(argv: Sequence[str], resolver: str, folder: Path) -> list[str]:
    configuration = folder / "resolv.conf"
    configuration.write_text(f"nameserver {resolver}\noptions timeout:1 attempts:2\n")
    inside = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", inside, str(configuration)]
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotInject("this machine has no unshare command") from error
    if tried.returncode != 0:
        raise CannotInject(f"this machine gives us no resolver of our own: {tried.stderr.strip()}")
    return [*command, *argv]


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=1, trust_env=False).is_success
    except httpx.TransportError:
        return False
