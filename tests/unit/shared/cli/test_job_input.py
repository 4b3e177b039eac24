"""The input of a job, as the command line spells it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from shared.cli.errors import BadOption
from shared.cli.job_input import read_input, with_seeds


def test_settings_win_over_the_prompt_and_the_prompt_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "input.json"
    file.write_text('{"prompt": "of the file", "seed": 1, "width": 64}')

    assert read_input(file, "of the option", ["seed=2"]) == {"prompt": "of the option", "seed": 2, "width": 64}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("x=7", 7),
        ("x=0.5", 0.5),
        ("x=true", True),
        ("x=null", None),
        ('x=["a"]', ["a"]),
        ("x=a beach", "a beach"),
        ('x="7"', "7"),
        ("x=", ""),
        ("x=a=b", "a=b"),
    ],
)
def test_a_value_that_is_json_is_json_and_any_other_is_text(setting: str, value: object) -> None:
    assert read_input(None, None, [setting]) == {"x": value}


def test_standard_input_is_a_file_called_minus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"prompt": "piped"}'))
    assert read_input(Path("-"), None, []) == {"prompt": "piped"}


@pytest.mark.parametrize("content", [b"not json", b"[1]", b"\xff\xfe"])
def test_a_file_that_holds_no_object_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "input.json"
    file.write_bytes(content)
    with pytest.raises(BadOption, match=r"input\.json"):
        read_input(file, None, [])


def test_without_a_seed_the_server_draws_one_for_each() -> None:
    assert list(with_seeds({"prompt": "x"}, 2)) == [{"prompt": "x"}, {"prompt": "x"}]
