"""Take care of a batch that is launched: hold back, let go, call off, read texts, submit what waited, count."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.batches import claims, looking_after, sources
from shared.batches.claims import Held
from shared.batches.feed import columns_of
from shared.batches.models import Batch
from shared.batches.sources import Written
from shared.batches.states import BatchKind, BatchState
from shared.db import session_scope
from shared.errors import InputRefused, ObjectMissing
from shared.storage.base import ObjectStore
from worker.batches.expanders import expander_of
from worker.batches.slices import Slice

_TEXTS_AT_ONCE = 200
_LONGEST_TEXT = 64_000
_SOONEST_SECONDS, _LATEST_SECONDS, _WHILE_PAUSED_SECONDS = 0.5, 30.0, 5.0
# Counting takes longer the more items there are: it may take a twentieth of the time.
_REST_AFTER_COUNTING = 20


def take_care(held: Held, store: ObjectStore, work: Slice) -> None:
    """Do everything that can be done for it now, as long as the slice lasts, and say when to look again."""
    while _do_some(held, store, work):
        if work.is_over():
            with session_scope(held.workspace_id) as session:
                claims.release(session, held, 0)
            return
    began = time.monotonic()
    with session_scope(held.workspace_id) as session:
        batch = claims.hold(session, held, work.lease_seconds)
        standing = looking_after.count(session, batch)
        rest = min(_LATEST_SECONDS, max(_SOONEST_SECONDS, _REST_AFTER_COUNTING * (time.monotonic() - began)))
        if batch.state is BatchState.PAUSED:
            rest = max(rest, _WHILE_PAUSED_SECONDS)
        claims.release(session, held, None if standing.is_over else rest)


def _do_some(held: Held, store: ObjectStore, work: Slice) -> bool:
    """One round; whether anything was done."""
    with session_scope(held.workspace_id) as session:
        batch = claims.hold(session, held, work.lease_seconds)
        if batch.state is BatchState.PAUSED:
            return looking_after.hold_back(session, batch) > 0
        if batch.state is not BatchState.RUNNING:
            return batch.state is BatchState.CANCELED and looking_after.call_off(session, batch) > 0
        done = looking_after.let_go(session, batch)
        done += _submit_waiting(session, batch)
        ended = sources.written(session, batch, _TEXTS_AT_ONCE) if batch.kind is BatchKind.CAMPAIGN else []
    if ended:
        looked_at = [(each, _texts(store, each)) for each in ended]
        with session_scope(held.workspace_id) as session:
            sources.settle(session, claims.hold(session, held, work.lease_seconds), looked_at)
    return bool(done or ended)


def _submit_waiting(session: Session, batch: Batch) -> int:
    ready = looking_after.ready_items(session, batch)
    if not ready:
        return 0
    try:
        expander = expander_of(session, batch, columns_of(session, batch))
    except InputRefused as refused:
        # A model that it needs went out of use: what waits for it says so, and the batch comes to its end.
        return looking_after.refuse_waiting(session, batch, ready, refused)
    return looking_after.submit_waiting(session, batch, expander, ready)


def _texts(store: ObjectStore, written: Written) -> Sequence[str]:
    """What a job wrote; nothing of a file that is gone."""
    found = []
    for key in written.object_keys:
        try:
            body = b"".join(store.read(key))
        except ObjectMissing:
            continue
        found.append(body[:_LONGEST_TEXT].decode("utf-8", errors="replace"))
    return found
