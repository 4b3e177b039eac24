"""Results: through our own origin, and by a link that needs no key."""

from __future__ import annotations

import hashlib

import httpx
import pytest
from apiflask import APIFlask
from sqlalchemy import func, update

from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import artifacts
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with

BODY = bytes(range(256)) * 300


@pytest.fixture
def artifact_id(api: Caller) -> str:
    """A picture of 76,800 bytes."""
    api.submit()
    return str(artifacts(finish_with(BODY, media_type="image/png", extension="png"))[0].id)


def test_the_bytes_come_whole_and_described(api: Caller, artifact_id: str) -> None:
    reply = api.get(f"/artifacts/{artifact_id}/content")
    assert reply.status_code == 200
    assert reply.data == BODY
    assert reply.headers["Content-Length"] == str(len(BODY))
    assert reply.headers["Content-Type"] == "image/png"
    assert reply.headers["ETag"] == f'"{hashlib.sha256(BODY).hexdigest()}"'
    assert reply.headers["Content-Disposition"].startswith("inline; filename=")


def test_what_is_served_can_neither_run_nor_load_anything(api: Caller, artifact_id: str) -> None:
    headers = api.get(f"/artifacts/{artifact_id}/content").headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(BODY)),
        ("bytes=-5", len(BODY) - 5, len(BODY)),
        ("bytes=0-999999", 0, len(BODY)),
    ],
)
def test_one_range_is_answered_with_that_range(
    api: Caller, artifact_id: str, wanted: str, start: int, stop: int
) -> None:
    reply = api.get(f"/artifacts/{artifact_id}/content", {"Range": wanted})
    assert reply.status_code == 206
    assert reply.data == BODY[start:stop]
    assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(BODY)}"
    assert reply.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=x"])
def test_any_other_range_is_answered_with_the_whole(api: Caller, artifact_id: str, wanted: str) -> None:
    reply = api.get(f"/artifacts/{artifact_id}/content", {"Range": wanted})
    assert (reply.status_code, len(reply.data)) == (200, len(BODY))


def test_a_range_beyond_the_end_is_refused_with_the_size(api: Caller, artifact_id: str) -> None:
    reply = api.get(f"/artifacts/{artifact_id}/content", {"Range": "bytes=999999-"})
    assert reply.status_code == 416
    assert reply.headers["Content-Range"] == f"bytes */{len(BODY)}"


def test_a_range_of_another_version_is_answered_with_the_whole(api: Caller, artifact_id: str) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"of-another-file"'}
    assert api.get(f"/artifacts/{artifact_id}/content", headers).status_code == 200
    etag = api.get(f"/artifacts/{artifact_id}/content").headers["ETag"]
    assert api.get(f"/artifacts/{artifact_id}/content", {**headers, "If-Range": etag}).status_code == 206


def test_a_file_that_is_no_longer_kept_is_gone_and_its_description_says_since_when(
    api: Caller, artifact_id: str
) -> None:
    etag = api.get(f"/artifacts/{artifact_id}/content").headers["ETag"]
    with session_scope() as session:
        session.execute(update(Artifact).values(removed_at=func.now()))

    for headers in ({}, {"If-None-Match": etag}, {"Range": "bytes=0-9"}):
        reply = api.get(f"/artifacts/{artifact_id}/content", headers)
        assert (reply.status_code, reply.get_json()["code"]) == (410, "no_longer_kept")
    described = api.get(f"/artifacts/{artifact_id}").get_json()
    assert described["download_url"] is None
    assert described["removed_at"] is not None
    assert api.get("/jobs").get_json()["items"][0]["state"] == "succeeded"


def test_who_has_the_file_is_told_so(api: Caller, artifact_id: str) -> None:
    etag = api.get(f"/artifacts/{artifact_id}/content").headers["ETag"]
    reply = api.get(f"/artifacts/{artifact_id}/content", {"If-None-Match": etag})
    assert (reply.status_code, reply.data) == (304, b"")


def test_a_download_is_an_attachment_with_a_safe_name(api: Caller, artifact_id: str) -> None:
    disposition = api.get(f"/artifacts/{artifact_id}/content?download=1").headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.endswith('-0.png"')


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/octet-stream"])
def test_what_a_browser_might_run_is_never_shown_in_place(api: Caller, media_type: str) -> None:
    api.submit()
    made = artifacts(finish_with(b"<script>", media_type=media_type, extension="bin"))[0]
    reply = api.get(f"/artifacts/{made.id}/content")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Content-Type"] == media_type


def test_the_link_works_without_a_key_and_downloads(api: Caller, artifact_id: str) -> None:
    document = api.get(f"/artifacts/{artifact_id}").get_json()
    reply = httpx.get(document["download_url"])
    assert reply.status_code == 200
    assert hashlib.sha256(reply.content).hexdigest() == document["sha256"]
    assert reply.headers["Content-Disposition"].startswith("attachment")


def test_a_link_is_made_for_each_reply(api: Caller, artifact_id: str, app: APIFlask) -> None:
    reply = api.get(f"/artifacts/{artifact_id}")
    assert "X-Amz-Expires=300" in reply.get_json()["download_url"]
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_file_that_the_store_has_lost_is_not_found(api: Caller, artifact_id: str) -> None:
    api.submit()
    made = artifacts(finish_with(b"gone"))[0]
    get_store().delete(made.object_key)
    reply = api.get(f"/artifacts/{made.id}/content")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "object_missing")
