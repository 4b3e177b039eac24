"""The configuration guide lists every setting as the code has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.config import Settings

_GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "configuration.md"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_guide_says_what_each_setting_is_and_does(name: str) -> None:
    field = Settings.model_fields[name]
    row = next((line for line in _GUIDE.read_text().splitlines() if f"`BOTTEGA_{name.upper()}`" in line), None)
    assert row is not None, f"docs/guides/configuration.md does not list BOTTEGA_{name.upper()}"
    assert str(field.description) in row
    if isinstance(field.default, str | int | float) and not field.is_required():
        assert f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`" in row
