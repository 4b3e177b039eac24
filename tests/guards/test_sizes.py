"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import pytest

from tests.guards.sources import PRODUCT, functions, python_files, short, tracked_texts

LINES_OF_A_FILE = 500
LINES_OF_A_PRODUCT_FILE = 300
LINES_OF_A_FUNCTION = 60
# Written by tools, or by standards bodies.
GENERATED = (".lock", ".svg", ".json", "LICENSE", "licence.txt")


def test_no_file_is_too_long_to_be_read() -> None:
    sizes = {name: text.count("\n") for name, text in tracked_texts() if not name.endswith(GENERATED)}

    assert {name: lines for name, lines in sizes.items() if lines > LINES_OF_A_FILE} == {}


def test_a_product_file_is_one_noun() -> None:
    sizes = {short(path): path.read_text("utf-8").count("\n") for path in python_files(*PRODUCT)}

    assert {name: lines for name, lines in sizes.items() if lines > LINES_OF_A_PRODUCT_FILE} == {}


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_no_function_is_too_long_to_be_followed(folder: str) -> None:
    too_long = {
        f"{short(path)}:{function.lineno} {function.name}": lines
        for path in python_files(folder)
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    }

    assert too_long == {}


def test_no_file_is_a_drawer_for_what_has_no_place() -> None:
    drawers = {"utils", "helpers", "common", "misc"}

    assert [short(path) for path in python_files(*PRODUCT, "tests") if drawers & {path.stem, path.parent.name}] == []
