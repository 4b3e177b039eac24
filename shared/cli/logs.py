"""``bottega logs``: what the stack's processes wrote, in one place."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from shared.cli import options
from shared.cli.console import output
from shared.cli.errors import BadOption, NothingRuns

_POLL_SECONDS = 0.2
_LEVEL_STYLES = {"debug": "dim", "warning": "yellow", "error": "red", "critical": "bold red"}


@dataclass(slots=True)
class LogFile:
    """One process's log, and how far it has been read, in bytes."""

    path: Path
    position: int = 0

    @property
    def name(self) -> str:
        """The process's name."""
        return self.path.stem

    def last_lines(self, count: int) -> list[str]:
        """The last ``count`` lines; ``new_lines`` goes on behind them."""
        with self.path.open("rb") as file:
            lines = deque(file, maxlen=count)
            self.position = file.tell()
        return [line.decode(errors="replace").rstrip("\n") for line in lines]

    def new_lines(self) -> list[str]:
        """The complete lines written since the last call. A file that shrank was replaced, and is read anew."""
        if not self.path.exists():
            return []
        if self.path.stat().st_size < self.position:
            self.position = 0
        with self.path.open("rb") as file:
            file.seek(self.position)
            complete, newline, _ = file.read().rpartition(b"\n")
        self.position += len(complete) + len(newline)
        return complete.decode(errors="replace").splitlines()


def logs(
    name: Annotated[str | None, typer.Argument(help="One process. Left out: all of them.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines of each.")] = 20,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show what the stack's processes wrote.

    With --json the lines are left as they are.
    """
    files = _log_files(home, name)
    width = max(len(file.name) for file in files)
    for file in files:
        for line in file.last_lines(lines):
            _print(file.name.ljust(width), line, as_json)
    while follow:
        for file in files:
            for line in file.new_lines():
                _print(file.name.ljust(width), line, as_json)
        time.sleep(_POLL_SECONDS)


def _log_files(home: Path, name: str | None) -> list[LogFile]:
    files = [LogFile(path) for path in sorted((home / "logs").glob("*.log"))]
    if not files:
        raise NothingRuns(f"There are no logs in {home}. Start a stack with `bottega up`.")
    if name is None:
        return files
    chosen = [file for file in files if file.name == name]
    if not chosen:
        raise BadOption(f"No process is called {name!r}; there are: {', '.join(file.name for file in files)}.")
    return chosen


def _print(name: str, line: str, as_json: bool) -> None:
    if as_json:
        print(line)
    else:
        output().print(Text.assemble((f"{name}  ", "dim"), readable(line)))


def readable(line: str) -> Text:
    """A structured log line as time, level, event and fields; any other line as it is."""
    try:
        record: Any = json.loads(line)
    except ValueError:
        return Text(line)
    if not isinstance(record, dict) or "event" not in record:
        return Text(line)
    moment = str(record.pop("timestamp", ""))[11:23]
    level = str(record.pop("level", "info"))
    event = str(record.pop("event"))
    trace = record.pop("exception", None)
    hidden = {"logger", "process"}
    fields = " ".join(f"{key}={value}" for key, value in record.items() if key not in hidden)
    text = Text.assemble(f"{moment} ", (f"{level:<8} ", _LEVEL_STYLES.get(level, "")), event, (f"  {fields}", "dim"))
    return text if trace is None else text.append(f"\n{trace}")
