"""A download is the very bytes the job made, or no file at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shared.client import Artifact, Client, RequestRefused
from shared.client.errors import DownloadFailed
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer

PICTURE = bytes(range(256)) * 1000


@pytest.fixture
def artifact() -> Artifact:
    return Artifact.from_json(
        {
            "id": "a1",
            "index": 0,
            "media_type": "image/png",
            "size": len(PICTURE),
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
            "facts": {"width": 128},
        }
    )


def test_the_bytes_arrive_whole_and_nothing_else_is_left(
    server: ScriptedServer, client: Client, artifact: Artifact, tmp_path: Path
) -> None:
    server.answer(Answer(200, PICTURE, {"Content-Type": "image/png"}))

    client.download(artifact, tmp_path / "new" / "picture.png")

    assert [path.name for path in (tmp_path / "new").iterdir()] == ["picture.png"]
    assert (tmp_path / "new" / "picture.png").read_bytes() == PICTURE


def test_a_connection_that_breaks_in_the_middle_is_tried_again(
    server: ScriptedServer, client: Client, artifact: Artifact, tmp_path: Path
) -> None:
    server.answer(Answer(200, PICTURE, truncate=True), Answer(200, PICTURE))

    client.download(artifact, tmp_path / "picture.png")

    assert (tmp_path / "picture.png").read_bytes() == PICTURE


def test_other_bytes_are_refused_and_the_old_file_stays(
    server: ScriptedServer, client: Client, artifact: Artifact, tmp_path: Path
) -> None:
    (tmp_path / "picture.png").write_bytes(b"old")
    server.answer(Answer(200, PICTURE[:-1] + b"x"))

    with pytest.raises(DownloadFailed, match="SHA-256"):
        client.download(artifact, tmp_path / "picture.png")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_an_output_that_is_gone_is_an_error_and_no_file(
    server: ScriptedServer, client: Client, artifact: Artifact, tmp_path: Path
) -> None:
    server.answer(Answer(404, {"code": "not_found", "detail": "There is no such artifact in this workspace."}))

    with pytest.raises(RequestRefused, match="no such artifact"):
        client.download(artifact, tmp_path / "picture.png")

    assert not list(tmp_path.iterdir())


def test_the_key_does_not_follow_a_link_to_the_store(
    server: ScriptedServer, client: Client, artifact: Artifact, tmp_path: Path
) -> None:
    link = f"{server.url}/bucket/object?X-Amz-Signature=1"

    def respond(request: Received) -> Answer:
        if request.path.startswith("/bucket"):
            return Answer(200, PICTURE)
        return Answer(200, {**artifact.document, "download_url": link})

    server.respond = respond
    client.download_by_link(artifact, tmp_path / "picture.png")

    described, fetched = server.received
    assert described.headers["authorization"] == "Bearer bott_test"
    assert "authorization" not in fetched.headers
    assert (tmp_path / "picture.png").read_bytes() == PICTURE
