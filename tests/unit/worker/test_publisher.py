"""The thread that sends progress: the newest of each job, to the last."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import pytest

from shared.identifiers import new_id
from shared.jobs import progress
from worker.progress import ProgressPublisher


class Wire:
    """What arrives in place of Redis. Holds the sender until it is let go."""

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def publish(self, entries: Iterable[tuple[UUID, str, Mapping[str, Any]]]) -> frozenset[UUID]:
        self.reached.set()
        assert self.let_go.wait(5)
        said = list(entries)
        self.arrived += [data["step"] for _, _, data in said]
        return frozenset(job_id for job_id, _, _ in said)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(progress, "publish", made.publish)
    return made


def test_saying_never_waits_and_what_is_overtaken_is_not_sent(wire: Wire) -> None:
    publisher, job_id = ProgressPublisher(), new_id()
    publisher.start()
    publisher.say([(job_id, "progress", {"step": 1})])
    assert wire.reached.wait(5)
    for step in range(2, 50):
        publisher.say([(job_id, "progress", {"step": step})])
    wire.let_go.set()
    publisher.stop()

    assert wire.arrived == [1, 49]
    assert publisher.watched == {job_id}


def test_who_is_asked_says_what_is_so_by_then_and_once(wire: Wire) -> None:
    publisher, job_id = ProgressPublisher(), new_id()
    publisher.start()
    publisher.say([(job_id, "progress", {"step": 1})])
    assert wire.reached.wait(5)
    state = {"step": 1}

    def source() -> list[tuple[UUID, str, dict[str, Any]]]:
        return [(job_id, "progress", dict(state))]

    for step in range(2, 50):
        state["step"] = step
        publisher.ask(source)
    wire.let_go.set()
    publisher.stop()

    assert wire.arrived == [1, 49]


def test_what_was_said_last_is_sent_before_the_end(wire: Wire) -> None:
    publisher, job_id = ProgressPublisher(), new_id()
    wire.let_go.set()
    publisher.start()
    publisher.say([(job_id, "progress", {"step": 1})])
    assert wire.reached.wait(5)
    publisher.say([(job_id, "progress", {"step": 2})])
    publisher.stop()

    assert wire.arrived[-1] == 2


def test_a_failure_to_send_does_not_end_the_thread(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher, job_id, failed = ProgressPublisher(), new_id(), threading.Event()

    def fail(_: object) -> frozenset[UUID]:
        failed.set()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(progress, "publish", fail)
    publisher.start()
    publisher.say([(job_id, "progress", {"step": 1})])
    assert failed.wait(5)
    monkeypatch.setattr(progress, "publish", wire.publish)
    wire.let_go.set()
    publisher.say([(job_id, "progress", {"step": 2})])
    publisher.stop()

    assert wire.arrived == [2]
