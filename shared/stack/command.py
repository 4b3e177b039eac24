"""A program to run: its arguments, environment, folder and user."""

from __future__ import annotations

import json
import os
import pwd
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.stack.launcher import Setup

_LAUNCHER = Path(__file__).with_name("launcher.py")
_INHERITED_BY_SERVERS = ("PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, by number."""

    user: int
    group: int


@dataclass(frozen=True, slots=True)
class Command:
    """What to execute. ``argv[0]`` is an absolute path."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    run_as: Account | None = None
    must_reach: tuple[Path, ...] = field(default=())
    parent_death_signal: signal.Signals = signal.SIGTERM

    def launched(self) -> list[str]:
        """The command line that runs it through the launcher, as a child of this process."""
        setup = Setup(
            parent=os.getpid(),
            parent_death_signal=self.parent_death_signal,
            run_as=(self.run_as.user, self.run_as.group) if self.run_as else None,
            must_reach=[str(path) for path in self.must_reach],
        )
        return [
            sys.executable,
            "-I",
            "-S",
            str(_LAUNCHER),
            json.dumps(setup),
            *self.argv,
        ]


def server_environment(**extra: str) -> dict[str, str]:
    """A small environment for a server: the operator's PG*, AWS_* and the like must not change how it runs."""
    kept = {name: os.environ[name] for name in _INHERITED_BY_SERVERS if name in os.environ}
    return {**kept, "LC_ALL": "C", **extra}


def owner_for(folder: Path) -> Account | None:
    """The user to run as where root is refused: the owner of ``folder``, else ``nobody``. None when not root."""
    if os.geteuid() != 0:
        return None
    status = folder.stat()
    if status.st_uid != 0:
        return Account(status.st_uid, status.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)
