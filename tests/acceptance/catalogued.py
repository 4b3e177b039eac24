"""Small models of genuine architectures in the catalog of a running stack, as an operator puts them there."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import RunningStack

Bottega = Callable[..., subprocess.CompletedProcess[str]]


def command_of(running_stack: RunningStack) -> Bottega:
    """Runs the command on the stack that is up."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shared.cli", *map(str, arguments), "--home", str(running_stack.stack.home)]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)

    return run


@contextlib.contextmanager
def catalogued(
    bottega: Bottega,
    models: Mapping[str, tuple[str, Callable[[Path], object]]],
    folders: pytest.TempPathFactory,
) -> Iterator[None]:
    """Each model by its name, with its family and what saves it; taken out again, for others count what is there."""
    for name, (family, save) in models.items():
        folder = folders.mktemp(name.replace("/", "-"))
        save(folder)
        added = bottega("models", "add", name, folder, "--family", family)
        assert added.returncode == 0, added.stderr
    yield
    for name in models:
        assert bottega("models", "remove", name, "--yes").returncode == 0
