"""Waiting for a batch: its document, looked at again and again, without a transaction in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from shared.batches import service
from shared.batches.document import batch_document
from shared.batches.models import Batch
from shared.batches.states import ENDED, BatchState
from shared.db import session_scope
from web.shutdown import is_stopping

_POLL_SECONDS = 1.0
_WAIT_POLL_SECONDS = 0.25
_SIGN_OF_LIFE_SECONDS = 10.0


def is_settled(batch: Batch) -> bool:
    """Whether nothing more happens to it unless a person acts."""
    return batch.state in ENDED or batch.state is BatchState.PLANNED


def is_planned(batch: Batch) -> bool:
    """Whether it is known what it comes to."""
    return batch.state is not BatchState.PLANNING


def wait_for_batch(workspace_id: UUID, batch_id: UUID, seconds: int, is_there: Callable[[Batch], bool]) -> bool:
    """Whether it came that far within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_stopping():
        with session_scope(workspace_id) as session:
            if is_there(service.get(session, workspace_id, batch_id)):
                return True
        time.sleep(_WAIT_POLL_SECONDS)
    return False


def watch_batch(workspace_id: UUID, batch_id: UUID) -> Iterator[tuple[str, dict[str, Any]] | None]:
    """``batch`` and its document whenever it has changed, last of all ``end``; ``None`` as a sign of life."""
    said: dict[str, Any] | None = None
    silence = 0.0
    while not is_stopping():
        with session_scope(workspace_id) as session:
            batch = service.get(session, workspace_id, batch_id)
            document, has_ended = batch_document(batch), batch.state in ENDED
        if has_ended:
            yield "end", document
            return
        # When it was counted says nothing where the counts are the same.
        now = {**document, "counted_at": None}
        if now != said:
            said, silence = now, 0.0
            yield "batch", document
        elif silence >= _SIGN_OF_LIFE_SECONDS:
            silence = 0.0
            yield None
        silence += _POLL_SECONDS
        time.sleep(_POLL_SECONDS)
