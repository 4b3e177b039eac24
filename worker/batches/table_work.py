"""Plan and launch: go through the rows of a batch, chunk by chunk, as long as the slice lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.batches import claims, launching, planning, repository
from shared.batches.claims import Held
from shared.batches.expansion import Expander
from shared.batches.feed import Feed, TableFeed, columns_of, kept_feed, local_copy, table_of
from shared.db import session_scope
from shared.storage.base import ObjectStore
from worker.batches.expanders import expander_of
from worker.batches.fetching import with_fetched_pictures
from worker.batches.slices import Slice

_WORTH_COUNTING = 1000
"""Items by which a batch changes what the query planner knows."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A batch whose rows can be read."""

    feed: Feed
    expander: Expander


def plan(held: Held, store: ObjectStore, work: Slice) -> None:
    """Go on with planning. Raises what ``expander_of`` raises, ``NotFound`` and ``ObjectMissing`` for the table."""
    with session_scope(held.workspace_id) as session:
        batch = claims.hold(session, held, work.lease_seconds)
        after = batch.rows
    with _opened(held, store, work, from_table=True) as opened:
        columns = opened.expander.picture_columns
        for chunk in opened.feed.chunks(after, planning.FETCHED_ROWS if columns else planning.CHUNK_ROWS):
            chunk.rows = list(with_fetched_pictures(held, store, chunk.rows, columns, work))
            with session_scope(held.workspace_id) as session:
                batch = claims.hold(session, held, work.lease_seconds)
                planning.plan_chunk(session, batch, opened.expander, chunk)
                if work.is_over():
                    claims.release(session, held, 0)
                    return
        with session_scope(held.workspace_id) as session:
            batch = claims.hold(session, held, work.lease_seconds)
            planning.finish_planning(session, batch, opened.expander, opened.feed.rows)


def launch(held: Held, store: ObjectStore, work: Slice) -> None:
    """Go on with launching. Raises what ``plan`` raises."""
    with session_scope(held.workspace_id) as session:
        batch = claims.hold(session, held, work.lease_seconds)
        after, size = batch.launched_rows, launching.rows_of_chunk(batch)
    with _opened(held, store, work, from_table=False) as opened:
        for chunk in opened.feed.chunks(after, size):
            with session_scope(held.workspace_id) as session:
                batch = claims.hold(session, held, work.lease_seconds)
                launching.launch_chunk(session, batch, opened.expander, chunk)
                if work.is_over():
                    claims.release(session, held, 0)
                    return
        if batch.items >= _WORTH_COUNTING:
            # Before the items are counted: on tables that seem empty that alone took longer than all of launching.
            with session_scope() as session:
                repository.refresh_statistics(session)
        with session_scope(held.workspace_id) as session:
            batch = claims.hold(session, held, work.lease_seconds)
            launching.finish_launching(session, batch)


@contextmanager
def _opened(held: Held, store: ObjectStore, work: Slice, *, from_table: bool) -> Iterator[_Opened]:
    """The batch's rows and what makes items of them. Rows that are kept are launched from where they are kept."""
    with session_scope(held.workspace_id) as session:
        batch = claims.hold(session, held, work.lease_seconds)
        facts = batch.table_facts
        expander = expander_of(session, batch, columns_of(session, batch))
        if facts is None or (expander.keeps_rows and not from_table):
            feed, upload = kept_feed(session, batch), None
        else:
            feed, upload = None, table_of(session, batch)
    if feed is not None:
        yield _Opened(feed, expander)
    elif upload is not None and facts is not None:
        with local_copy(store, upload) as file:
            yield _Opened(TableFeed(file, facts), expander)
