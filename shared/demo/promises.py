"""What the demonstration promises, checked on its outcome."""

from __future__ import annotations

from collections.abc import Iterator

from shared.demo.outcome import Accomplished, Outcome
from shared.demo.scenario import REFUSED_FIELD
from shared.jobs.states import JobState


def broken_promises(outcome: Outcome) -> list[str]:
    """A sentence for each promise that was not kept; empty when all were."""
    return [
        *_of_results(outcome),
        *_of_seeds(outcome),
        *_of_refusal(outcome),
        *_of_cancel(outcome),
        *_of_webhooks(outcome),
    ]


def _of_results(outcome: Outcome) -> Iterator[str]:
    for done in (*outcome.images, outcome.repeated, *outcome.texts):
        if done.job.state is not JobState.SUCCEEDED:
            yield f"{_name(done)} has {done.job.state.value}: {done.job.error.message if done.job.error else ''}"
        elif not done.outputs:
            yield f"{_name(done)} succeeded without an output"
        for output in done.outputs:
            if not output.same_by_link:
                yield f"{_name(done)}: the presigned link gave other bytes than the server"


def _of_seeds(outcome: Outcome) -> Iterator[str]:
    if not outcome.is_reproduced:
        yield f"{_name(outcome.repeated)}: the same input and seed gave another picture"
    hashes = [image.hashes for image in outcome.images if image.hashes]
    if len(set(hashes)) != len(hashes):
        yield "two different prompts gave the same picture"


def _of_refusal(outcome: Outcome) -> Iterator[str]:
    if outcome.refusal is None:
        yield "the bad input was accepted"
    elif REFUSED_FIELD not in [error.path for error in outcome.refusal.errors]:
        yield f"the refusal of the bad input does not name {REFUSED_FIELD}"


def _of_cancel(outcome: Outcome) -> Iterator[str]:
    if outcome.canceled.job.state is not JobState.CANCELED:
        yield f"the job that was called off has {outcome.canceled.job.state.value}"
    if outcome.canceled.job.artifacts:
        yield "the job that was called off has outputs"


def _of_webhooks(outcome: Outcome) -> Iterator[str]:
    if outcome.webhooks.refused:
        yield f"{outcome.webhooks.refused} webhooks did not verify"
    if outcome.webhooks.tampered_accepted:
        yield f"{outcome.webhooks.tampered_accepted} webhooks verified with another body, too"
    for done in outcome.accepted:
        told = sorted(kind for _, kind in outcome.webhooks.of(done.job))
        if told != [f"job.{done.job.state.value}"]:
            yield f"{_name(done)} has {done.job.state.value}, but its webhooks say: {', '.join(told) or 'nothing'}"


def _name(done: Accomplished) -> str:
    return f"{done.planned.title!r} ({done.job.id})"
