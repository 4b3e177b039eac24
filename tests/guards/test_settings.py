"""Every setting is read, and under its own name only."""

from __future__ import annotations

import re

import pytest

from shared.config import Settings
from tests.guards.sources import PRODUCT, python_files, short

_TEXT = {
    short(path): path.read_text("utf-8")
    for path in python_files(*PRODUCT, "migrations")
    if short(path) != "shared/config.py"
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_read_somewhere(name: str) -> None:
    used = re.compile(rf'settings(\(\))?\.{name}\b|envvar="BOTTEGA_{name.upper()}"')

    assert any(used.search(text) for text in _TEXT.values()), f"nothing reads BOTTEGA_{name.upper()}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_says_what_it_does(name: str) -> None:
    description = Settings.model_fields[name].description

    assert description
    assert description.endswith(".")
