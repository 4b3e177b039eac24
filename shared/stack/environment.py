"""What a running stack tells others: the variables its processes run with, and the record of what runs."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.stack.home import Home
from shared.stack.leftovers import ProcessRecord
from shared.stack.private_file import write_private
from shared.stack.process import SupervisedProcess
from shared.stack.states import ProcessState

DATABASE_URL = "BOTTEGA_DATABASE_URL"
REDIS_URL = "BOTTEGA_REDIS_URL"
S3_ENDPOINT_URL = "BOTTEGA_S3_ENDPOINT_URL"
_PREFIX = "BOTTEGA_"


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A stack that runs in some process of this machine."""

    pid: int
    web_url: str | None
    environment: dict[str, str]
    processes: dict[str, int]
    """Process ids by name, of those that run."""
    states: dict[str, ProcessState]
    """Every process's state by name, as its supervisor last saw it."""


def own_variables(*sources: Mapping[str, str]) -> dict[str, str]:
    """The platform's settings among ``sources``, later ones first; one set to nothing counts as not set."""
    merged = {name: value for source in sources for name, value in source.items()}
    return {name: value for name, value in merged.items() if name.startswith(_PREFIX) and value}


def write_record(
    home: Home,
    variables: Mapping[str, str],
    web_url: str | None,
    ports: Mapping[str, int],
    processes: Sequence[SupervisedProcess],
) -> None:
    """Write down what runs now: ``stack.json`` for programs, ``stack.env`` with the variables alone for a shell."""
    record = {
        "pid": os.getpid(),
        "web_url": web_url,
        "environment": dict(variables),
        "ports": dict(ports),
        "processes": [_record(process) for process in processes],
    }
    write_private(home.stack_file, json.dumps(record, indent=1))
    lines = [f"{name}={shlex.quote(value)}" for name, value in sorted(variables.items())]
    write_private(home.environment_file, "\n".join(lines) + "\n")


def remove_record(home: Home) -> None:
    """Nothing runs any more."""
    home.stack_file.unlink(missing_ok=True)
    home.environment_file.unlink(missing_ok=True)


def recorded_processes(home: Home) -> list[ProcessRecord]:
    """The children of a supervisor that left its record behind."""
    return [
        ProcessRecord(child["name"], child["pid"], child["started_at"], child["stop_signal"])
        for child in _read(home).get("processes", [])
        if child["pid"] is not None and child["started_at"] is not None
    ]


def running_stack(home: Path) -> RunningStack | None:
    """The stack that runs in ``home``, or None."""
    folder = Home(home)
    if not folder.is_locked():
        return None
    record = _read(folder)
    if not record:
        return None
    pids = {child["name"]: child["pid"] for child in record["processes"] if child["pid"] is not None}
    states = {child["name"]: ProcessState(child["state"]) for child in record["processes"]}
    return RunningStack(record["pid"], record["web_url"], record["environment"], pids, states)


def _record(process: SupervisedProcess) -> dict[str, object]:
    return {
        "name": process.name,
        "pid": process.pid,
        "started_at": process.started_at,
        "state": process.state,
        "restarts": process.restarts,
        "log": str(process.log_path),
        "stop_signal": int(process.plan.stop_signal),
    }


def _read(home: Home) -> dict[str, Any]:
    try:
        record = json.loads(home.stack_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
