"""Event streams and waits, from a real web process."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from uuid import UUID

import httpx

from shared.client.event_stream import ServerSentEvent, parse
from shared.jobs import progress
from shared.queue.redis import get_redis
from shared.stack import Stack
from tests.integration.jobs.actions import cancel, claim_one, confirm_cancel
from tests.integration.jobs.waiting import until
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with
from tests.integration.web.web_process import web_process


class Listener:
    """Somebody who follows a job in a thread of their own."""

    def __init__(self, url: str, key: str, last_event_id: str = "") -> None:
        self.events: list[ServerSentEvent] = []
        self.ended = threading.Event()
        headers = {"Authorization": f"Bearer {key}"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        threading.Thread(target=self._listen, args=(url, headers), daemon=True).start()

    @property
    def kinds(self) -> list[str]:
        """What was said, in order."""
        return [event.kind for event in self.events]

    def _listen(self, url: str, headers: dict[str, str]) -> None:
        try:
            with httpx.stream("GET", url, headers=headers, timeout=30) as reply:
                reply.raise_for_status()
                for event in parse(reply.iter_lines()):
                    if event is not None:
                        self.events.append(event)
        except httpx.TransportError:
            pass
        finally:
            self.ended.set()


def test_a_stream_tells_a_jobs_life_to_its_end(api: Caller, api_key: str, web_url: str) -> None:
    job = api.submit()
    listener = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key)
    until(lambda: "state" in listener.kinds, what="the first state")
    claimed = claim_one()
    progress.publish([(claimed.job_id, "progress", {"step": 1, "total": 2, "rate": 1.0, "eta_seconds": 1.0})])
    progress.publish([(claimed.job_id, "preview", {"media_type": "image/webp", "base64": "UklGRg=="})])
    cancel(claimed.workspace_id, claimed.job_id)
    confirm_cancel(claimed)
    assert listener.ended.wait(10)
    without_places = [kind for kind in listener.kinds if kind != "queue"]
    assert without_places == ["state", "state", "progress", "preview", "state", "end"]
    assert '"state":"canceled"' in listener.events[-1].data


def test_a_broken_stream_goes_on_after_the_last_event_that_was_seen(api: Caller, api_key: str, web_url: str) -> None:
    job = api.submit()
    claimed = claim_one()
    for step in (1, 2, 3):
        progress.publish([(claimed.job_id, "progress", {"step": step, "total": 3})])
    first = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key)
    until(lambda: first.kinds.count("progress") == 3, what="the third step")
    seen = [event for event in first.events if event.kind == "progress"][1].id
    again = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key, last_event_id=seen)
    until(lambda: "progress" in again.kinds, what="the step after the last that was seen")
    assert [event.data for event in again.events if event.kind == "progress"] == ['{"step":3,"total":3}']
    cancel(claimed.workspace_id, claimed.job_id)


def test_a_redis_that_forgot_everything_leaves_nobody_waiting(api: Caller, api_key: str, web_url: str) -> None:
    job = api.submit()
    listener = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key)
    until(lambda: "state" in listener.kinds, what="the first state")
    finish_with(b"Wake up.")
    get_redis().flushdb()
    assert listener.ended.wait(8)
    assert listener.kinds[-1] == "end"
    assert '"state":"succeeded"' in listener.events[-1].data


def test_a_job_that_has_ended_is_told_and_the_stream_closed(api: Caller, api_key: str, web_url: str) -> None:
    job = api.submit()
    finish_with(b"Wake up.")
    get_redis().flushdb()
    listener = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key)
    assert listener.ended.wait(5)
    assert listener.kinds == ["state", "end"]


def test_a_resume_after_the_end_ends_again(api: Caller, api_key: str, web_url: str) -> None:
    job = api.submit()
    finish_with(b"Wake up.")
    first = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key)
    assert first.ended.wait(5)
    last = [event.id for event in first.events if event.id][-1]
    again = Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key, last_event_id=last)
    assert again.ended.wait(5)
    assert again.kinds == ["state", "end"]


def test_a_bad_resume_point_is_refused(api: Caller) -> None:
    job = api.submit()
    reply = api.get(f"/jobs/{job['id']}/events", {"Last-Event-ID": "$"})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "Last-Event-ID")


def test_waiting_answers_the_moment_the_job_ends(api: Caller, api_key: str, web_url: str) -> None:
    replies: list[httpx.Response] = []

    def ask() -> None:
        body = {"model": "starter/adcopy", "input": {"prompt": "Coffee by Zorvi"}}
        headers = {"Authorization": f"Bearer {api_key}", "Prefer": "wait=30"}
        replies.append(httpx.post(f"{web_url}/api/v1/jobs", json=body, headers=headers, timeout=40))

    began = time.monotonic()
    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: api.get("/jobs").get_json()["items"], what="the job")
    finish_with(b"Wake up.")
    asking.join(10)
    (reply,) = replies
    assert time.monotonic() - began < 10
    assert (reply.status_code, reply.json()["state"]) == (200, "succeeded")
    assert reply.json()["artifacts"][0]["size"] == 8


def test_open_streams_hold_neither_other_requests_nor_connections_to_the_database(
    api: Caller, api_key: str, web_url: str, workspace_id: UUID
) -> None:
    job = api.submit()
    listeners = [Listener(f"{web_url}/api/v1/jobs/{job['id']}/events", api_key) for _ in range(60)]
    until(lambda: all("state" in listener.kinds for listener in listeners), 20, "every stream's first state")
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {api_key}"}
    for _ in range(10):
        assert httpx.get(f"{web_url}/api/v1/jobs", headers=headers, timeout=10).status_code == 200
    assert time.monotonic() - began < 5
    cancel(workspace_id, UUID(job["id"]))
    assert all(listener.ended.wait(10) for listener in listeners)
    assert all(listener.kinds[-1] == "end" for listener in listeners)


def test_a_web_process_that_is_told_to_stop_lets_go_of_its_streams(
    servers: Stack, short_folder: Path, api: Caller, api_key: str
) -> None:
    job = api.submit()
    stack = web_process(servers.environment, short_folder / "stopping")
    stack.start()
    listener = Listener(f"{stack.web_url}/api/v1/jobs/{job['id']}/events", api_key)
    until(lambda: "state" in listener.kinds, what="the first state")
    began = time.monotonic()
    stack.stop()
    assert time.monotonic() - began < 4
    assert listener.ended.wait(1)
    assert "end" not in listener.kinds


def test_a_large_file_comes_through_the_process_whole(api: Caller, api_key: str, web_url: str) -> None:
    api.submit()
    body = bytes(range(256)) * 4096 * 8
    finish_with(body, media_type="image/png", extension="png")
    artifact = api.get("/jobs").get_json()["items"][0]["artifacts"][0]
    url = f"{web_url}/api/v1/artifacts/{artifact['id']}/content"
    reply = httpx.get(url, headers={"Authorization": f"Bearer {api_key}"}, timeout=30)
    assert reply.content == body
