"""``bottega uploads`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import Answer, ScriptedServer
from tests.unit.shared.client.test_uploads import upload_document

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"
REFUSED = Answer(422, {"code": "invalid_input", "errors": [{"path": "file", "message": "is a damaged PNG"}]})


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files."""
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        path.write_text('"text"')
    return list(map(str, paths))


def test_every_file_s_id_is_printed_with_what_the_file_is(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    picture = upload_document(id=ID, media_type="image/png", facts={"width": 1024, "height": 768})
    server.answer(Answer(201, picture), Answer(201, upload_document()))

    result = run("uploads", "add", *files, *at)

    assert result.stdout.splitlines() == [
        f"{ID}  image/png  1024 × 768  {files[0]}",
        f"0193-upload  text/plain  21 characters  {files[1]}",
    ]


def test_a_refused_file_is_named_with_the_reason_and_the_others_are_sent(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    server.answer(REFUSED, Answer(201, upload_document(id=ID)))

    result = run("uploads", "add", *files, *at)

    assert result.exit_code == 3
    assert f"{files[0]}:\nRefused:\n  file: is a damaged PNG" in result.stderr
    assert result.stdout.startswith(ID)


def test_scripts_get_documents_and_errors_as_json(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    server.answer(REFUSED, Answer(201, upload_document(id=ID)))
    result = run("uploads", "add", "--json", *files, *at)
    assert json.loads(result.stdout) == [upload_document(id=ID)]
    assert json.loads(result.stderr)["errors"] == [{"path": "file", "message": "is a damaged PNG"}]


def test_uploads_are_listed_with_whole_ids(run: Run, server: ScriptedServer, at: list[str]) -> None:
    sound = upload_document(id=ID, media_type="audio/wav", facts={"seconds": 12.5}, size=2_000_000)
    server.answer(Answer(200, {"items": [sound], "next_cursor": None}))
    shown = run("uploads", "list", *at).stdout
    assert all(part in shown for part in (ID, "audio/wav", "2.0 MB", "12.5 s", "Größe.txt"))
    assert json.loads(run("uploads", "list", "--json", *at).stdout) == [sound]


def test_removing_says_what_is_gone(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(204))
    assert run("uploads", "remove", ID, *at).stdout == f"Upload {ID} is gone.\n"
    assert (server.received[0].method, server.received[0].path) == ("DELETE", f"/api/v1/uploads/{ID}")


def test_a_file_that_is_not_there_is_a_mistake_of_the_command_line(run: Run, at: list[str], tmp_path: Path) -> None:
    assert run("uploads", "add", str(tmp_path / "nothing.png"), *at).exit_code == 2
