"""Names under which files lie and are downloaded."""

from __future__ import annotations

import pytest

from shared.identifiers import new_id
from shared.storage.base import artifact_key, safe_file_name


def test_two_attempts_at_one_output_lie_apart() -> None:
    workspace_id, job_id = new_id(), new_id()
    zombie, successor = (artifact_key(workspace_id, job_id, fence, 0, bytes(32), "png") for fence in (1, 2))

    assert zombie != successor
    assert zombie == f"w/{workspace_id}/j/{job_id}/1/0-{'00' * 32}.png"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("picture.png", "picture.png"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"; filename="b.exe', "a-filename-b.exe"),
        ("line\r\nbreak.png", "line-break.png"),
        ("café ☕.png", "caf-.png"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_file_name_trips_over_nothing(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_a_long_file_name_is_cut() -> None:
    assert len(safe_file_name("x" * 1000)) == 100
