"""Jobs that are accepted the short way are those that are accepted the long way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.catalog.service import complete_input, find_model
from shared.db import session_scope
from shared.events.models import Event
from shared.identifiers import new_id
from shared.jobs.acceptance import accept
from shared.jobs.drafting import Asked
from shared.jobs.models import Job
from shared.jobs.plain_acceptance import PlainRequest, accept_plain
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState, Priority
from tests.integration.jobs.actions import claim, finish

pytestmark = pytest.mark.usefixtures("models")
INPUTS: list[dict[str, Any]] = [
    {"prompt": "Tea by Zorvi", "seed": 1},
    {"prompt": "Coffee by Zorvi", "seed": 2, "max_new_tokens": 8, "num_return_sequences": 2},
    {"prompt": "Tea by Zorvi", "seed": 1},
]
LABELS = {"custom_id": "tea-1"}
OWN = {"id", "twin_id", "created_at", "run_after"}


def columns(job: Job) -> dict[str, Any]:
    return {column.name: getattr(job, column.key) for column in Job.__table__.columns if column.name not in OWN}


def test_the_short_way_writes_what_the_long_way_writes(workspace_id: UUID) -> None:
    batch_id = new_id()
    with session_scope(workspace_id) as session:
        model = find_model(session, workspace_id, "starter/adcopy")
        wanted = [PlainRequest(complete_input(model, each), LABELS) for each in INPUTS]
        short = accept_plain(session, model, wanted, workspace_id, batch_id, Priority.BULK)
    with session_scope() as session:
        shortly = [session.get_one(Job, job_id) for job_id in short]
        events = {event.job_id: event.data for event in session.scalars(select(Event))}
    with session_scope() as session:
        for job_id in reversed(short):
            session.delete(session.get_one(Job, job_id))
    with session_scope(workspace_id) as session:
        requests = [JobRequest(model="starter/adcopy", input=each, labels=LABELS, priority="bulk") for each in INPUTS]
        asked = [Asked(each, new_id(), batch_id=batch_id) for each in requests]
        long = [each.job.id for each in accept(session, workspace_id, asked)]
    with session_scope() as session:
        longly = [session.get_one(Job, job_id) for job_id in long]
        of_long = {event.job_id: event.data for event in session.scalars(select(Event))}

    assert [columns(job) for job in shortly] == [columns(job) for job in longly]
    assert [job.state for job in shortly] == [JobState.QUEUED, JobState.QUEUED, JobState.WAITING]
    assert shortly[2].twin_id == shortly[0].id
    for here, there in zip(short, long, strict=True):
        assert events[here].keys() == of_long[there].keys()


def test_what_is_there_already_is_taken_over_at_once(workspace_id: UUID) -> None:
    with session_scope(workspace_id) as session:
        model = find_model(session, workspace_id, "starter/adcopy")
        wanted = [PlainRequest(complete_input(model, INPUTS[0]), {})]
        accept_plain(session, model, wanted, workspace_id, new_id(), Priority.BULK)
    finish(*claim())
    with session_scope(workspace_id) as session:
        (again,) = accept_plain(session, model, wanted, workspace_id, new_id(), Priority.BULK)

    with session_scope() as session:
        assert session.get_one(Job, again).state is JobState.SUCCEEDED
