"""Being told to stop, by a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.drain import ENVIRONMENT_VARIABLE, Drain


def test_a_worker_goes_on_until_the_file_is_there(tmp_path: Path) -> None:
    drain = Drain(tmp_path / "drain", patience_seconds=0)
    assert not drain.begun()
    assert not drain.overdue()

    (tmp_path / "drain").touch()

    assert drain.begun()
    assert drain.overdue()


def test_what_has_begun_may_go_on_for_as_long_as_there_is_patience(tmp_path: Path) -> None:
    (tmp_path / "drain").touch()
    drain = Drain(tmp_path / "drain", patience_seconds=60)

    assert drain.begun()
    assert not drain.overdue()


def test_a_stop_cannot_be_taken_back(tmp_path: Path) -> None:
    (tmp_path / "drain").touch()
    drain = Drain(tmp_path / "drain", patience_seconds=0)
    assert drain.begun()
    (tmp_path / "drain").unlink()

    assert drain.begun()


def test_the_parent_names_the_file_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    assert not Drain.from_environment(0).begun()

    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    assert Drain.from_environment(0).begun()
