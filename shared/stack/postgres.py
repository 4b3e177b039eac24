"""An embedded Postgres."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from shared.errors import StackRefused
from shared.stack.binaries import postgres_program
from shared.stack.command import Account, Command, owner_for, server_environment
from shared.stack.ports import Ports
from shared.stack.private_file import write_private

_USER = "bottega"
_DATABASE = "bottega"
_INITDB_SECONDS = 60


class Postgres:
    """The cluster in ``data``, reached over TCP only.

    There is no Unix socket: its path may have 107 bytes at most, and a data folder may lie deeper than that.
    """

    name = "postgres"
    stop_signal = signal.SIGINT
    """A fast shutdown: sessions are ended, the checkpoint is written."""

    def __init__(self, data: Path, password: str, ports: Ports) -> None:
        self.version = ""
        """Such as ``18.6``."""
        self._data = data
        self._password = password
        self._ports = ports

    def command(self) -> Command:
        """Create the cluster at the first start, then serve it."""
        if not self._data.exists():
            self._create_cluster()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        return self._program("postgres", self._data, "-p", str(self._ports.settle("postgres")), *arguments)

    def is_ready(self) -> bool:
        """Whether it answers a query in the platform's database, which is created when missing."""
        try:
            with self._connection("postgres") as connection:
                found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone()
                if found is None:
                    connection.execute(f"CREATE DATABASE {_DATABASE}")
            with self._connection(_DATABASE) as connection:
                row = connection.execute("SHOW server_version").fetchone()
        except psycopg.Error:
            return False
        self.version = str(row[0]) if row else ""
        return row is not None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._ports["postgres"]

    def variables(self) -> dict[str, str]:
        """The database's URL, with its password."""
        url = f"postgresql+psycopg://{_USER}:{self._password}@127.0.0.1:{self.port}/{_DATABASE}"
        return {"BOTTEGA_DATABASE_URL": url}

    def _connection(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=_USER,
            password=self._password,
            dbname=database,
            connect_timeout=2,
            autocommit=True,
        )

    def _program(self, program: str, data: Path, *arguments: str) -> Command:
        path = postgres_program(program)
        return Command(
            argv=(str(path), "-D", str(data), *arguments),
            env=server_environment(),
            cwd=Path("/"),
            run_as=owner_for(data),
            must_reach=(path, data),
            parent_death_signal=signal.SIGINT,
        )

    def _create_cluster(self) -> None:
        # Made under another name and renamed when whole, so that a crash in between leaves no half cluster.
        unfinished = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        cluster, password_file = unfinished / "cluster", unfinished / "password"
        write_private(password_file, self._password)
        cluster.mkdir(mode=0o700)
        if account := owner_for(cluster):
            for path in (unfinished, cluster, password_file):
                _give_to(path, account)
        initdb = self._program(
            "initdb",
            cluster,
            f"--username={_USER}",
            f"--pwfile={password_file}",
            "--auth-local=reject",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions",
        )
        try:
            result = subprocess.run(
                initdb.launched(),
                env=dict(initdb.env),
                cwd="/",
                timeout=_INITDB_SECONDS,
                capture_output=True,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise StackRefused(f"initdb took longer than {_INITDB_SECONDS} s.") from error
        if result.returncode != 0:
            raise StackRefused(f"initdb failed: {(result.stderr or result.stdout).decode(errors='replace').strip()}")
        cluster.rename(self._data)
        shutil.rmtree(unfinished)


def _give_to(path: Path, account: Account) -> None:
    shutil.chown(path, account.user, account.group)
