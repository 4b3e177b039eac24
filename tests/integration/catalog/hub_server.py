"""The small part of a model hub's HTTP interface by which a model is fetched, played on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "c0ffee" + "0" * 34
REPOSITORY = "someone/lm"


@dataclass
class Hub:
    """One model at one commit. Large files are told by their SHA-256, small ones by Git's hash, as on the real one."""

    files: dict[str, bytes]
    url: str = ""
    sent: list[str] = field(default_factory=list)
    """Every file whose content was asked for."""
    commit: str = COMMIT

    @classmethod
    def of(cls, folder: Path) -> Hub:
        """With what is in a folder."""
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return cls(files)

    def told(self, name: str) -> dict[str, Any]:
        """A file as the model's description tells of it."""
        body = self.files[name]
        blob = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        described: dict[str, Any] = {"rfilename": name, "size": len(body), "blobId": blob}
        if name.endswith(".safetensors"):
            described["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "pointerSize": 134}
        return described


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub
        self.described = {name: hub.told(name) for name in hub.files}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        hub, path = self.server.hub, self.path.partition("?")[0]
        name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
        if path == f"/api/models/{REPOSITORY}/revision/{COMMIT}":
            document = {"id": REPOSITORY, "sha": hub.commit, "siblings": list(self.server.described.values())}
            self._send(json.dumps(document).encode(), {"content-type": "application/json"}, with_body)
        elif name in hub.files:
            said = self.server.described[name]
            etag = said["lfs"]["sha256"] if "lfs" in said else said["blobId"]
            if with_body:
                hub.sent.append(name)
            self._send(hub.files[name], {"etag": f'"{etag}"', "x-repo-commit": COMMIT}, with_body)
        else:
            self.send_error(404)

    def _send(self, body: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(200)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(hub: Hub) -> Iterator[Hub]:
    """The hub, answering on loopback, with the hashes that its files have now."""
    server = _Server(hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
