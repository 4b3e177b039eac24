"""Stores that refuse, that are away, that never answer, and that keep other bytes than they were sent."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from shared.errors import StoredObjectMismatch, StoreUnavailable
from shared.storage.s3 import S3Store

MakeStore = Callable[..., S3Store]


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class LyingStore(BaseHTTPRequestHandler):
    """Answers 200 to every PUT, and has kept less than it was sent."""

    protocol_version = "HTTP/1.1"
    kept: int | None = 3
    """Bytes."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"ETag": '"' + hashlib.md5(b"something else").hexdigest() + '"'})

    def do_HEAD(self) -> None:
        if self.kept is None:
            self._answer({}, 404)
        else:
            self._answer({"Content-Length": str(self.kept), "Last-Modified": "Mon, 23 Nov 2026 12:00:00 GMT"})

    def _answer(self, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@pytest.fixture
def lying_store() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), LyingStore) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_wrong_secret_is_refused(store_with: MakeStore, prefix: str) -> None:
    forger = store_with(s3_secret_access_key="not the secret")

    with pytest.raises(StoreUnavailable, match="SignatureDoesNotMatch"):
        forger.put(f"{prefix}/a.txt", b"forged", "text/plain")
    assert httpx.get(forger.link(f"{prefix}/a.txt", "a.txt", "text/plain")).status_code == 403


def test_a_store_that_is_away_is_reported_within_seconds(store_with: MakeStore, closed_port: int) -> None:
    store = store_with(s3_endpoint_url=f"http://127.0.0.1:{closed_port}")
    began = time.monotonic()

    with pytest.raises(StoreUnavailable, match="did not answer"):
        store.put("a.txt", b"text", "text/plain")
    with pytest.raises(StoreUnavailable):
        store.read("a.txt")
    with pytest.raises(StoreUnavailable):
        list(store.list("a"))

    assert time.monotonic() - began < 15


def test_a_store_that_kept_other_bytes_is_found_out(store_with: MakeStore, lying_store: str) -> None:
    with pytest.raises(StoredObjectMismatch, match="3 bytes of 4"):
        store_with(s3_endpoint_url=lying_store).put("a.txt", b"text", "text/plain")


def test_a_store_that_kept_nothing_of_what_it_took_is_found_out(
    store_with: MakeStore, lying_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LyingStore, "kept", None)

    with pytest.raises(StoredObjectMismatch, match="holds none"):
        store_with(s3_endpoint_url=lying_store).put("a.txt", b"text", "text/plain")


def test_a_bucket_is_made_once_however_many_ask_for_it(store_with: MakeStore, prefix: str) -> None:
    store = store_with(s3_bucket=f"made-{prefix.rsplit('-', 1)[-1]}")
    for _ in range(2):
        store.ensure_bucket()

    store.put("a.txt", b"text", "text/plain")
    assert store.stat("a.txt").size == 4


def test_links_point_to_where_browsers_reach_the_store(store_with: MakeStore) -> None:
    store = store_with(s3_public_endpoint_url="https://files.example.com")

    assert store.link("a.txt", "a.txt", "text/plain").startswith("https://files.example.com/")
