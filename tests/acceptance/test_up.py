"""``bottega up`` from an empty folder, and ``bottega down``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


def bottega(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the stack in ``home``, which may not take longer than 30 s."""
    command = [sys.executable, "-m", "shared.cli", *arguments, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@contextmanager
def up(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The stack, once it says how to stop it; its lines grow until it has stopped."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "shared.cli", "up", "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    welcomed = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.strip().startswith("Stop"):
                welcomed.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert welcomed.wait(400), "".join(lines)
        yield process, lines
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        reader.join(5)


@pytest.mark.timeout(600)
def test_up_says_where_to_go_and_down_stops_it(short_folder: Path) -> None:
    home = short_folder / "up"
    with up(home) as (process, lines):
        said = "".join(lines)
        for name in ("postgres", "valkey", "seaweedfs", "web", "gpu-worker", "compositor", "cpu-worker", "dispatcher"):
            assert any(line.startswith(name) and "ready in" in line for line in lines), said
        link = next(line.split()[2] for line in lines if line.strip().startswith("Sign in"))
        page = httpx.get(link, follow_redirects=True, trust_env=False)
        assert page.status_code == 200

        again = bottega(home, "up")
        assert again.returncode == 1
        assert f"process {process.pid}" in again.stderr

        stopped = bottega(home, "down")
        assert stopped.returncode == 0, stopped.stderr
        assert process.wait(5) == 0

    assert "No stack runs" in bottega(home, "status").stderr


@pytest.mark.timeout(600)
def test_ctrl_c_stops_within_ten_seconds(short_folder: Path) -> None:
    with up(short_folder / "up") as (process, _):
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) == 0
