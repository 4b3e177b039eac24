"""One HTTP POST to an address somebody else chose: pinned, bounded in time and size, never redirected."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpcore

from shared.clock import utc_now
from shared.errors import AddressRefused
from shared.webhooks.address_policy import AddressPolicy, WebhookUrl
from worker.delivery.deadline import Deadline, DeadlinePassed
from worker.delivery.pinned_network import PinnedNetwork

EXCHANGE_SECONDS = 15.0
MAX_READ_BYTES = 64 * 1024
MAX_KEPT_BYTES = 2 * 1024


@dataclass(slots=True)
class Answer:
    """What came back, as far as it came. A status counts even when the body after it broke off."""

    started_at: datetime = field(default_factory=utc_now)
    milliseconds: int = 0
    address: str | None = None
    """The IP address that was called; empty when none was."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: str = ""
    """The first 2 KB."""
    error: str | None = None


def exchange(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    policy: AddressPolicy,
    ssl_context: ssl.SSLContext,
    seconds: float = EXCHANGE_SECONDS,
) -> Answer:
    """POST ``body``; over within ``seconds``, name resolution and a dripping receiver included. Never raises
    for what the receiver or the network does: ``error`` says it.
    """
    answer = Answer()
    begun = time.perf_counter()
    deadline = Deadline(seconds)
    try:
        target = policy.parse(url)
        network = PinnedNetwork(policy.resolve(target), deadline)
        try:
            _post(target, headers, body, network, ssl_context, answer)
        finally:
            answer.address = str(network.address) if network.address is not None else None
    except AddressRefused as error:
        answer.error = error.message
    except DeadlinePassed:
        answer.error = f"not over after {seconds:g} s"
    except httpcore.NetworkError as error:
        answer.error = str(error)
    except httpcore.ProtocolError as error:
        answer.error = f"not an HTTP answer: {error}"
    answer.milliseconds = round((time.perf_counter() - begun) * 1000)
    return answer


def _post(
    target: WebhookUrl,
    headers: Mapping[str, str],
    body: bytes,
    network: PinnedNetwork,
    ssl_context: ssl.SSLContext,
    answer: Answer,
) -> None:
    """Fill in ``answer`` as it comes."""
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.target)
    sent = {
        "Host": target.authority,
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    # A connection of its own for every attempt: a kept one would outlive the check of its address.
    with (
        httpcore.HTTPConnection(url.origin, ssl_context=ssl_context, network_backend=network) as connection,
        connection.stream("POST", url, headers=list(sent.items()), content=body) as response,
    ):
        answer.status = response.status
        answer.headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers}
        for kept in _beginnings(response.iter_stream()):
            answer.body = kept


def _beginnings(chunks: Iterable[bytes]) -> Iterable[str]:
    """The first 2 KB, as text that Postgres can store, after each chunk of at most 64 KB in all."""
    kept, read = b"", 0
    for chunk in chunks:
        read += len(chunk)
        kept = (kept + chunk)[:MAX_KEPT_BYTES]
        yield kept.decode("utf-8", errors="replace").replace("\x00", "\ufffd")
        if read >= MAX_READ_BYTES:
            return
