"""Pictures and texts that items share: generated once a key, and used once they can be.

A picture can be used as soon as its job is accepted: what is made of it waits for it as a job. A text must have been
written, read and found to keep to its rules.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.batches.copy_rules import check_copy, tidied
from shared.batches.expansion import SourceDraft, SourceValue
from shared.batches.models import Batch, BatchSource
from shared.batches.states import SourceKind, SourceState
from shared.batches.submission import submit
from shared.catalog.inputs.base import MAX_SEED
from shared.errors import InputRefused
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState

DEFAULT_ATTEMPTS = 3
_LONGEST_REASON = 500
_INSERT = text(
    """
INSERT INTO batch_sources (batch_id, key, workspace_id, kind, state, request)
SELECT :batch_id, key, :workspace_id, kind, 'pending', request
  FROM json_to_recordset(CAST(:rows AS json)) AS source (key bytea, kind text, request jsonb)
    ON CONFLICT (batch_id, key) DO NOTHING
"""
)
_UPDATE = text(
    """
UPDATE batch_sources AS source
   SET state = changed.state, attempt = changed.attempt, job_id = changed.job_id, text = changed.text,
       reason = changed.reason
  FROM json_to_recordset(CAST(:rows AS json))
    AS changed (key bytea, state text, attempt int, job_id uuid, text text, reason text)
 WHERE source.batch_id = :batch_id AND source.key = changed.key
"""
)


@dataclass(frozen=True, slots=True)
class Written:
    """A text's job that has ended: where its files are, or why there are none."""

    key: bytes
    request: Mapping[str, Any]
    attempt: int
    object_keys: Sequence[str]
    error: str | None


def note_sources(session: Session, batch: Batch, drafts: Mapping[bytes, SourceDraft]) -> None:
    """Write down what items will share, each key once."""
    rows = [{"key": _hex(draft.key), "kind": draft.kind.value, "request": draft.request} for draft in drafts.values()]
    if rows:
        values = {"batch_id": batch.id, "workspace_id": batch.workspace_id}
        session.execute(_INSERT, {**values, "rows": json.dumps(rows, ensure_ascii=False)})


def requested(session: Session, batch: Batch, drafts: Mapping[bytes, SourceDraft]) -> dict[bytes, BatchSource]:
    """These sources as they are, after asking for those that nobody has asked for yet."""
    if not drafts:
        return {}
    found = _by_key(session, batch, drafts)
    if len(found) < len(drafts):
        note_sources(session, batch, {key: draft for key, draft in drafts.items() if key not in found})
        found = _by_key(session, batch, drafts)
    new = [source for source in found.values() if source.job_id is None and not _is_settled(source)]
    if new:
        _ask(session, batch, new)
        found = _by_key(session, batch, drafts)
    return found


def value_of(source: BatchSource) -> SourceValue | None:
    """What an item can use; none where it has to wait, or waits in vain."""
    if source.state is not SourceState.ACCEPTED:
        return None
    return SourceValue(source.kind, source.job_id, source.text)


def written(session: Session, batch: Batch, limit: int) -> list[Written]:
    """Texts whose jobs have ended and that nobody has looked at."""
    query = (
        select(BatchSource, Job.id, Job.state, Job.error_message)
        .join(Job, Job.id == BatchSource.job_id)
        .where(BatchSource.batch_id == batch.id, BatchSource.state == SourceState.PENDING, Job.state.in_(TERMINAL))
        .limit(limit)
    )
    ended = session.execute(query).all()
    files = _object_keys(session, [job_id for _, job_id, _, _ in ended])
    return [
        Written(source.key, source.request, source.attempt, files.get(job_id, ()), _error(state, message))
        for source, job_id, state, message in ended
    ]


def settle(session: Session, batch: Batch, looked_at: Iterable[tuple[Written, Sequence[str]]]) -> None:
    """Accept the first text that keeps to its rules; else ask again with another seed, or give up with the reason."""
    rows: list[dict[str, Any]] = []
    again: list[Written] = []
    for each, texts in looked_at:
        rules = each.request.get("rules") or {}
        answers = [tidied(answer, rules) for answer in texts]
        reasons = [check_copy(answer, rules) for answer in answers]
        good = next((answer for answer, reason in zip(answers, reasons, strict=True) if reason is None), None)
        attempts = int(rules.get("attempts") or DEFAULT_ATTEMPTS)
        if good is not None:
            rows.append(_change(each.key, SourceState.ACCEPTED, each.attempt, text=good))
        elif each.error is None and each.attempt < attempts:
            again.append(each)
        else:
            rows.append(_change(each.key, SourceState.FLAGGED, each.attempt, reason=_why(each, answers, reasons)))
    requests = [_with_another_seed(each) for each in again]
    for each, job in zip(again, submit(session, batch, requests, [{}] * len(requests)), strict=True):
        rows.append(_asked(each.key, SourceState.PENDING, each.attempt + 1, job))
    _apply(session, batch, rows)


def _why(each: Written, answers: Sequence[str], reasons: Sequence[str | None]) -> str:
    if each.error is not None or not answers:
        return f"The text could not be written: {each.error or 'its file is gone'}."[:_LONGEST_REASON]
    tried = "once" if each.attempt == 1 else f"{each.attempt} times"
    return f"The text was written {tried}; the last one {reasons[0]}: {answers[0]!r}"[:_LONGEST_REASON]


def _with_another_seed(each: Written) -> dict[str, Any]:
    seed = (int(each.request["input"].get("seed") or 0) + each.attempt) % (MAX_SEED + 1)
    return {"model": each.request["model"], "input": {**each.request["input"], "seed": seed}}


def _ask(session: Session, batch: Batch, new: Sequence[BatchSource]) -> None:
    """Have the jobs of sources accepted."""
    jobs = submit(session, batch, [source.request for source in new], [{}] * len(new))
    usable = {SourceKind.IMAGE: SourceState.ACCEPTED, SourceKind.COPY: SourceState.PENDING}
    _apply(
        session,
        batch,
        [_asked(source.key, usable[source.kind], source.attempt, job) for source, job in zip(new, jobs, strict=True)],
    )


def _asked(key: bytes, state: SourceState, attempt: int, job: UUID | InputRefused) -> dict[str, Any]:
    if isinstance(job, InputRefused):
        return _change(key, SourceState.FLAGGED, attempt, reason=job.message[:_LONGEST_REASON])
    return _change(key, state, attempt, job_id=str(job))


def _change(key: bytes, state: SourceState, attempt: int, **values: str) -> dict[str, Any]:
    return {"key": _hex(key), "state": state.value, "attempt": attempt, **values}


def _apply(session: Session, batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(_UPDATE, {"batch_id": batch.id, "rows": json.dumps(rows, ensure_ascii=False)})


def _by_key(session: Session, batch: Batch, keys: Collection[bytes]) -> dict[bytes, BatchSource]:
    query = select(BatchSource).where(BatchSource.batch_id == batch.id, BatchSource.key.in_(keys))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {source.key: source for source in found}


def _is_settled(source: BatchSource) -> bool:
    """A text that is there, or what was given up; a picture whose job is no longer kept is asked for once more."""
    return source.state is SourceState.FLAGGED or (
        source.kind is SourceKind.COPY and source.state is SourceState.ACCEPTED
    )


def _object_keys(session: Session, job_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    query = select(Artifact.job_id, Artifact.object_key).where(
        Artifact.job_id.in_(job_ids), Artifact.removed_at.is_(None)
    )
    found: dict[UUID, list[str]] = {}
    for job_id, key in session.execute(query.order_by(Artifact.job_id, Artifact.index)):
        found.setdefault(job_id, []).append(key)
    return found


def _error(state: JobState, message: str | None) -> str | None:
    if state is JobState.SUCCEEDED:
        return None
    return message or f"its job was {state.value}"


def _hex(key: bytes) -> str:
    return f"\\x{key.hex()}"
