"""What a batch comes to, as JSON: shown before anything is spent, and kept with what was launched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.batches.estimates import Needed, estimate
from shared.batches.models import Batch, BatchSource
from shared.batches.reusable import completed, count_reusable
from shared.batches.states import BatchKind, SourceKind
from shared.crypto import content_hash
from shared.errors import InputRefused

COMPOSITE_MODEL = "bottega/composite"
_PAGE = 500


class Counted(Protocol):
    """What was counted row by row."""

    items: int
    reused: int
    hash: str


def plan_of(session: Session, batch: Batch, counted: Counted, details: Mapping[str, Any]) -> dict[str, Any]:
    """Counts, what is generated and what is there already, what it is likely to take."""
    generations, needed = _generations(session, batch, counted)
    return {
        "rows": batch.rows,
        "bad_rows": batch.bad_rows,
        "items": batch.items,
        **details,
        "generations": generations,
        "estimate": estimate(session, batch.workspace_id, needed),
        "hash": content_hash({"kind": batch.kind.value, "spec": batch.spec, "rows": counted.hash}).hex(),
    }


def _generations(session: Session, batch: Batch, counted: Counted) -> tuple[dict[str, Any], Sequence[Needed]]:
    """What has to be made by models, and by which."""
    found = {kind: _distinct(0, 0) for kind in ("images", "copy")}
    needed: Counter[str] = Counter()
    for kind, name in ((SourceKind.IMAGE, "images"), (SourceKind.COPY, "copy")):
        distinct = reused = 0
        for page in _pages(session, batch, kind):
            requests = [completed(session, batch.workspace_id, source.request) for source in page]
            distinct += len(page)
            there = _reusable(session, batch, requests)
            reused += there
            needed.update(_least(Counter(str(request["model"]) for request in requests), there))
        found[name] = _distinct(distinct, reused)
    if batch.kind is BatchKind.JOBS:
        found["jobs"] = _distinct(counted.items, counted.reused)
        needed[str(batch.spec["model"])] = counted.items - counted.reused
    elif counted.items:
        needed[COMPOSITE_MODEL] = counted.items
    return found, [Needed(model, count) for model, count in sorted(needed.items()) if count > 0]


def _distinct(distinct: int, reused: int) -> dict[str, int]:
    return {"distinct": distinct, "reused": reused, "needed": distinct - reused}


def _reusable(session: Session, batch: Batch, requests: Sequence[Any]) -> int:
    try:
        return count_reusable(session, batch.workspace_id, requests)
    except InputRefused:
        # A model went out of use meanwhile: launching will say so.
        return 0


def _least(models: Counter[str], reused: int) -> Counter[str]:
    """What is left to generate by model, where ``reused`` are there: nearly always there is one model."""
    left = Counter(models)
    for model, count in models.most_common():
        taken = min(count, reused)
        left[model] -= taken
        reused -= taken
    return left


def _pages(session: Session, batch: Batch, kind: SourceKind) -> Iterator[Sequence[BatchSource]]:
    after = b""
    while True:
        query = select(BatchSource).where(
            BatchSource.batch_id == batch.id, BatchSource.kind == kind, BatchSource.key > after
        )
        page = session.scalars(query.order_by(BatchSource.key).limit(_PAGE)).all()
        if not page:
            return
        after = page[-1].key
        yield page
        for source in page:
            session.expunge(source)
