"""What a family is told at each step, and what watchers are told through it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.errors import ForwardBatchInterrupted
from shared.jobs.claims import Held
from tests.unit.worker.claims import some_claims
from worker import progress
from worker.drain import Drain
from worker.lease import Hold
from worker.progress import Entry, ForwardBatchControl, ProgressPublisher, Source


class Listener(ProgressPublisher):
    """A publisher that keeps what it is told and sends nothing."""

    def __init__(self, watched: frozenset[UUID] = frozenset()) -> None:
        super().__init__()
        self.watched = watched
        self.heard: list[Entry] = []

    def say(self, entries: Any) -> None:
        self.heard += entries

    def ask(self, source: Source) -> None:
        self.heard += source()


def make_control(hold: Hold, listener: Listener | None = None, drain: Drain | None = None) -> ForwardBatchControl:
    job_ids = [claim.job_id for claim in hold.claims]
    return ForwardBatchControl(hold, job_ids, listener or Listener(), drain or Drain(None, 0), "tests/tiny")


def test_nobody_is_dropped_while_all_are_wanted() -> None:
    assert make_control(Hold(some_claims(3))).step(1, 10) == frozenset()


def test_the_called_off_and_the_lost_are_dropped_by_their_place() -> None:
    claims = some_claims(4)
    hold = Hold(claims)
    hold.learn(Held(kept=frozenset(claim.job_id for claim in claims[:3]), canceled=frozenset({claims[1].job_id})))

    assert make_control(hold).step(1, 10) == {1, 3}


def test_a_batch_that_nobody_wants_is_interrupted() -> None:
    hold = Hold(some_claims(2))
    hold.learn(Held(kept=frozenset(), canceled=frozenset()))

    with pytest.raises(ForwardBatchInterrupted):
        make_control(hold).step(1, 10)


def test_an_overdue_stop_interrupts_a_batch_but_not_at_its_last_step(tmp_path: Path) -> None:
    drain = Drain(tmp_path, patience_seconds=0)
    control = make_control(Hold(some_claims(1)), drain=drain)

    assert control.step(10, 10) == frozenset()
    with pytest.raises(ForwardBatchInterrupted):
        control.step(9, 10)


def test_a_step_is_a_sign_of_life() -> None:
    hold = Hold(some_claims(1))
    hold.advance(patience=-100)
    assert hold.idle_seconds() > 99

    make_control(hold).step(1, 10)

    assert hold.idle_seconds() < 1


def test_every_member_s_watchers_hear_how_far_it_is() -> None:
    hold, listener = Hold(some_claims(2)), Listener()
    make_control(hold, listener).step(3, 12)

    assert [(job_id, kind) for job_id, kind, _ in listener.heard] == [
        (claim.job_id, "progress") for claim in hold.claims
    ]
    for _, _, data in listener.heard:
        assert (data["step"], data["total"]) == (3, 12)
        assert data["eta_seconds"] >= 0


def test_previews_are_drawn_for_watched_jobs_only_and_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    hold = Hold(some_claims(2))
    watched = hold.claims[1].job_id
    listener, drawn = Listener(frozenset({watched})), 0
    control = make_control(hold, listener)

    def draw() -> list[bytes]:
        nonlocal drawn
        drawn += 1
        return [b"first", b"second"]

    control.step(1, 10, draw)
    assert drawn == 0, "not within the first second"
    monkeypatch.setattr(progress, "_PREVIEW_SECONDS", 0)
    control.step(2, 10, draw)
    control.step(10, 10, draw)

    assert drawn == 1, "the finished picture needs no preview"
    assert [(job_id, data) for job_id, kind, data in listener.heard if kind == "preview"] == [
        (watched, {"media_type": "image/webp", "base64": base64.b64encode(b"second").decode()})
    ]


def test_nothing_is_drawn_when_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PREVIEW_SECONDS", 0)

    def draw() -> list[bytes]:
        pytest.fail("nobody watches")

    make_control(Hold(some_claims(1))).step(1, 10, draw)


def test_a_preview_that_cannot_be_drawn_ends_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PREVIEW_SECONDS", 0)
    hold = Hold(some_claims(1))

    def draw() -> list[bytes]:
        raise RuntimeError("too little memory for a preview")

    control = make_control(hold, Listener(frozenset({hold.claims[0].job_id})))
    assert control.step(1, 10, draw) == frozenset()


def test_texts_so_far_are_asked_for_watched_jobs_only_and_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    hold = Hold(some_claims(2))
    watched = hold.claims[0].job_id
    listener, asked = Listener(frozenset({watched})), 0
    control = make_control(hold, listener)

    def read() -> list[str]:
        nonlocal asked
        asked += 1
        return ["Zorvi. All", "Fresh"]

    control.step(1, 10, texts=read)
    assert asked == 0, "not within the first moment"
    monkeypatch.setattr(progress, "_TEXT_SECONDS", 0)
    control.step(2, 10, texts=read)
    control.step(10, 10, texts=read)

    assert asked == 1, "the finished text needs none"
    assert [(job_id, data) for job_id, kind, data in listener.heard if kind == "text"] == [
        (watched, {"text": "Zorvi. All"})
    ]


def test_nobody_s_text_is_read_when_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_TEXT_SECONDS", 0)

    def read() -> list[str]:
        pytest.fail("nobody watches")

    make_control(Hold(some_claims(1))).step(1, 10, texts=read)
