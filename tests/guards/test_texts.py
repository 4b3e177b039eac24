"""What no file of the project may hold."""

from __future__ import annotations

import re

import pytest

from tests.guards.sources import tracked_texts

# Put together here, so that this file does not hold them either.
MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "root")]
MARKS = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]


@pytest.mark.parametrize("path", MACHINE_PATHS)
def test_no_file_names_a_path_of_somebody_s_machine(path: str) -> None:
    # A path begins where no letter, digit, dot or brace stands: not inside a URL or another path.
    pattern = re.compile(r"(?<![\w.}\-)])" + re.escape(path))

    assert [name for name, text in tracked_texts() if pattern.search(text)] == []


@pytest.mark.parametrize("mark", MARKS)
def test_nothing_is_left_to_do_without_a_place_where_it_is_planned(mark: str) -> None:
    assert [name for name, text in tracked_texts() if re.search(rf"\b{mark}", text)] == []


def test_text_files_end_with_one_line_break_and_no_line_with_blanks() -> None:
    own = (
        name_and_text for name_and_text in tracked_texts() if name_and_text[0].endswith((".py", ".md", ".toml", ".yml"))
    )

    untidy = [name for name, text in own if text and (not text.endswith("\n") or re.search(r"[ \t]+\n", text))]

    assert untidy == []
