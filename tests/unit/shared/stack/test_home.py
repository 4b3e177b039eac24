from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.stack.errors import HomeInUse
from shared.stack.home import Home

_HOLDER = """
import sys
from pathlib import Path
from shared.stack.home import Home
home = Home(Path(sys.argv[1]))
home.lock()
home.announce("http://127.0.0.1:8000")
print("locked", flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time_and_the_next_is_told_pid_and_address(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLDER, str(tmp_path / "home")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        home = Home(tmp_path / "home")
        with pytest.raises(HomeInUse) as refused:
            home.lock()
        assert (refused.value.pid, refused.value.address) == (holder.pid, "http://127.0.0.1:8000")
        assert str(holder.pid) in refused.value.message
        assert home.is_locked()

        holder.kill()
        holder.wait()
        assert not home.is_locked()
        home.lock()
        home.unlock()


def test_a_lock_is_free_again_after_unlock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert not home.is_locked()
    home.lock()
    assert Home(tmp_path / "home").is_locked()
    home.unlock()
    assert not home.is_locked()
    home.unlock()


def test_a_child_of_the_holder_does_not_keep_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.lock()
    with subprocess.Popen(["sleep", "60"]) as child:
        home.unlock()
        assert not home.is_locked()
        child.kill()


def test_the_folder_is_closed_to_others_and_an_existing_one_keeps_its_mode(tmp_path: Path) -> None:
    made = Home(tmp_path / "made")
    made.lock()
    # As root others may pass through, because Postgres runs as another user; they still cannot list it.
    assert made.path.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    made.unlock()
    (tmp_path / "existing").mkdir(mode=0o750)
    (tmp_path / "existing").chmod(0o750)
    existing = Home(tmp_path / "existing")
    existing.lock()
    assert existing.path.stat().st_mode & 0o777 == 0o750
    existing.unlock()
