"""A job's timeline tells how its webhooks were delivered, and so does the log."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from shared.db import session_scope
from shared.jobs.models import Job
from shared.jobs.timeline import WEBHOOK_ATTEMPT, TimelineEntry, timeline
from shared.webhooks.models import WebhookEndpoint
from tests.integration.jobs.actions import another_workspace
from tests.integration.webhooks.conftest import add_endpoint
from tests.integration.webhooks.happenings import job_succeeds
from tests.integration.webhooks.receiver import Receiver, status
from worker.delivery.deliverer import Deliverer


def timeline_of(job_id: object) -> list[TimelineEntry]:
    with session_scope() as session:
        return timeline(session, session.get_one(Job, job_id))


def test_attempts_stand_in_the_timeline_after_the_event_that_they_tell(
    endpoint: WebhookEndpoint, deliverer: Deliverer, start_receiver: Callable[..., Receiver]
) -> None:
    add_endpoint(endpoint.workspace_id, start_receiver(status(500)).url)
    [event] = job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)

    first, *attempts = timeline_of(event.job_id)
    assert first.type == "job.succeeded"
    assert [entry.type for entry in attempts] == [WEBHOOK_ATTEMPT] * 2
    assert sorted(entry.data["status"] for entry in attempts) == [204, 500]
    assert {entry.data["event"] for entry in attempts} == {"job.succeeded"}
    assert all(entry.data["milliseconds"] >= 0 for entry in attempts)


def test_another_jobs_attempts_are_not_in_it(endpoint: WebhookEndpoint, deliverer: Deliverer) -> None:
    [event] = job_succeeds(endpoint.workspace_id)
    other = another_workspace("other")
    add_endpoint(other, f"{endpoint.url}/other")
    [theirs] = job_succeeds(other)
    deliverer.deliver_due(10)

    assert len(timeline_of(event.job_id)) == len(timeline_of(theirs.job_id)) == 2


def test_the_log_of_an_attempt_carries_the_job_and_the_event(endpoint: WebhookEndpoint, deliverer: Deliverer) -> None:
    [event] = job_succeeds(endpoint.workspace_id)

    with structlog.testing.capture_logs() as logs:
        deliverer.deliver_due(10)

    [line] = [line for line in logs if line["event"] == "webhook_attempt"]
    assert (line["job_id"], line["event_id"]) == (str(event.job_id), str(event.id))
