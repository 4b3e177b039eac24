"""A job's place in the queue, in words."""

from __future__ import annotations

from typing import Any

import pytest

from shared.jobs.queue_place import HoldUp, QueuePlace
from shared.jobs.queue_words import ordinal, queue_words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (QueuePlace(1), "next in the queue"),
        (QueuePlace(1, eta_seconds=0.4), "next in the queue, a moment"),
        (QueuePlace(3, eta_seconds=20.2), "3rd in the queue, about 20 s"),
        (QueuePlace(80, eta_seconds=119.0), "80th in the queue, about 119 s"),
        (QueuePlace(900, eta_seconds=1500.0), "900th in the queue, about 25 min"),
        (QueuePlace(1000, is_more=True), "1,000th in the queue or later"),
        (QueuePlace(2, hold_up=HoldUp.NO_WORKER), "2nd in the queue, and no worker runs"),
        (QueuePlace(hold_up=HoldUp.WAITING_FOR, waiting_for=["a"]), "waits for 1 other job"),
        (QueuePlace(hold_up=HoldUp.PAUSED), "paused"),
    ],
)
def test_every_place_has_words(place: QueuePlace, words: str) -> None:
    document: dict[str, Any] = place.document()
    assert queue_words(document) == words


def test_a_pause_says_why() -> None:
    document = {**QueuePlace(hold_up=HoldUp.PAUSED).document(), "paused": [{"kind": "queue", "reason": "cleaning"}]}
    assert queue_words(document) == "paused: cleaning"


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (113, "113th")]
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
    assert ordinal(21) == "21st"
