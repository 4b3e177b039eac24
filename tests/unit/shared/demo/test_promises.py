"""Whatever the demonstration promises, it notices when it was not kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.client.errors import Problem
from shared.demo.outcome import Accomplished, Outcome
from shared.demo.promises import broken_promises
from shared.demo.receiver import Receipt
from shared.demo.scenario import CANCELED, IMAGES
from shared.errors import FieldProblem
from tests.unit.shared.demo.conftest import finished


def test_an_outcome_as_it_should_be_breaks_no_promise(outcome: Outcome) -> None:
    assert broken_promises(outcome) == []


def _failed_image(outcome: Outcome) -> Outcome:
    error = {"code": "generation_failed", "message": "The model failed."}
    failed = Accomplished(IMAGES[0], finished(IMAGES[0], "image-0", state="failed", error=error))
    return replace(outcome, images=(failed, *outcome.images[1:]))


def _no_output(outcome: Outcome) -> Outcome:
    return replace(outcome, texts=(replace(outcome.texts[0], outputs=()), *outcome.texts[1:]))


def _other_bytes_by_link(outcome: Outcome) -> Outcome:
    other = replace(outcome.images[0].outputs[0], same_by_link=False)
    return replace(outcome, images=(replace(outcome.images[0], outputs=(other,)), *outcome.images[1:]))


def _not_reproduced(outcome: Outcome) -> Outcome:
    return replace(outcome, repeated=replace(outcome.repeated, outputs=outcome.images[1].outputs))


def _same_picture_twice(outcome: Outcome) -> Outcome:
    same = replace(outcome.images[1], outputs=outcome.images[0].outputs)
    return replace(outcome, images=(outcome.images[0], same, *outcome.images[2:]))


def _bad_input_accepted(outcome: Outcome) -> Outcome:
    return replace(outcome, refusal=None)


def _other_field_named(outcome: Outcome) -> Outcome:
    return replace(outcome, refusal=Problem(422, "invalid_input", "", (FieldProblem("input", "no"),)))


def _not_canceled(outcome: Outcome) -> Outcome:
    return replace(outcome, canceled=Accomplished(CANCELED, finished(CANCELED, "canceled")))


def _forged_webhook(outcome: Outcome) -> Outcome:
    return replace(outcome, webhooks=replace(outcome.webhooks, refused=1))


def _careless_verifier(outcome: Outcome) -> Outcome:
    return replace(outcome, webhooks=replace(outcome.webhooks, tampered_accepted=1))


def _missing_webhook(outcome: Outcome) -> Outcome:
    return replace(outcome, webhooks=replace(outcome.webhooks, receipts=outcome.webhooks.receipts[1:]))


def _two_events(outcome: Outcome) -> Outcome:
    more = Receipt("another-event", "job.succeeded", "image-0", 2.0)
    return replace(outcome, webhooks=replace(outcome.webhooks, receipts=(*outcome.webhooks.receipts, more)))


def _wrong_event(outcome: Outcome) -> Outcome:
    first, *others = outcome.webhooks.receipts
    wrong = (replace(first, type="job.failed"), *others)
    return replace(outcome, webhooks=replace(outcome.webhooks, receipts=wrong))


@pytest.mark.parametrize(
    ("breaking", "sentence"),
    [
        (_failed_image, "The model failed."),
        (_no_output, "without an output"),
        (_other_bytes_by_link, "presigned link"),
        (_not_reproduced, "same input and seed"),
        (_same_picture_twice, "same picture"),
        (_bad_input_accepted, "was accepted"),
        (_other_field_named, "does not name input.width"),
        (_not_canceled, "called off"),
        (_forged_webhook, "did not verify"),
        (_careless_verifier, "another body"),
        (_missing_webhook, "webhooks say: nothing"),
        (_two_events, "job.succeeded, job.succeeded"),
        (_wrong_event, "webhooks say: job.failed"),
    ],
)
def test_a_broken_promise_is_named(outcome: Outcome, breaking: Callable[[Outcome], Outcome], sentence: str) -> None:
    assert sentence in " / ".join(broken_promises(breaking(outcome)))


def test_an_event_delivered_twice_is_one_event(outcome: Outcome) -> None:
    receipts = (*outcome.webhooks.receipts, outcome.webhooks.receipts[0])
    assert broken_promises(replace(outcome, webhooks=replace(outcome.webhooks, receipts=receipts))) == []
