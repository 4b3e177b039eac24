"""What the supervisor needs to know of an embedded server."""

from __future__ import annotations

import signal
from typing import Protocol

from shared.stack.command import Command


class EmbeddedServer(Protocol):
    """One of the three servers the platform stands on."""

    @property
    def name(self) -> str:
        """The program's name, as it is listed and logged."""

    @property
    def stop_signal(self) -> signal.Signals:
        """What makes it stop cleanly and soon."""

    def command(self) -> Command:
        """Prepare its data folder and tell what to run."""

    def is_ready(self) -> bool:
        """Whether it does real work for a client that knows its password."""

    @property
    def version(self) -> str:
        """The server's version, known once it is ready."""

    @property
    def port(self) -> int:
        """The port its clients connect to."""

    def variables(self) -> dict[str, str]:
        """The settings that let the platform's processes use it."""
