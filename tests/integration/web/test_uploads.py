"""Files over HTTP: sent, found again, read by nobody else, and gone when they are removed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest
from apiflask import APIFlask
from PIL import Image
from werkzeug.test import TestResponse

from shared.artifacts.models import Upload
from shared.clock import utc_now
from shared.identifiers import new_id
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import count
from tests.integration.web.caller import Caller

TEXT = b"A slogan for coffee.\n"

Send = Callable[..., TestResponse]


@pytest.fixture
def send(app: APIFlask, models: None, api_key: str) -> Send:
    """Upload some bytes as the whole body."""

    def upload(body: bytes = TEXT, name: str = "slogan.txt", media_type: str = "text/plain") -> TestResponse:
        return app.test_client().post(
            "/api/v1/uploads",
            data=body,
            headers={
                "Authorization": f"Bearer {api_key}",
                "Content-Type": media_type,
                "Content-Disposition": f'attachment; filename="{name}"',
            },
        )

    return upload


@pytest.fixture
def send_form(app: APIFlask, models: None, api_key: str) -> Send:
    """Upload as a form, as a browser does."""

    def upload(**fields: Any) -> TestResponse:
        return app.test_client().post(
            "/api/v1/uploads",
            data=fields,
            content_type="multipart/form-data",
            headers={"Authorization": f"Bearer {api_key}"},
        )

    return upload


def keys(workspace_id: UUID) -> set[str]:
    """The objects of a workspace."""
    return {item.key for item in get_store().list(f"w/{workspace_id}/")}


def wide_picture() -> bytes:
    """A JPEG of some 700 kB."""
    file = io.BytesIO()
    Image.effect_noise((1200, 800), 90).convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue()


def test_a_file_sent_is_described_and_its_bytes_come_back(api: Caller, send: Send) -> None:
    reply = send()

    assert reply.status_code == 201
    document = reply.get_json()
    assert reply.headers["Location"] == document["urls"]["self"]
    assert document["file_name"] == "slogan.txt"
    assert document["media_type"] == "text/plain; charset=utf-8"
    assert document["facts"] == {"characters": 21}
    assert document["sha256"] == hashlib.sha256(TEXT).hexdigest()
    kept_for = datetime.fromisoformat(document["expires_at"]) - utc_now()
    assert timedelta(days=29, hours=23) < kept_for < timedelta(days=30, minutes=1)
    assert api.get(f"/uploads/{document['id']}").get_json() == document
    assert api.get(f"/uploads/{document['id']}/content").data == TEXT


def test_a_form_s_field_is_taken_as_well_however_large(api: Caller, send_form: Send) -> None:
    picture = wide_picture()
    assert len(picture) > 500_000, "it goes over a temporary file"

    document = send_form(file=(io.BytesIO(picture), "Größe.jpg")).get_json()

    assert (document["file_name"], document["facts"]) == ("Größe.jpg", {"width": 1200, "height": 800})
    stored = api.get(f"/uploads/{document['id']}/content")
    assert stored.headers["Content-Type"] == "image/png"
    assert hashlib.sha256(stored.data).hexdigest() == document["sha256"]
    assert Image.open(io.BytesIO(stored.data)).size == (1200, 800)


def test_the_same_file_twice_is_one_upload(send: Send) -> None:
    first = send()
    second = send(name="another-name.txt")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json()["id"] == second.get_json()["id"]
    assert second.get_json()["file_name"] == "slogan.txt"
    assert count(Upload) == 1


def test_what_the_sender_says_of_the_type_is_not_believed(send: Send) -> None:
    assert send(b"<script>alert(1)</script>", "x.png", "image/png").get_json()["media_type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\me\\\\slogan.txt", "slogan.txt"),
        ("", "upload.txt"),
        ("..%2f\x0b.txt", "..%2f.txt"),
        ("a" * 500, "a" * 200),
    ],
)
def test_a_file_s_name_is_no_path(api: Caller, send: Send, workspace_id: UUID, sent: str, shown: str) -> None:
    document = send(name=sent).get_json()
    assert document["file_name"] == shown
    assert keys(workspace_id) == {f"w/{workspace_id}/u/{document['sha256']}.txt"}
    disposition = api.get(f"/uploads/{document['id']}/content?download=1").headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="')
    assert not {"/", "\\", "\n"} & set(disposition.split('"')[1])


def test_what_is_no_file_of_ours_is_refused_with_its_field_and_the_reason(send: Send) -> None:
    reply = send(b"%PDF-1.7\n\xe2\xe3", "x.pdf")
    assert reply.status_code == 422
    (problem,) = reply.get_json()["errors"]
    assert problem["path"] == "file"
    assert problem["message"].startswith("is neither PNG, JPEG, WebP")
    assert count(Upload) == 0


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({}, "file", "is missing"),
        ({"picture": (io.BytesIO(TEXT), "a.txt")}, "picture", "is not a field of this form; send the file as `file`"),
        (
            {"file": [(io.BytesIO(TEXT), "a.txt"), (io.BytesIO(TEXT), "b.txt")]},
            "file",
            "comes more than once; send each file in a request of its own",
        ),
    ],
)
def test_a_form_that_holds_something_else_is_refused(
    send_form: Send, fields: dict[str, Any], path: str, message: str
) -> None:
    reply = send_form(**fields)
    assert reply.status_code == 422
    assert reply.get_json()["errors"] == [{"path": path, "message": message}]


@pytest.mark.parametrize("length", ["600000000", ""])
@pytest.mark.parametrize("media_type", ["video/mp4", "multipart/form-data; boundary=x"])
def test_a_body_beyond_every_cap_is_refused_whether_it_says_its_length_or_not(
    app: APIFlask, models: None, api_key: str, monkeypatch: pytest.MonkeyPatch, length: str, media_type: str
) -> None:
    if not length:
        monkeypatch.setattr("web.received_file.LARGEST", 1000)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    reply = app.test_client().post(
        "/api/v1/uploads",
        data=head + bytes(100_000) + b"\r\n--x--\r\n",
        headers={"Authorization": f"Bearer {api_key}", "Content-Type": media_type},
        environ_overrides={"CONTENT_LENGTH": length, "wsgi.input_terminated": True},
    )
    assert reply.status_code == 422
    (problem,) = reply.get_json()["errors"]
    assert problem["path"] == "file"
    assert problem["message"].startswith("is larger than 500 MB")


def test_uploads_are_listed_newest_first_a_page_at_a_time(api: Caller, send: Send) -> None:
    ids = [send(f"text {number}".encode()).get_json()["id"] for number in range(5)]
    first = api.get("/uploads?limit=3").get_json()
    second = api.get(f"/uploads?limit=3&cursor={first['next_cursor']}").get_json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None


def test_a_removed_upload_is_gone_from_everywhere_and_can_come_again(
    api: Caller, send: Send, workspace_id: UUID
) -> None:
    document = send().get_json()
    assert len(keys(workspace_id)) == 1

    assert api.delete(f"/uploads/{document['id']}").status_code == 204

    assert api.get(f"/uploads/{document['id']}").status_code == 404
    assert api.get(f"/uploads/{document['id']}/content").status_code == 404
    assert api.delete(f"/uploads/{document['id']}").status_code == 404
    assert api.get("/uploads").get_json()["items"] == []
    assert keys(workspace_id) == set()
    again = send()
    assert again.status_code == 201
    assert api.get(f"/uploads/{again.get_json()['id']}/content").data == TEXT


def test_somebody_else_s_upload_is_not_there(stranger: Caller, send: Send) -> None:
    upload_id = send().get_json()["id"]
    for path in (f"/uploads/{upload_id}", f"/uploads/{upload_id}/content", f"/uploads/{new_id()}"):
        assert stranger.get(path).status_code == 404
    assert stranger.delete(f"/uploads/{upload_id}").status_code == 404
    assert stranger.get("/uploads").get_json()["items"] == []


def test_a_key_that_may_only_read_sends_and_removes_nothing(reader: Caller, send: Send) -> None:
    upload_id = send().get_json()["id"]
    assert reader.get(f"/uploads/{upload_id}").status_code == 200
    assert reader.post("/uploads").status_code == 403
    assert reader.delete(f"/uploads/{upload_id}").status_code == 403


def test_what_is_served_can_neither_run_nor_load_anything(api: Caller, send: Send) -> None:
    upload_id = send(b"<script>alert(1)</script>", "x.html", "text/html").get_json()["id"]
    headers = api.get(f"/uploads/{upload_id}/content").headers
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"/uploads/{upload_id}/content", {"Range": "bytes=0-6"}).data == b"<script"


def web_memory() -> int:
    """Bytes that the web's processes have in memory of their own."""
    processes = [each for each in psutil.Process().children(recursive=True) if "gunicorn" in " ".join(each.cmdline())]
    assert processes
    return sum(each.memory_full_info().uss for each in processes)


def test_the_server_itself_takes_a_streamed_file_while_it_answers_others_and_stays_small(
    web_url: str, models: None, api_key: str, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {api_key}", "Content-Disposition": "attachment; filename*=UTF-8''Gr%C3%B6.wav"}
    samples = bytes(100_000_000)
    sizes = [(36 + len(samples)).to_bytes(4, "little"), len(samples).to_bytes(4, "little")]
    form = b"fmt " + (16).to_bytes(4, "little") + bytes.fromhex("0100010080bb000000770100 02001000")
    recording = b"RIFF" + sizes[0] + b"WAVE" + form + b"data" + sizes[1] + samples
    answered = []
    httpx.post(f"{web_url}/api/v1/uploads", content=TEXT, headers=headers, timeout=60)
    before = web_memory()

    def chunks() -> Any:
        for start in range(0, len(recording), 1 << 20):
            yield recording[start : start + (1 << 20)]
            if not start % (16 << 20):
                answered.append(httpx.get(f"{web_url}/healthz").status_code)

    reply = httpx.post(f"{web_url}/api/v1/uploads", content=chunks(), headers=headers, timeout=60)

    assert reply.status_code == 201, reply.text
    assert reply.json()["media_type"] == "audio/wav"
    assert reply.json()["file_name"] == "Grö.wav"
    assert reply.json()["size"] == len(recording)
    assert set(answered) == {200}
    grown = web_memory() - before
    assert grown < 20_000_000, f"{grown} bytes for a file of {len(recording)}"
