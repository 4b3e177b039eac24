"""End a worker's hold on jobs: finished, failed, canceled, or given back. Every write is fenced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.orm import Session

from shared.accounts.ledger import Charge, charge
from shared.artifacts import repository as artifacts
from shared.artifacts.models import Artifact
from shared.errors import BottegaError
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import dependencies, reuse
from shared.jobs.claims import Claim, is_held
from shared.jobs.dependencies import FRESH
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record

_UNSYNCED = {"synchronize_session": False}
_BACKOFF_SECONDS = (2, 10, 60)


@dataclass(frozen=True, slots=True)
class StoredOutput:
    """A file that is in the store and was verified there."""

    object_key: str
    media_type: str
    size: int
    sha256: bytes
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """What a job's timeline tells of its run: the steps of its forward batch, its seconds, those of the uploads."""

    steps: int
    seconds: float
    upload_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Success:
    """A claim whose outputs are stored; ``device_seconds`` is its share of the forward batch's time."""

    claim: Claim
    outputs: Sequence[StoredOutput]
    device_seconds: float
    work: Work | None = None


def finish(session: Session, successes: Sequence[Success]) -> frozenset[UUID]:
    """Commit a forward batch's outputs, charge, events and deliveries at once, and those of equal jobs that wait.

    Returns the ids that were committed. One whose fence is stale changes nothing: nothing refers to its
    files.
    """
    by_id = {success.claim.job_id: success for success in successes}
    still_held = is_held([success.claim for success in successes])
    # Locked in the order in which everybody else locks jobs.
    locked = select(Job.id).where(still_held).order_by(Job.id).with_for_update().cte()
    jobs = session.scalars(
        update(Job)
        .where(Job.id == locked.c.id, still_held)
        .values(
            state=JobState.SUCCEEDED,
            finished_at=func.clock_timestamp(),
            lease_until=None,
        )
        .returning(Job),
        execution_options=_UNSYNCED,
    ).all()
    made = _insert_artifacts(session, jobs, by_id)
    charge(session, [_charge_of(job, by_id[job.id]) for job in jobs])
    work = {job.id: {"work": asdict(done)} for job in jobs if (done := by_id[job.id].work) is not None}
    record(session, EventType.JOB_SUCCEEDED, jobs, made, notes=work)
    ids = [job.id for job in jobs]
    reuse.share_outputs(session, ids)
    dependencies.release_children(session, ids)
    return frozenset(ids)


def fail(session: Session, claims: Sequence[Claim], error: BottegaError) -> None:
    """End an attempt that failed: try again after a pause if the error may pass, else the job has failed."""
    jobs = _still_wanted(session, session.scalars(_lock(claims)).all())
    again = [job for job in jobs if error.retryable and job.attempts < job.max_attempts]
    spent = [job for job in jobs if job not in again]
    _requeue(session, again, error.code, error.message)
    _fail(session, spent, error.code, error.message)


def give_back(session: Session, claims: Sequence[Claim], reason: str) -> None:
    """Return jobs that were not to blame (a drain, an outage of the store).

    The attempt does not count, and they keep their place in the queue.
    """
    jobs = _still_wanted(session, session.scalars(_lock(claims)).all())
    jobs = _change(session, jobs, state=JobState.QUEUED, worker_id=None, attempts=Job.attempts - 1)
    record(session, EventType.JOB_REQUEUED, jobs, note={"reason": reason})


def confirm_cancel(session: Session, claims: Sequence[Claim]) -> None:
    """End jobs whose cancellation the worker has obeyed."""
    _cancel(session, session.scalars(_lock(claims)).all())


def return_expired(session: Session, limit: int = 500) -> int:
    """Take back the jobs of workers that fell silent; returns how many.

    The attempt counts, and the job runs alone next time: it may be what killed the worker.
    """
    expired = session.scalars(_select_expired().limit(limit).with_for_update(skip_locked=True)).all()
    jobs = _still_wanted(session, expired)
    again = [job for job in jobs if job.attempts < job.max_attempts]
    spent = [job for job in jobs if job not in again]
    message = "The worker that ran this job stopped answering."
    _requeue(session, again, "worker_lost", message, runs_alone=True)
    _fail(session, spent, "worker_lost", message)
    return len(expired)


def _still_wanted(session: Session, jobs: Sequence[Job]) -> Sequence[Job]:
    """Those that nobody called off meanwhile. The others are canceled: their attempt has ended without outputs."""
    _cancel(session, [job for job in jobs if job.cancel_requested_at is not None])
    return [job for job in jobs if job.cancel_requested_at is None]


def _select_expired() -> Select[Job]:
    return select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < func.clock_timestamp())


def _lock(claims: Sequence[Claim]) -> Select[Job]:
    return select(Job).where(is_held(claims)).order_by(Job.id).with_for_update()


def _requeue(
    session: Session,
    jobs: Sequence[Job],
    code: str,
    message: str,
    *,
    runs_alone: bool = False,
) -> None:
    pause = case(dict(enumerate(_BACKOFF_SECONDS, start=1)), value=Job.attempts, else_=_BACKOFF_SECONDS[-1])
    requeued = _change(
        session,
        jobs,
        state=JobState.QUEUED,
        worker_id=None,
        runs_alone=Job.runs_alone | runs_alone,
        run_after=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, pause),
    )
    record(session, EventType.JOB_REQUEUED, requeued, note={"reason": code, "message": message})


def _fail(session: Session, jobs: Sequence[Job], code: str, message: str) -> None:
    failed = _change(
        session,
        jobs,
        state=JobState.FAILED,
        error_code=code,
        error_message=message,
        finished_at=func.clock_timestamp(),
    )
    record(session, EventType.JOB_FAILED, failed)
    _tell_relatives(session, failed)


def _cancel(session: Session, jobs: Sequence[Job]) -> None:
    canceled = _change(session, jobs, state=JobState.CANCELED, finished_at=func.clock_timestamp())
    record(session, EventType.JOB_CANCELED, canceled)
    _tell_relatives(session, canceled)


def _tell_relatives(session: Session, ended: Sequence[Job]) -> None:
    """Those that wait for a job that did not succeed: its children go down with it, its twins go on without it."""
    dependencies.fail_children(session, ended)
    reuse.release_twins(session, ended)


def _change(session: Session, jobs: Sequence[Job], **values: Any) -> Sequence[Job]:
    """Take locked jobs from their worker, in one statement; as they are then."""
    if not jobs:
        return []
    return session.scalars(
        update(Job)
        .where(Job.id.in_([job.id for job in jobs]), Job.state == JobState.RUNNING)
        .values(lease_until=None, **values)
        .returning(Job),
        execution_options=FRESH,
    ).all()


def _insert_artifacts(
    session: Session, jobs: Sequence[Job], successes: Mapping[UUID, Success]
) -> dict[UUID, list[Artifact]]:
    made = {
        job.id: [_artifact(job, index, output) for index, output in enumerate(successes[job.id].outputs)]
        for job in jobs
    }
    artifacts.insert(session, [artifact for files in made.values() for artifact in files])
    return made


def _artifact(job: Job, index: int, output: StoredOutput) -> Artifact:
    return Artifact(
        id=new_id(),
        workspace_id=job.workspace_id,
        job_id=job.id,
        index=index,
        object_key=output.object_key,
        media_type=output.media_type,
        size=output.size,
        sha256=output.sha256,
        facts=output.facts,
    )


def _charge_of(job: Job, success: Success) -> Charge:
    return Charge(job.workspace_id, job.id, success.device_seconds, len(success.outputs))
