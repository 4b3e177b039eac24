"""The end of a batch: its state, its event, and the webhooks of whoever wants to know."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shared.batches.document import batch_document
from shared.batches.models import Batch
from shared.batches.moves import move
from shared.batches.states import BatchKind, BatchState
from shared.events.models import Event
from shared.events.types import EventType
from shared.webhooks import service as webhooks

_COMPLETED = {BatchKind.JOBS: EventType.BATCH_COMPLETED, BatchKind.CAMPAIGN: EventType.CAMPAIGN_COMPLETED}


def complete(session: Session, batch: Batch) -> None:
    """Everything that it makes has ended, well or not."""
    move(session, batch, BatchState.COMPLETED)
    _tell(session, batch, _COMPLETED[batch.kind])


def fail(session: Session, batch: Batch, code: str, message: str) -> None:
    """It could not be planned or launched. What was launched of it goes on."""
    move(session, batch, BatchState.FAILED, error_code=code, error_message=message)
    _tell(session, batch, EventType.BATCH_FAILED)


def _tell(session: Session, batch: Batch, event_type: EventType) -> None:
    event = Event(workspace_id=batch.workspace_id, type=event_type, data=batch_document(batch))
    session.add(event)
    session.flush()
    webhooks.announce(session, [event])
