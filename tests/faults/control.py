"""What the tests and the platform's processes tell each other: files in one folder.

Imported by processes under test before anything else of theirs, so it knows the standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT_VARIABLE = "FAULTS_CONTROL"


@dataclass(frozen=True, slots=True)
class ForwardBatch:
    """One forward batch that some process began."""

    pid: int
    at: float
    """``time.time()``."""
    prompts: tuple[str, ...]


class Control:
    """Flags and a record of forward batches. Every method is atomic between processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def from_environment(cls) -> Control:
        """The one that the test named in the environment."""
        return cls(Path(os.environ[ENVIRONMENT_VARIABLE]))

    def raise_flag(self, name: str) -> None:
        """Let ``is_raised`` be true from now on, in every process."""
        (self.folder / name).touch()

    def is_raised(self, name: str) -> bool:
        """Whether the flag stands."""
        return (self.folder / name).exists()

    def take(self, name: str) -> bool:
        """Lower a flag; whether this caller was the one to do so."""
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def report(self, name: str) -> None:
        """Say that this process has come to the place called ``name``."""
        with (self.folder / f"{name}.at").open("a") as file:
            file.write(f"{os.getpid()}\n")

    def came(self, name: str) -> list[int]:
        """The processes that came to the place, in order."""
        try:
            return [int(line) for line in (self.folder / f"{name}.at").read_text().split()]
        except FileNotFoundError:
            return []

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """No worker and no child of one gets further than the start of its interpreter."""
        self.raise_flag("closed")
        try:
            yield
        finally:
            self.take("closed")

    def let_all_go(self) -> None:
        """Raise the flag that everybody waits for who came to some place."""
        for path in list(self.folder.glob("*.at")):
            self.raise_flag(f"{path.stem}.go")

    def record_batch(self, prompts: list[str]) -> None:
        """A forward batch begins."""
        line = json.dumps({"pid": os.getpid(), "at": time.time(), "prompts": prompts}) + "\n"
        descriptor = os.open(self.folder / "batches.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def batches(self) -> Iterator[ForwardBatch]:
        """Every forward batch so far, in the order in which they began."""
        try:
            text = (self.folder / "batches.jsonl").read_text()
        except FileNotFoundError:
            return
        for line in text.splitlines():
            known = json.loads(line)
            yield ForwardBatch(known["pid"], known["at"], tuple(known["prompts"]))
