"""``bottega logs``: lines as people read them, followed while files grow and are replaced."""

from __future__ import annotations

from pathlib import Path

from shared.cli.logs import LogFile, readable
from tests.unit.shared.cli.conftest import Run


def test_a_structured_line_becomes_time_level_event_and_fields() -> None:
    line = '{"event": "request", "level": "info", "timestamp": "2026-11-23T10:00:00.123456Z", "status": 200}'
    assert readable(line).plain == "10:00:00.123 info     request  status=200"


def test_an_exception_is_shown_below_its_line() -> None:
    assert readable('{"event": "failed", "exception": "Traceback"}').plain.endswith("\nTraceback")


def test_other_lines_stay_as_they_are() -> None:
    for line in ("LOG:  database system is ready", "{", "[1]", '{"a": 1}', "7"):
        assert readable(line).plain == line


def test_following_gives_each_complete_line_once(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("one\ntwo\nthree\n")
    log = LogFile(path)

    assert log.last_lines(2) == ["two", "three"]
    with path.open("a") as file:
        file.write("four\nunfinished")
    assert log.new_lines() == ["four"]
    with path.open("a") as file:
        file.write(" line\n")
    assert log.new_lines() == ["unfinished line"]
    assert log.new_lines() == []


def test_a_file_that_was_replaced_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("a long line of the old file\n")
    log = LogFile(path)
    log.last_lines(1)
    path.write_text("new\n")
    assert log.new_lines() == ["new"]


def test_one_process_can_be_chosen_and_an_unknown_one_names_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("web", "gpu-worker"):
        (tmp_path / "logs" / f"{name}.log").write_text(f"this is {name}\n")

    assert run("logs", "web", "--home", tmp_path).stdout == "web  this is web\n"
    assert "this is gpu-worker" in run("logs", "--home", tmp_path).stdout
    unknown = run("logs", "nope", "--home", tmp_path)
    assert unknown.exit_code == 2
    assert "gpu-worker, web" in unknown.stderr
