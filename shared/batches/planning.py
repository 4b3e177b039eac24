"""Plan a batch: check every cell, count what its rows come to. Nothing is spent.

A chunk of rows is one transaction, which also says where planning goes on: what a worker that died had planned stays
planned. While it lasts, the counts that the plan will need are kept in ``plan``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.batches import repository
from shared.batches.creation import problem_row
from shared.batches.endings import fail
from shared.batches.expansion import CellProblem, Expanded, Expander
from shared.batches.feed import Chunk
from shared.batches.models import Batch, BatchProblem
from shared.batches.moves import move
from shared.batches.plan import plan_of
from shared.batches.reusable import count_reusable
from shared.batches.sources import note_sources
from shared.batches.states import BatchKind, BatchState
from shared.crypto import canonical_json
from shared.tables.rows import RowProblem

CHUNK_ROWS = 500
FETCHED_ROWS = 100
"""Where pictures may have to be fetched first."""


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    items: int = 0
    reused: int = 0
    """Of a batch of jobs: those whose equal has succeeded before."""
    hash: str = ""
    """Of the rows before, each with what is made of it."""

    def digest(self, rows: Sequence[Any]) -> None:
        """Let the hash follow from these rows too."""
        self.hash = hashlib.sha256(self.hash.encode() + canonical_json(rows)).hexdigest()


def plan_chunk(session: Session, batch: Batch, expander: Expander, chunk: Chunk) -> None:
    """Plan some rows of a batch that this transaction holds."""
    tally = Tally(**(batch.plan or {}))
    expanded = [expander.expand(row) for row in expander.prepare(session, chunk.rows)]
    good = [each for each in expanded if not each.problems]
    tally.items += sum(len(each.items) for each in good)
    tally.digest([[each.row.number, dict(each.row.cells)] for each in good])
    repository.insert_problems(session, batch, list(_problems(chunk.problems, expanded)))
    if expander.keeps_rows:
        repository.insert_rows(session, batch, [_kept(each) for each in good])
    note_sources(session, batch, {source.key: source for each in good for source in each.sources})
    if batch.kind is BatchKind.JOBS:
        requests = [item.build({}) for each in good for item in each.items]
        tally.reused += count_reusable(session, batch.workspace_id, requests)
    session.execute(update(Batch).where(Batch.id == batch.id).values(rows=chunk.last, plan=asdict(tally), failures=0))


def finish_planning(session: Session, batch: Batch, expander: Expander, rows: int) -> None:
    """Say what it comes to, and launch it where that was asked for beforehand. ``rows``: the last row's number."""
    tally = Tally(**(batch.plan or {}))
    wrong = select(func.count(BatchProblem.row.distinct())).where(BatchProblem.batch_id == batch.id)
    batch.rows, batch.bad_rows, batch.items = rows, session.scalar(wrong) or 0, tally.items
    plan = plan_of(session, batch, tally, expander.details())
    values = {"rows": batch.rows, "bad_rows": batch.bad_rows, "items": batch.items, "plan": plan}
    session.flush()
    session.execute(update(Batch).where(Batch.id == batch.id).values(**values, planned_at=func.clock_timestamp()))
    session.refresh(batch)
    if not batch.auto_launch:
        move(session, batch, BatchState.PLANNED)
    elif batch.items:
        move(session, batch, BatchState.LAUNCHING, launched_at=func.clock_timestamp())
    else:
        fail(session, batch, "no_good_rows", "No row of the table is good: there is nothing to launch.")


def _kept(expanded: Expanded) -> dict[str, Any]:
    return {"number": expanded.row.number, "custom_id": expanded.custom_id, "cells": dict(expanded.row.cells)}


def _problems(of_table: Sequence[RowProblem], expanded: Sequence[Expanded]) -> Iterator[Mapping[str, Any]]:
    """Everything that is wrong, numbered within each row."""
    position, row = 0, 0
    for problem in of_table:
        position = position + 1 if problem.number == row else 0
        row = problem.number
        yield problem_row(problem, position)
    for each in expanded:
        for place, wrong in enumerate(each.problems):
            yield problem_row(_in_row(each.row.number, wrong), place)


def _in_row(number: int, wrong: CellProblem) -> RowProblem:
    return RowProblem(number, wrong.column, wrong.code, wrong.message)
