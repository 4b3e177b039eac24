"""A webhook receiver that takes everything and remembers what it took."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping

from standardwebhooks.webhooks import WebhookVerificationError

from tests.integration.webhooks.receiver import Answering, Received, Receiver, status

_READ_SECONDS = 0.5
_TERMINAL = ("job.succeeded", "job.failed", "job.canceled")


class Recorder:
    """Answers 204, checks signatures, and groups what came by job and event."""

    def __init__(self, secret: str) -> None:
        self.receiver = Receiver(status(204))
        self._receivers = [self.receiver]
        self._secret = secret
        self._reading = threading.Lock()
        self._read: dict[int, int] = defaultdict(int)
        """How many requests of each receiver, by its port, were looked at."""
        self._found: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._unverified: list[str] = []
        self._closing = threading.Event()
        # As it comes: a signature is good for five minutes.
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.receiver.url

    def another(self, answer: Answering) -> Receiver:
        """One more receiver, which answers in its own way; what it gets counts like the rest."""
        self._receivers.append(Receiver(answer))
        return self._receivers[-1]

    def close(self) -> None:
        """Listen no more."""
        self._closing.set()
        for receiver in self._receivers:
            receiver.close()

    def ended(self) -> set[str]:
        """The jobs whose end was announced. Raises when something came that does not verify."""
        return {job_id for job_id, event in self._ids() if event in _TERMINAL}

    def assert_announced_once(self, accepted: Collection[str], states: Mapping[str, str]) -> None:
        """Every end was announced as what it was, under one ``webhook-id``, and every delivery verifies."""
        ids = self._ids()
        for job_id in accepted:
            ends = [event for event in _TERMINAL if (job_id, event) in ids]
            assert ends == [f"job.{states[job_id]}"], f"{job_id} is {states[job_id]}; announced: {ends}"
        twice = {what: found for what, found in ids.items() if len(found) != 1}
        assert not twice, f"one event under several ids: {twice}"

    def _ids(self) -> Mapping[tuple[str, str], set[str]]:
        """The ``webhook-id``s of every (job, event)."""
        with self._reading:
            for receiver in self._receivers:
                came = receiver.received[self._read[receiver.port] :]
                self._read[receiver.port] += len(came)
                for received in came:
                    self._note(received)
            assert not self._unverified, f"deliveries that do not verify: {self._unverified[:3]}"
            return dict(self._found)

    def _follow(self) -> None:
        while not self._closing.wait(_READ_SECONDS):
            with contextlib.suppress(AssertionError):
                self._ids()

    def _note(self, received: Received) -> None:
        try:
            content = received.verified_by(self._secret)
        except WebhookVerificationError as error:
            self._unverified.append(f"{received.path} {received.id}: {error}")
            return
        data = content["data"]
        assert isinstance(data, dict)
        self._found[str(data["id"]), str(content["type"])].add(received.id)
