from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from shared.errors import StackRefused
from shared.stack.credentials import Credentials


def test_they_are_made_once_and_kept_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    made = Credentials.kept_in(file)
    assert Credentials.kept_in(file) == made
    assert file.stat().st_mode & 0o777 == 0o600


def test_each_is_random_and_long() -> None:
    first, second = astuple(Credentials.random()), astuple(Credentials.random())
    assert len({*first, *second}) == 10
    assert min(map(len, first)) >= 20


@pytest.mark.parametrize("text", ["", "{}", '{"postgres_password": "only this"}', "[]"])
def test_a_damaged_file_is_refused_rather_than_replaced(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text)
    with pytest.raises(StackRefused, match="credentials"):
        Credentials.kept_in(file)
    assert file.read_text() == text
