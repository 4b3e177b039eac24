"""A receiver of webhooks, as a customer would write it: it believes what the standard's own library verifies."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError

_PATH = "/webhooks"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One verified delivery. ``after`` is in seconds since the receiver was started."""

    webhook_id: str
    type: str
    job_id: str
    after: float


class WebhookReceiver:
    """Listens on a free loopback port while it is entered, and keeps what it received."""

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self._began = time.monotonic()
        self._changed = threading.Condition()
        self.receipts: list[Receipt] = []
        self.refused = 0
        """Deliveries whose signature did not verify."""
        self.tampered_accepted = 0
        """Deliveries that would have been believed with another body: a verifier that lets anything through."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="webhook-receiver")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def receive(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the delivery is to be believed; it is kept then."""
        event = self._verified(body, headers)
        tampered = self._verified(body.replace(b'"type"', b'"kind"', 1), headers)
        with self._changed:
            self.tampered_accepted += tampered is not None
            if event is None:
                self.refused += 1
            else:
                after = round(time.monotonic() - self._began, 3)
                self.receipts.append(Receipt(headers["webhook-id"], event["type"], event["data"]["id"], after))
            self._changed.notify_all()
        return event is not None

    def wait_for_jobs(self, job_ids: frozenset[str], seconds: float) -> bool:
        """Whether each of the jobs was heard of within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: job_ids <= {receipt.job_id for receipt in self.receipts}, seconds)

    def _verified(self, body: bytes, headers: Mapping[str, str]) -> Any:
        try:
            return self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):
            return None


def _handler(receiver: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            believed = self.path == _PATH and receiver.receive(body, headers)
            self.send_response(204 if believed else 400)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
