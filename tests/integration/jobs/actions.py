"""What callers, workers and the dispatcher do to jobs, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from shared.accounts.models import UsageEntry
from shared.accounts.service import create_workspace
from shared.artifacts.models import Artifact
from shared.catalog.models import Model
from shared.db import session_scope
from shared.errors import BottegaError
from shared.identifiers import new_id
from shared.jobs import claims as job_claims
from shared.jobs import completion, repository, service
from shared.jobs.claims import Claim, Wanted
from shared.jobs.completion import StoredOutput, Success
from shared.jobs.models import Job
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState, Priority
from shared.queue.names import QueueName

WORKER = new_id()
LEASE_SECONDS = 60.0


def request(**fields: Any) -> JobRequest:
    """A text job that runs itself, with whatever else is asked for."""
    job_input = {"prompt": "Coffee by Zorvi", "seed": 7}
    asked: dict[str, Any] = {"model": "starter/adcopy", "input": job_input, "reuse": False, **fields}
    return JobRequest.model_validate(asked)


def submit(workspace_id: UUID, idempotency_key: str | None = None, **fields: Any) -> UUID:
    """Accept a text job; its id."""
    with session_scope() as session:
        document = service.submit(session, workspace_id, request(**fields), idempotency_key)
    return UUID(document["id"])


def another_workspace(slug: str) -> UUID:
    """A workspace beside ``main``."""
    with session_scope() as session:
        return create_workspace(session, slug, slug.title()).id


def queue_many(
    workspace_id: UUID,
    count: int,
    batch_key: str = "one-shape",
    priority: Priority = Priority.NORMAL,
    model: str = "starter/adcopy",
) -> list[UUID]:
    """Put jobs into the queue in one statement, as a large import would; their ids, oldest first."""
    with session_scope() as session:
        model_id = session.scalars(select(Model.id).where(Model.name == model)).one()
        ids = [new_id() for _ in range(count)]
        session.execute(
            insert(Job),
            [
                {
                    "id": job_id,
                    "workspace_id": workspace_id,
                    "model_id": model_id,
                    "queue": QueueName.GENERATION,
                    "state": JobState.QUEUED,
                    "priority": priority,
                    "input": {},
                    "output_count": 1,
                    "fingerprint": bytes(32),
                    "batch_key": batch_key,
                }
                for job_id in ids
            ],
        )
    return ids


def claim(
    limit: int = 1,
    lease_seconds: float = LEASE_SECONDS,
    worker_id: UUID = WORKER,
    sizes: Mapping[str, int] | None = None,
    loaded: Sequence[UUID] = (),
) -> list[Claim]:
    """What a worker gets."""
    wanted = Wanted(limit, sizes or {}, loaded)
    with session_scope() as session:
        return job_claims.claim(session, QueueName.GENERATION, worker_id, wanted, lease_seconds)


def claim_one() -> Claim:
    """The one job that is due."""
    (claimed,) = claim()
    return claimed


def output(claimed: Claim, index: int = 0) -> StoredOutput:
    """A file of that claim, as if it were in the store."""
    key = f"w/{claimed.workspace_id}/j/{claimed.job_id}/{claimed.fence}/{index}.txt"
    return StoredOutput(key, "text/plain", 5, bytes(32), {"characters": 5})


def finish(*claimed: Claim, device_seconds: float = 0.5) -> frozenset[UUID]:
    """Commit one output a claim; the ids that were still the worker's."""
    with session_scope() as session:
        return completion.finish(session, [Success(one, [output(one)], device_seconds) for one in claimed])


def fail(error: BottegaError, *claimed: Claim) -> None:
    """End an attempt with an error."""
    with session_scope() as session:
        completion.fail(session, claimed, error)


def give_back(*claimed: Claim) -> None:
    """Return jobs uncounted."""
    with session_scope() as session:
        completion.give_back(session, claimed, "drain")


def cancel(workspace_id: UUID, job_id: UUID) -> JobState:
    """Call a job off; the state it is in then."""
    with session_scope() as session:
        return service.cancel(session, workspace_id, job_id).state


def confirm_cancel(*claimed: Claim) -> None:
    """Say that a cancellation was obeyed."""
    with session_scope() as session:
        completion.confirm_cancel(session, claimed)


def return_expired() -> int:
    """Take back what silent workers hold."""
    with session_scope() as session:
        return completion.return_expired(session)


def lapse(*claimed: Claim) -> None:
    """Let the leases of a worker run out: it has been silent for too long."""
    lapse_jobs(*[one.job_id for one in claimed])


def lapse_jobs(*job_ids: UUID) -> None:
    """Let the leases of these jobs run out, whoever holds them."""
    ago = func.clock_timestamp() - text("interval '1 second'")
    with session_scope() as session:
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(lease_until=ago))


def make_due(*job_ids: UUID) -> None:
    """Let the pause after a failure be over."""
    with session_scope() as session:
        session.execute(
            update(Job).where(Job.id.in_(job_ids)).values(run_after=func.now() - text("interval '1 second'"))
        )


def read(job_id: UUID) -> Job:
    """The job's row as it is now."""
    with session_scope() as session:
        return session.get_one(Job, job_id)


def states(job_ids: Sequence[UUID]) -> list[JobState]:
    """The jobs' states now, in the order asked for."""
    with session_scope() as session:
        found = {row.id: row.state for row in session.execute(select(Job.id, Job.state).where(Job.id.in_(job_ids)))}
    return [found[job_id] for job_id in job_ids]


def timeline(job_id: UUID) -> list[str]:
    """The names of everything that happened to a job."""
    with session_scope() as session:
        return [event.type.value for event in repository.timeline(session, read(job_id).workspace_id, job_id)]


def charges(job_id: UUID) -> dict[str, float]:
    """What the job was charged, by kind."""
    with session_scope() as session:
        entries = session.scalars(select(UsageEntry).where(UsageEntry.job_id == job_id)).all()
    return {entry.kind: float(entry.quantity) for entry in entries}


def artifacts(job_id: UUID) -> list[Artifact]:
    """The job's outputs, in order."""
    with session_scope() as session:
        return repository.artifacts_of(session, [job_id]).get(job_id, [])


def count(table: type[Any]) -> int:
    """How many rows a table has."""
    with session_scope() as session:
        return session.scalars(select(func.count()).select_from(table)).one()
