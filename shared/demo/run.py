"""The scenario from its first request to its last file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shared.client import Client, Job, RequestRefused
from shared.client.errors import Problem
from shared.demo.outcome import Accomplished, Downloaded, Outcome, Webhooks
from shared.demo.phases import Phases
from shared.demo.receiver import WebhookReceiver
from shared.demo.scenario import CANCELED, IMAGES, REFUSED, REPEATED, TEXTS, PlannedJob
from shared.errors import StateConflict

_LONGEST_GENERATION = 600.0
_LONGEST_DELIVERY = 30.0
_EXTENSIONS = {"image/png": ".png", "text/plain": ".txt"}


def run_scenario(client: Client, folder: Path, phases: Phases, say: Callable[[str], None]) -> Outcome:
    """Submit the scenario, wait for its end and its webhooks, and download everything into ``folder``.

    Raises what ``Client`` raises; what merely turned out otherwise than promised is in the outcome.
    """
    with WebhookReceiver(client.webhook_secret()) as receiver:
        with phases.phase("first picture"):
            first = _wait(client, IMAGES[:1], _submit(client, receiver, IMAGES[:1]), say)
        with phases.phase("submit"):
            images, texts = _submit(client, receiver, IMAGES[1:]), _submit(client, receiver, TEXTS)
            (canceled,) = _submit(client, receiver, [CANCELED])
            _cancel(client, canceled)
            refusal = _submit_refused(client)
        with phases.phase("generate"):
            ended_images = [*first, *_wait(client, IMAGES[1:], images, say)]
            ended_texts = _wait(client, TEXTS, texts, say)
            (ended_canceled,) = _wait(client, [CANCELED], [canceled], say)
        with phases.phase("repeat a seed"):
            (ended_repeated,) = _wait(client, [REPEATED], _submit(client, receiver, [REPEATED]), say)
        with phases.phase("webhooks"):
            accepted = [*ended_images, *ended_texts, ended_canceled, ended_repeated]
            receiver.wait_for_jobs(frozenset(done.job.id for done in accepted), _LONGEST_DELIVERY)
        webhooks = Webhooks(tuple(receiver.receipts), receiver.refused, receiver.tampered_accepted)
    with phases.phase("download"):
        return Outcome(
            images=tuple(_downloaded(client, done, folder) for done in ended_images),
            texts=tuple(_downloaded(client, done, folder) for done in ended_texts),
            repeated=_downloaded(client, ended_repeated, folder),
            canceled=ended_canceled,
            refusal=refusal,
            webhooks=webhooks,
        )


def _submit(client: Client, receiver: WebhookReceiver, planned: Sequence[PlannedJob]) -> list[Job]:
    return [
        client.submit(
            one.model,
            one.input,
            priority=one.priority,
            labels={"demo": one.title},
            webhook_url=receiver.url,
            # What it promises of a repeated seed is shown by generating it again.
            reuse=False,
        )
        for one in planned
    ]


def _submit_refused(client: Client) -> Problem | None:
    try:
        client.submit(REFUSED.model, REFUSED.input)
    except RequestRefused as refused:
        return refused.problem
    return None


def _cancel(client: Client, job: Job) -> None:
    try:
        client.cancel(job.id)
    except RequestRefused as refused:
        # It was too late: the outcome shows that it succeeded.
        if refused.problem.code != StateConflict.code:
            raise


def _wait(
    client: Client, planned: Sequence[PlannedJob], jobs: Sequence[Job], say: Callable[[str], None]
) -> list[Accomplished]:
    ended = []
    for one, job in zip(planned, jobs, strict=True):
        end = client.wait(job.id, _LONGEST_GENERATION)
        say(f"  {end.state.value:<10} {one.title:<16} {end.seconds or 0:5.1f} s  {end.id}")
        ended.append(Accomplished(one, end))
    return ended


def _downloaded(client: Client, done: Accomplished, folder: Path) -> Accomplished:
    """The job with its outputs here: each fetched from the server and again by presigned link."""
    outputs = []
    for artifact in done.job.artifacts:
        name = f"{done.planned.title.lower().replace(',', '').replace(' ', '-')}-{artifact.index}"
        path = folder / (name + _EXTENSIONS.get(artifact.media_type.partition(";")[0], ""))
        client.download(artifact, path)
        by_link = path.with_name(f".{path.name}.by-link")
        client.download_by_link(artifact, by_link)
        outputs.append(Downloaded(artifact, path, path.read_bytes() == by_link.read_bytes()))
        by_link.unlink()
    return Accomplished(done.planned, done.job, tuple(outputs))
