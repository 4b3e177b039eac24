"""Row 17: webhooks aimed at the platform's own network."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from tests.faults.extra_process import strict_sender, strict_web
from tests.faults.load import Receipt
from tests.faults.name_server import NameServer
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.integration.webhooks.receiver import Receiver, status

_PUBLIC, _LOOPBACK = "93.184.215.14", "127.0.0.1"


def inject(scene: Scene) -> None:
    """The sentinel, on loopback, is never connected to: not by any spelling, redirect or name that changes its mind."""
    sentinel, names = Receiver(status(200)), NameServer(_PUBLIC)
    try:
        _redirects(scene, sentinel)
        scene.load.pause()
        scene.until_idle()
        scene.until(
            lambda: scene.recorder.ended() >= set(scene.load.ledger.accepted()) - scene.unannounced, "every telling"
        )
        with scene.frozen("cpu-worker"):
            web, url = strict_web(scene.stack, names.host)
            with web, strict_sender(scene.stack, names.host) as sender:
                web.until_ready(url)
                sender.until_ready()
                _spellings(scene, url, sentinel)
                _rebinding(scene, url, sentinel, names)
                _refused_at_the_send(scene, sentinel)
    finally:
        names.close()
        sentinel.close()
    scene.over()
    scene.load.resume()
    assert sentinel.connections == 0, f"the sentinel was called {sentinel.connections} times"


def _redirects(scene: Scene, sentinel: Receiver) -> None:
    """A receiver that may be called sends the caller on."""
    targets = ("http://169.254.169.254/latest/meta-data/", f"http://127.0.0.1:{sentinel.port}/")
    for target in targets:
        receiver = scene.recorder.another(status(302, {"Location": target}))
        receipt = scene.send(f"{scene.name}: sent on to {target}", webhook_url=receiver.url)
        scene.until(lambda receipt=receipt: scene.attempts_to_tell(receipt.job_id), "an attempt")  # type: ignore[misc]
        assert [attempt["status"] for attempt in scene.attempts_to_tell(receipt.job_id)] == [302]
        assert len(receiver.received) == 1


def _spellings(scene: Scene, url: str, sentinel: Receiver) -> None:
    """Refused when the job is submitted, by the web that serves strangers."""
    for number, forged in enumerate(_forged_urls(sentinel.port)):
        answer = _post(scene, url, f"spelling-{number}", forged)
        assert answer.status_code == 422, f"{forged} was answered {answer.status_code}"
        assert [error["path"] for error in answer.json()["errors"]] == ["webhook_url"]


def _forged_urls(port: int) -> Iterator[str]:
    hosts = (
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "169.254.169.254"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "100.64.0.1"),
    )
    for host in hosts:
        yield f"https://{host}:{port}/"
        yield f"http://{host}:{port}/"


def _rebinding(scene: Scene, url: str, sentinel: Receiver, names: NameServer) -> None:
    """A name that is public when it is registered, and loopback when it is called."""
    names.address = _PUBLIC
    answer = _post(scene, url, "rebinding", f"https://rebinding.example:{sentinel.port}/")
    if answer.status_code != 202 or not names.asked:
        raise NotInjected(f"the name was not registered: {answer.text[:200]}")
    names.address = _LOOPBACK
    _is_refused(scene, answer.json()["id"])
    # The same name again, now that it is loopback: refused at once.
    assert _post(scene, url, "rebound", f"https://rebinding.example:{sentinel.port}/").status_code == 422


def _refused_at_the_send(scene: Scene, sentinel: Receiver) -> None:
    """Registered with a web that lets loopback through; the sender does not."""
    answer = _post(scene, scene.stack.connection().url, "loopback", f"http://127.0.0.1:{sentinel.port}/")
    _is_refused(scene, answer.raise_for_status().json()["id"])


def _is_refused(scene: Scene, job_id: str) -> None:
    scene.until(lambda: scene.attempts_to_tell(job_id), "an attempt")
    attempt = scene.attempts_to_tell(job_id)[0]
    assert attempt["status"] is None, f"somebody answered: {attempt['status']}"
    assert attempt["error"], "the refusal gives no reason"


def _post(scene: Scene, url: str, key: str, webhook_url: str) -> httpx.Response:
    """Submit a job to one of the webs; what is accepted counts like any other job but is told to nobody."""
    key = f"{scene.name}:{key}"
    body = scene.load.body(key, f"words of {key}", webhook_url=webhook_url)
    headers = {"Authorization": f"Bearer {scene.stack.connection().api_key}", "Idempotency-Key": key}
    answer = httpx.post(f"{url}/api/v1/jobs", json=body, headers=headers, timeout=15, trust_env=False)
    if answer.is_success:
        receipt = Receipt(key, answer.json()["id"], body["input"]["prompt"])
        scene.unannounced.add(receipt.job_id)
        scene.load.ledger.note(receipt)
    return answer


ROW = Row(
    17,
    "SSRF",
    "a name server that rebinds, 302 to link-local and loopback, every spelling of loopback",
    60,
    inject,
)
