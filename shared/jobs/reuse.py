"""Equal jobs are generated once: a later one takes over the outputs of an earlier one, its root.

A twin is accepted as ``waiting`` with ``twin_id`` naming its root. It succeeds with the root, at once where the root
has succeeded already. A root that ends otherwise leaves its twins to the oldest of them, which runs itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, case, func, select, text, true, update
from sqlalchemy.orm import Session

from shared.accounts.ledger import Charge, charge
from shared.artifacts import repository as artifacts
from shared.artifacts.models import Artifact
from shared.db import after_commit
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import dependencies
from shared.jobs.dependencies import FRESH
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring

MAX_TWINS = 1000
"""Of one root: they are all ended in its transaction. One more runs itself, and is the root of those that follow."""
# Only the newest jobs of a fingerprint are looked at, so that a thousand failed ones cost no more than fifty.
_NEWEST = 50
_CANDIDATES = text(
    """
SELECT wanted.fingerprint, root.id FROM unnest(CAST(:fingerprints AS bytea[])) AS wanted(fingerprint), LATERAL (
    SELECT CASE newest.state WHEN 'waiting' THEN newest.twin_id ELSE newest.id END AS id FROM (
        SELECT id, state, twin_id, run_after, cancel_requested_at FROM jobs
         WHERE workspace_id = :workspace_id AND fingerprint = wanted.fingerprint
         ORDER BY id DESC LIMIT :newest) AS newest
     WHERE CASE newest.state
           WHEN 'succeeded' THEN (SELECT bool_and(removed_at IS NULL) FROM artifacts WHERE job_id = newest.id)
           WHEN 'running' THEN cancel_requested_at IS NULL
           WHEN 'queued' THEN run_after <= now()
           WHEN 'waiting' THEN twin_id IS NOT NULL END
     ORDER BY newest.state = 'succeeded' DESC, newest.id DESC LIMIT 1) AS root
"""
)
_LIVE = text(
    """
SELECT id, priority, (SELECT count(*) FROM (
          SELECT FROM jobs AS twin WHERE twin.twin_id = jobs.id AND twin.state = 'waiting' LIMIT :most) AS few) AS twins
  FROM jobs
 WHERE id = ANY(:ids)
   AND (state = 'running' AND cancel_requested_at IS NULL OR state = 'queued' AND run_after <= now())
 ORDER BY id FOR NO KEY UPDATE
"""
)
_LIVE_AND_FREE = text(f"{_LIVE.text} SKIP LOCKED")


@dataclass(slots=True)
class _Root:
    """A job that equal ones may wait for."""

    id: UUID
    priority: int
    places: int
    """How many more may wait for it."""


def pair(session: Session, workspace_id: UUID, jobs: Sequence[Job]) -> frozenset[UUID]:
    """Make each of these new jobs a twin where there is an equal one, among themselves too.

    They are not in the database yet. The roots stay as they are until the transaction ends. Returns those that have
    succeeded: ``share_outputs`` ends their twins once the jobs are written.
    """
    roots, succeeded = _lock_roots(session, workspace_id, {job.fingerprint for job in jobs})
    urgent: dict[UUID, int] = {}
    new: dict[UUID, Job] = {}
    for job in jobs:
        root = roots.get(job.fingerprint)
        if root is None or root.places == 0:
            roots[job.fingerprint] = _Root(job.id, job.priority, MAX_TWINS)
            new[job.id] = job
            continue
        root.places -= 1
        job.state, job.twin_id = JobState.WAITING, root.id
        if job.priority < root.priority:
            root.priority = urgent[root.id] = job.priority
    for root_id in urgent.keys() & new.keys():
        new[root_id].priority = urgent.pop(root_id)
    hurry(session, urgent)
    return succeeded


def share_outputs(session: Session, root_ids: Collection[UUID]) -> Mapping[Job, Sequence[Artifact]]:
    """End the twins of jobs that have succeeded: the same files, no time of the device. The twins and their outputs.

    A few statements, however many there are.
    """
    if not root_ids:
        return {}
    twins = session.scalars(
        update(Job)
        .where(Job.twin_id.in_(root_ids), Job.state == JobState.WAITING)
        .values(state=JobState.SUCCEEDED, finished_at=func.clock_timestamp())
        .returning(Job),
        execution_options=FRESH,
    ).all()
    if not twins:
        return {}
    outputs = _files_of(session, {twin.twin_id for twin in twins if twin.twin_id})
    shared = {twin.id: [_copy(twin, output) for output in outputs[twin.twin_id]] for twin in twins if twin.twin_id}
    artifacts.insert(session, [artifact for files in shared.values() for artifact in files])
    charge(session, [Charge(twin.workspace_id, twin.id, 0, len(shared[twin.id])) for twin in twins])
    session.flush()
    record(session, EventType.JOB_SUCCEEDED, twins, shared)
    dependencies.release_children(session, [twin.id for twin in twins])
    return {twin: shared[twin.id] for twin in twins}


def release_twins(session: Session, ended: Sequence[Job], beyond_batch: UUID | None = None) -> None:
    """Let the oldest twin of each job that ended without outputs run itself, and the others wait for that one.

    With ``beyond_batch`` those of that batch stay as they are: it is held back, and nobody else waits for it.
    """
    if not ended:
        return
    waiting = select(Job.id, Job.twin_id, Job.priority).where(
        Job.twin_id.in_([job.id for job in ended]), Job.state == JobState.WAITING
    )
    concerned = true() if beyond_batch is None else Job.batch_id.is_distinct_from(beyond_batch)
    waiting = waiting.where(concerned)
    left: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(waiting.order_by(Job.id).with_for_update()):
        left[row.twin_id].append(row)
    if not left:
        return
    heirs = {root_id: twins[0].id for root_id, twins in left.items()}
    session.execute(
        update(Job)
        .where(Job.twin_id.in_(heirs), Job.state == JobState.WAITING, Job.id.not_in(heirs.values()), concerned)
        .values(twin_id=case(heirs, value=Job.twin_id)),
        execution_options={"synchronize_session": False},
    )
    urgent = {twins[0].id: min(twin.priority for twin in twins) for twins in left.values()}
    freed = session.scalars(
        update(Job)
        .where(Job.id.in_(urgent))
        .values(
            state=JobState.QUEUED,
            twin_id=None,
            run_after=func.clock_timestamp(),
            priority=case(urgent, value=Job.id),
        )
        .returning(Job),
        execution_options=FRESH,
    ).all()
    record(session, EventType.JOB_QUEUED, freed, note={"reason": "twin_did_not_succeed"})
    for queue in {job.queue for job in freed}:
        after_commit(session, partial(ring, queue))


def hurry(session: Session, urgent: Mapping[UUID, int]) -> None:
    """Raise roots that have not begun to the class of their most urgent twin."""
    if not urgent:
        return
    wanted = case(dict(urgent), value=Job.id)
    session.execute(
        update(Job)
        .where(Job.id.in_(urgent), Job.state == JobState.QUEUED, Job.priority > wanted)
        .values(priority=wanted),
        execution_options={"synchronize_session": False},
    )


def _lock_roots(
    session: Session, workspace_id: UUID, fingerprints: Iterable[bytes]
) -> tuple[dict[bytes, _Root], frozenset[UUID]]:
    """The root of each fingerprint that has one, and which of them have succeeded.

    One that ends while its lock is waited for is looked for again: it may have succeeded. The second look waits for
    nobody, since locks are held by then: in whatever order more came, somebody could wait for these.
    """
    roots: dict[bytes, _Root] = {}
    succeeded: set[UUID] = set()
    missing = set(fingerprints)
    for statement in (_LIVE, _LIVE_AND_FREE):
        values = {"fingerprints": sorted(missing), "workspace_id": workspace_id, "newest": _NEWEST}
        found = {row.id: row.fingerprint for row in session.execute(_CANDIDATES, values)}
        if not found:
            break
        kept = _lock_kept(session, found)
        succeeded |= kept
        live = _lock_live(session, statement, found.keys() - kept)
        for root in (*(_Root(root_id, 0, MAX_TWINS) for root_id in kept), *live):
            roots[found[root.id]] = root
            missing.discard(found[root.id])
        if len(kept) + len(live) == len(found):
            break
    return roots, frozenset(succeeded)


def _lock_live(session: Session, statement: TextClause, root_ids: Collection[UUID]) -> list[_Root]:
    """Those that still run or could run now, held still, with the places that are left."""
    if not root_ids:
        return []
    rows = session.execute(statement, {"ids": list(root_ids), "most": MAX_TWINS})
    return [_Root(row.id, row.priority, MAX_TWINS - row.twins) for row in rows]


def _lock_kept(session: Session, job_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those that have succeeded and whose files are all there, held so that retention leaves them until the commit.

    What retention holds is on its way out: nobody waits for it. The job comes before its files, as it does there.
    """
    ended = select(Job.id, Job.output_count).where(Job.id.in_(job_ids), Job.state == JobState.SUCCEEDED)
    held = ended.order_by(Job.id).with_for_update(read=True, key_share=True, skip_locked=True)
    wanted = {row.id: row.output_count for row in session.execute(held)}
    if not wanted:
        return frozenset()
    files = select(Artifact.job_id).where(Artifact.job_id.in_(wanted), Artifact.removed_at.is_(None))
    found = Counter(session.scalars(files.with_for_update(read=True, skip_locked=True)))
    return frozenset(job_id for job_id, outputs in wanted.items() if found[job_id] == outputs)


def _files_of(session: Session, job_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Artifact]]:
    query = select(Artifact).where(Artifact.job_id.in_(job_ids)).order_by(Artifact.job_id, Artifact.index)
    found: dict[UUID, list[Artifact]] = defaultdict(list)
    for artifact in session.scalars(query):
        found[artifact.job_id].append(artifact)
    return found


def _copy(twin: Job, output: Artifact) -> Artifact:
    return Artifact(
        id=new_id(),
        workspace_id=twin.workspace_id,
        job_id=twin.id,
        index=output.index,
        object_key=output.object_key,
        media_type=output.media_type,
        size=output.size,
        sha256=output.sha256,
        facts=output.facts,
    )
