"""A seeded load over HTTP that behaves as a client should, and a ledger of everything it was promised."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.faults.family import MODEL

_ANSWER_SECONDS = 6.0
_AGAIN_AFTER = 0.2
_REPEATED, _CANCELED, _MANY = 0.1, 0.03, 0.2


@dataclass(frozen=True, slots=True)
class Receipt:
    """A job that was answered with 2xx."""

    key: str
    job_id: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One POST: when it was sent, how long it took in seconds, and its status (0: no answer)."""

    at: float
    seconds: float
    status: int


@dataclass
class Ledger:
    """What the client side knows."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    """By Idempotency-Key."""
    samples: list[Sample] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Promises that an answer itself broke."""

    def accepted(self) -> list[str]:
        """The id of every job that was answered with 2xx."""
        return [receipt.job_id for receipt in list(self.receipts.values())]

    def note(self, receipt: Receipt) -> None:
        """Write down a 2xx. One key must always get one id."""
        known = self.receipts.setdefault(receipt.key, receipt)
        if known.job_id != receipt.job_id:
            self.broken.append(f"the key {receipt.key} got {known.job_id}, then {receipt.job_id}")

    def samples_since(self, moment: float) -> list[Sample]:
        """The POSTs sent after a moment of the monotonic clock."""
        return [sample for sample in list(self.samples) if sample.at >= moment]


class NoAnswer(Exception):
    """A key was repeated for too long without a 2xx."""


class Load:
    """``submitters`` threads that submit, repeat keys, and cancel now and then; what they do follows from the seed."""

    def __init__(
        self,
        url: str,
        api_key: str,
        name: str,
        seed: int,
        webhook_url: str,
        submitters: int = 3,
        patience_seconds: float = 90,
        pause_seconds: tuple[float, float] = (0.05, 0.4),
    ) -> None:
        self.ledger = Ledger()
        self._url = url
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._name = name
        self._seed = seed
        self._webhook_url = webhook_url
        self._patience_seconds = patience_seconds
        self._pause_seconds = pause_seconds
        self._client = self._new_client()
        self._stopping, self._running = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._submit_on, args=(number,), daemon=True) for number in range(submitters)
        ]

    def start(self) -> None:
        """Begin."""
        self._running.set()
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Submit nothing until ``resume``; what is under way ends first or soon."""
        self._running.clear()

    def resume(self) -> None:
        """Go on."""
        self._running.set()

    def stop(self) -> None:
        """End. A key that has no answer yet is repeated until it has one."""
        self._stopping.set()
        self._running.set()
        for thread in self._threads:
            thread.join(timeout=self._patience_seconds + 10)
            if thread.is_alive():
                self.ledger.broken.append("a submitter did not come to an end")
        self._client.close()

    def send(self, prompt: str, key: str | None = None, **request: Any) -> Receipt:
        """One job of a row's own, under the same rules as the rest of the load."""
        key = key or f"{self._name}:{prompt}"
        return self.insist(self._client, key, self.body(key, prompt, **request))

    def body(self, key: str, prompt: str, **request: Any) -> dict[str, Any]:
        """A request. The key is among its labels, so that the database can be asked for the jobs of a key."""
        labels = {"key": key, **request.pop("labels", {})}
        job_input = {"prompt": prompt, "seed": self._seed, **request.pop("input", {})}
        return {"model": MODEL, "input": job_input, "labels": labels, "webhook_url": self._webhook_url, **request}

    def insist(self, client: httpx.Client, key: str, body: dict[str, Any]) -> Receipt:
        """Repeat the same key until it is answered with 2xx. Raises ``NoAnswer``."""
        until = time.monotonic() + self._patience_seconds
        while time.monotonic() < until:
            answer = self.post(client, key, body)
            if answer is not None and answer.is_success:
                receipt = Receipt(key, answer.json()["id"], body["input"]["prompt"])
                self.ledger.note(receipt)
                return receipt
            if answer is not None and answer.status_code not in (409, 429, 500, 502, 503, 504):
                self.ledger.broken.append(f"{key}: {answer.status_code} {answer.text[:300]}")
                raise NoAnswer(answer.text[:300])
            time.sleep(_AGAIN_AFTER)
        self.ledger.broken.append(f"{key}: not accepted within {self._patience_seconds:.0f} s")
        raise NoAnswer(key)

    def post(self, client: httpx.Client, key: str, body: dict[str, Any]) -> httpx.Response | None:
        """One POST, with its latency written down; nothing when no answer came."""
        began = time.monotonic()
        try:
            answer = client.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            answer = None
        status = 0 if answer is None else answer.status_code
        self.ledger.samples.append(Sample(began, time.monotonic() - began, status))
        return answer

    def new_client(self) -> httpx.Client:
        """One more client with the load's key."""
        return self._new_client()

    def _new_client(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, headers=self._headers, timeout=_ANSWER_SECONDS, trust_env=False)

    def _submit_on(self, number: int) -> None:
        rng = random.Random(f"{self._seed}:{self._name}:{number}")
        with self._new_client() as client:
            for turn in count():
                self._running.wait()
                if self._stopping.is_set():
                    return
                try:
                    self._turn(client, rng, f"{self._name}:{number}:{turn}")
                except NoAnswer:
                    return
                self._stopping.wait(rng.uniform(*self._pause_seconds))

    def _turn(self, client: httpx.Client, rng: random.Random, key: str) -> None:
        texts = rng.randint(2, 4) if rng.random() < _MANY else 1
        priority = rng.choice(("interactive", "normal", "bulk"))
        body = self.body(key, f"words of {key}", priority=priority, input={"num_return_sequences": texts})
        receipt = self.insist(client, key, body)
        if rng.random() < _REPEATED:
            self.insist(client, key, body)
        if rng.random() < _CANCELED:
            try:
                client.post(f"/api/v1/jobs/{receipt.job_id}/cancel")
            except httpx.TransportError:
                return
