"""Launch a batch: have the jobs of its rows accepted, some rows a transaction.

The transaction that accepts a chunk's jobs also writes its items and says where launching goes on, under the fence of
the worker that does it. A worker that dies in the middle leaves whole chunks behind, and the next one goes on: each row
has its jobs once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shared.batches import repository
from shared.batches.expansion import CellProblem, Expanded, Expander, ItemDraft, SourceDraft
from shared.batches.feed import Chunk
from shared.batches.models import Batch, BatchSource
from shared.batches.moves import move
from shared.batches.sources import requested, value_of
from shared.batches.states import BatchState, SourceState
from shared.batches.submission import submit
from shared.errors import InputRefused
from shared.jobs.plain_acceptance import PlainRequest, accept_plain

_JOBS_OF_CHUNK = 500


def rows_of_chunk(batch: Batch) -> int:
    """How many rows are launched together: those of about 500 jobs."""
    good = max(1, batch.rows - batch.bad_rows)
    return max(1, min(_JOBS_OF_CHUNK, _JOBS_OF_CHUNK * good // max(1, batch.items)))


def launch_chunk(session: Session, batch: Batch, expander: Expander, chunk: Chunk) -> None:
    """Launch some rows of a batch that this transaction holds."""
    first = chunk.rows[0].number if chunk.rows else chunk.last
    bad = repository.bad_rows(session, batch.id, first, chunk.last)
    rows = [row for row in chunk.rows if row.number not in bad]
    expanded = [expander.expand(row) for row in expander.prepare(session, rows)]
    made = submit_items(session, batch, [(each, item) for each in expanded for item in _items(each)])
    # What could be planned and cannot be launched was good then: its row is kept, so that it can be tried again.
    if not expander.keeps_rows:
        failed = {item["row"] for item in made if item["error_code"] is not None}
        repository.insert_rows(session, batch, [_kept(each) for each in expanded if each.row.number in failed])
    repository.insert_items(session, batch, made)
    session.execute(update(Batch).where(Batch.id == batch.id).values(launched_rows=chunk.last, failures=0))


def finish_launching(session: Session, batch: Batch) -> None:
    """All of its jobs are accepted."""
    counts = repository.counts(session, batch.id)
    values = {"launched_rows": batch.rows, "counts": counts, "counted_at": func.clock_timestamp()}
    session.execute(update(Batch).where(Batch.id == batch.id).values(**values))
    move(session, batch, BatchState.RUNNING)


def submit_items(
    session: Session, batch: Batch, drafts: Sequence[tuple[Expanded, ItemDraft | CellProblem]]
) -> list[dict[str, Any]]:
    """What becomes of each item: its job, what it waits for, or why it cannot be made. As ``insert_items`` takes it."""
    if all(isinstance(draft, ItemDraft) and draft.complete is not None for _, draft in drafts):
        return _submit_plain(session, batch, drafts)
    sources = requested(session, batch, _sources_of(drafts))
    outcomes: list[dict[str, Any]] = []
    ready: list[tuple[int, dict[str, Any]]] = []
    for expanded, draft in drafts:
        outcome = _blank(expanded, draft)
        outcomes.append(outcome)
        if isinstance(draft, CellProblem):
            outcome.update(
                _error("invalid_input", f"{draft.column}: {draft.message}" if draft.column else draft.message)
            )
            continue
        needed = {key: sources[key] for key in draft.sources}
        if (reason := _given_up(needed)) is not None:
            outcome.update(_error("source_failed", reason))
        elif waits := [key for key, source in needed.items() if value_of(source) is None]:
            outcome["waits_for"] = [f"\\x{key.hex()}" for key in waits]
        else:
            _build(draft, needed, outcome, ready, len(outcomes) - 1)
    requests = [request for _, request in ready]
    labels = [_labels(outcomes[place]) for place, _ in ready]
    for (place, _), job in zip(ready, submit(session, batch, requests, labels), strict=True):
        if isinstance(job, InputRefused):
            outcomes[place].update(_error("invalid_input", job.message))
        else:
            outcomes[place]["job_id"] = str(job)
    return outcomes


def _submit_plain(
    session: Session, batch: Batch, drafts: Sequence[tuple[Expanded, ItemDraft | CellProblem]]
) -> list[dict[str, Any]]:
    """Items that need nothing but their model, all of one."""
    outcomes = [_blank(expanded, draft) for expanded, draft in drafts]
    complete = [draft.complete for _, draft in drafts if isinstance(draft, ItemDraft) and draft.complete is not None]
    wanted = [PlainRequest(each.job_input, _labels(outcome)) for each, outcome in zip(complete, outcomes, strict=True)]
    if wanted:
        ids = accept_plain(session, complete[0].model, wanted, batch.workspace_id, batch.id, batch.priority)
        for outcome, job_id in zip(outcomes, ids, strict=True):
            outcome["job_id"] = str(job_id)
    return outcomes


def _build(
    draft: ItemDraft,
    needed: Mapping[bytes, BatchSource],
    outcome: dict[str, Any],
    ready: list[tuple[int, dict[str, Any]]],
    place: int,
) -> None:
    values = {key: value for key, source in needed.items() if (value := value_of(source)) is not None}
    try:
        ready.append((place, draft.build(values)))
    except InputRefused as refused:
        outcome.update(_error("invalid_input", refused.message))


def _items(expanded: Expanded) -> Iterator[ItemDraft | CellProblem]:
    """The items of a row; of one that has become bad since it was planned, the first thing that is wrong."""
    if expanded.problems:
        yield expanded.problems[0]
    else:
        yield from expanded.items


def _sources_of(drafts: Sequence[tuple[Expanded, ItemDraft | CellProblem]]) -> dict[bytes, SourceDraft]:
    needed = {key for _, draft in drafts if isinstance(draft, ItemDraft) for key in draft.sources}
    return {source.key: source for expanded, _ in drafts for source in expanded.sources if source.key in needed}


def _given_up(needed: Mapping[bytes, BatchSource]) -> str | None:
    flagged = (source for source in needed.values() if source.state is SourceState.FLAGGED)
    return next((source.reason or "What it is made of could not be generated." for source in flagged), None)


def _blank(expanded: Expanded, draft: ItemDraft | CellProblem) -> dict[str, Any]:
    item = draft if isinstance(draft, ItemDraft) else None
    return {
        "row": expanded.row.number,
        "custom_id": expanded.custom_id,
        "template": item.template if item else None,
        "size": item.size if item else None,
        "locale": item.locale if item else None,
        "job_id": None,
        "error_code": None,
        "error_message": None,
        "waits_for": None,
    }


def _labels(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What the job's owner will recognise it by."""
    names = ("custom_id", "template", "size", "locale")
    return {name: outcome[name] for name in names if outcome[name] is not None}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error_code": code, "error_message": message}


def _kept(expanded: Expanded) -> dict[str, Any]:
    return {"number": expanded.row.number, "custom_id": expanded.custom_id, "cells": dict(expanded.row.cells)}
