"""Sending a file: its bytes as they are, its name as it is, again when the connection breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.client import Client, RequestRefused
from tests.unit.shared.client.scripted_server import Answer, ScriptedServer

BODY = json.dumps("a file that the scripted server can read" * 20_000)


def upload_document(**changes: Any) -> dict[str, Any]:
    """An upload as the API answers it."""
    return {
        "id": "0193-upload",
        "file_name": "Größe.txt",
        "media_type": "text/plain; charset=utf-8",
        "size": 21,
        "sha256": "00" * 32,
        "facts": {"characters": 21},
        "created_at": "2026-11-23T10:00:00.000Z",
        "expires_at": "2026-12-23T10:00:00.000Z",
        "urls": {"self": "/self", "content": "/content"},
        **changes,
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Größe.txt"
    path.write_text(BODY)
    return path


def test_a_file_is_sent_as_it_is_under_its_name(client: Client, server: ScriptedServer, file: Path) -> None:
    server.answer(Answer(201, upload_document()))

    upload = client.upload(file)

    (request,) = server.received
    assert (request.method, request.path) == ("POST", "/api/v1/uploads")
    assert json.dumps(request.body) == BODY
    assert request.headers["content-length"] == str(len(BODY))
    assert "transfer-encoding" not in request.headers
    assert request.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"
    assert upload.reference == {"upload": "0193-upload"}


def test_a_broken_connection_starts_the_file_anew(client: Client, server: ScriptedServer, file: Path) -> None:
    server.answer(Answer(hang_up=True), Answer(503), Answer(201, upload_document()))
    assert client.upload(str(file)).id == "0193-upload"
    assert [json.dumps(request.body) for request in server.received] == [BODY] * 3


def test_a_file_that_is_just_being_removed_is_sent_again(client: Client, server: ScriptedServer, file: Path) -> None:
    problem = {"status": 409, "code": "upload_is_being_removed", "detail": "in a few seconds"}
    server.answer(Answer(409, problem), Answer(201, upload_document()))
    assert client.upload(file).id == "0193-upload"


def test_a_refusal_says_what_is_wrong_with_the_file(client: Client, server: ScriptedServer, file: Path) -> None:
    server.answer(Answer(422, {"code": "invalid_input", "errors": [{"path": "file", "message": "is empty"}]}))
    with pytest.raises(RequestRefused) as caught:
        client.upload(file)
    assert caught.value.message == "file: is empty"
    assert len(server.received) == 1


def test_a_file_that_is_not_there_is_not_asked_for(client: Client, server: ScriptedServer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        client.upload(tmp_path / "nothing.png")
    assert server.received == []


def test_the_list_goes_over_all_pages(client: Client, server: ScriptedServer) -> None:
    pages = [
        Answer(200, {"items": [upload_document(id="1")], "next_cursor": "1"}),
        Answer(200, {"items": [upload_document(id="2")], "next_cursor": None}),
    ]
    server.answer(*pages)
    assert [upload.id for upload in client.uploads.list()] == ["1", "2"]
    assert [request.path for request in server.received] == [
        "/api/v1/uploads?limit=100",
        "/api/v1/uploads?limit=100&cursor=1",
    ]
