"""An embedded Valkey, which speaks Redis' protocol."""

from __future__ import annotations

import signal
from pathlib import Path

import redis

from shared.stack.binaries import valkey_server
from shared.stack.command import Command, server_environment
from shared.stack.ports import Ports
from shared.stack.private_file import write_private


class Valkey:
    """The database in ``data``, appended to disk once a second: a lost doorbell is rung again by the dispatcher."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, password: str, ports: Ports) -> None:
        self.version = ""
        """Such as ``9.1.2``."""
        self._data = data
        self._password = password
        self._ports = ports

    def command(self) -> Command:
        """Write the configuration, which keeps the password out of the list of processes, and serve it."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        configuration = self._data / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self._ports.settle('valkey')}",
            f"requirepass {self._password}",
            f"dir {_quoted(str(self._data))}",
            "appendonly yes",
            'save ""',
            "daemonize no",
        ]
        write_private(configuration, "\n".join(lines) + "\n")
        return Command(argv=(str(valkey_server()), str(configuration)), env=server_environment(), cwd=Path("/"))

    def is_ready(self) -> bool:
        """Whether it answers PING: it does not while it loads its data."""
        try:
            with self._client() as client:
                if not client.ping():
                    return False
                self.version = str(client.info("server")["valkey_version"])
        except redis.RedisError:
            return False
        return True

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._ports["valkey"]

    def variables(self) -> dict[str, str]:
        """The URL, with its password."""
        return {"BOTTEGA_REDIS_URL": f"redis://:{self._password}@127.0.0.1:{self.port}/0"}

    def _client(self) -> redis.Redis:
        return redis.Redis(
            port=self.port,
            password=self._password,
            socket_timeout=1,
            socket_connect_timeout=1,
            decode_responses=True,
        )


def _quoted(text: str) -> str:
    """As a string of Valkey's configuration file."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
