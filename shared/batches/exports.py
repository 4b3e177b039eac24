"""Copies of a batch's results to a bucket of its owner's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from shared.batches import repository
from shared.batches.file_names import check_pattern
from shared.batches.models import Export
from shared.batches.states import ENDED, EXPORT_TRANSITIONS, ExportState
from shared.crypto import decrypt, encrypt
from shared.db import after_commit
from shared.errors import AddressRefused, IdempotencyKeyReused, InputRefused, LeaseLost, NotFound, StateConflict
from shared.identifiers import new_id
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.webhooks.address_policy import get_policy

_PURPOSE = "export-credentials"
_UNSYNCED = {"synchronize_session": False}
_PREFIX = re.compile(r"[^\x00-\x1f\x7f\\]*")
_CLAIM = text(
    """
UPDATE exports
   SET state = 'running', fence = nextval('job_fence'), attempts = attempts + 1,
       lease_until = clock_timestamp() + make_interval(secs => :lease_seconds)
 WHERE id = (SELECT id FROM exports
              WHERE state IN ('queued', 'running') AND due_at <= now()
                AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, workspace_id, fence
"""
)
_ENDED = frozenset(state for state, after in EXPORT_TRANSITIONS.items() if not after)


class ExportRequest(BaseModel):
    """Where results are copied to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$", examples=["acme-marketing"])
    prefix: Annotated[str, StringConstraints(max_length=500)] = Field(default="", examples=["autumn/teas"])
    endpoint_url: str | None = Field(
        default=None, max_length=2000, description="Of a store that is not Amazon's, by https."
    )
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,40}$")
    access_key_id: SecretStr = Field(min_length=1, max_length=200)
    secret_access_key: SecretStr = Field(min_length=1, max_length=500, description="Encrypted at once, never shown.")
    pattern: str | None = Field(
        default=None,
        max_length=200,
        description="Of file names: `{custom_id}`, `{row}`, `{template}`, `{size}`, `{locale}`, `{job}` and `{ext}`.",
        examples=["{locale}/{custom_id}_{size}.{ext}"],
    )
    only_approved: bool = Field(default=False, description="Leave out what no reviewer has approved.")


@dataclass(frozen=True, slots=True)
class HeldExport:
    """An export in a worker's hands."""

    export_id: UUID
    workspace_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens the owner's bucket."""

    access_key_id: str
    secret_access_key: str


def create_export(
    session: Session, workspace_id: UUID, batch_id: UUID, request: ExportRequest, key: str | None = None
) -> Export:
    """A copy to be made by a worker. A repeat with the same key gets the same one.

    Raises ``NotFound``, ``StateConflict`` before the batch has ended, ``InputRefused``, and ``IdempotencyKeyReused``.
    """
    # Locked, so that two requests with one key come one after the other.
    batch = repository.get_batch(session, workspace_id, batch_id, lock=key is not None)
    if batch.state not in ENDED or batch.launched_at is None:
        raise StateConflict("The batch has not ended; its results can be copied once it has.")
    if request.pattern is not None:
        check_pattern(request.pattern, batch)
    target = _checked_target(request)
    export_id = new_id() if key is None else uuid5(batch.id, key)
    if (known := session.get(Export, export_id)) is not None:
        if known.target != target:
            raise IdempotencyKeyReused
        return known
    secrets = [request.access_key_id.get_secret_value(), request.secret_access_key.get_secret_value()]
    export = Export(
        id=export_id,
        workspace_id=workspace_id,
        batch_id=batch.id,
        state=ExportState.QUEUED,
        target=target,
        credentials=encrypt(_PURPOSE, json.dumps(secrets).encode()),
    )
    session.add(export)
    session.flush()
    session.refresh(export)
    after_commit(session, partial(ring, QueueName.BATCHES))
    return export


def _checked_target(request: ExportRequest) -> dict[str, Any]:
    """Where it goes, as an export keeps it. Raises ``InputRefused``."""
    prefix = request.prefix.strip("/")
    if not _PREFIX.fullmatch(prefix) or any(part in ("", ".", "..") for part in prefix.split("/") if prefix):
        raise InputRefused.of("prefix", "may hold no control characters, no backslashes, and no empty or dotted parts")
    endpoint = request.endpoint_url or f"https://s3.{request.region}.amazonaws.com"
    try:
        get_policy().parse(endpoint)
    except AddressRefused as error:
        raise InputRefused.of("endpoint_url", error.message.replace("A webhook URL", "An endpoint")) from error
    return {
        "endpoint_url": endpoint.rstrip("/"),
        "bucket": request.bucket,
        "prefix": prefix,
        "region": request.region,
        "pattern": request.pattern,
        "only_approved": request.only_approved,
    }


def get_export(session: Session, workspace_id: UUID, export_id: UUID) -> Export:
    """One export. Raises ``NotFound``, also for somebody else's."""
    export = session.scalar(select(Export).where(Export.id == export_id, Export.workspace_id == workspace_id))
    if export is None:
        raise NotFound("There is no such export in this workspace.")
    return export


def list_exports(session: Session, workspace_id: UUID, batch_id: UUID) -> Sequence[Export]:
    """The copies of a batch, newest first."""
    query = select(Export).where(Export.workspace_id == workspace_id, Export.batch_id == batch_id)
    return session.scalars(query.order_by(Export.created_at.desc(), Export.id.desc()).limit(100)).all()


def credentials_of(export: Export) -> Credentials:
    """What opens the bucket."""
    return Credentials(*json.loads(decrypt(_PURPOSE, export.credentials)))


def claim(session: Session, lease_seconds: float) -> HeldExport | None:
    """The export that has been due for longest and that nobody holds."""
    row = session.execute(_CLAIM, {"lease_seconds": lease_seconds}).one_or_none()
    return None if row is None else HeldExport(row.id, row.workspace_id, row.fence)


def hold(session: Session, held: HeldExport, lease_seconds: float, **progress: Any) -> Export:
    """The export, its lease prolonged and its progress written down. Raises ``LeaseLost``."""
    if progress:
        # A file has been copied: the patience with failures begins anew.
        progress["attempts"] = 1
    return _update(session, held, lease_until=func.clock_timestamp() + timedelta(seconds=lease_seconds), **progress)


def release(session: Session, held: HeldExport, seconds: float, message: str | None = None) -> None:
    """Go on in ``seconds``, with the reason for the delay."""
    due_at = func.clock_timestamp() + timedelta(seconds=seconds)
    _update(session, held, lease_until=None, due_at=due_at, error_message=message)


def finish(session: Session, held: HeldExport, state: ExportState, message: str | None = None) -> None:
    """It has ended: everything is there, or the reason why not. Its credentials are forgotten. Raises ``LeaseLost``."""
    assert state in _ENDED, "an export ends in one of its ends"
    _update(
        session,
        held,
        state=state,
        lease_until=None,
        finished_at=func.clock_timestamp(),
        error_message=message,
        credentials=b"",
    )


def is_due(session: Session) -> bool:
    """Whether a worker should go on with any export now."""
    due = select(Export.id).where(
        Export.state.in_((ExportState.QUEUED, ExportState.RUNNING)),
        Export.due_at <= func.now(),
        Export.lease_until.is_(None) | (Export.lease_until < func.now()),
    )
    return bool(session.scalar(select(due.exists())))


def _update(session: Session, held: HeldExport, **values: Any) -> Export:
    export: Export | None = session.scalar(
        update(Export)
        .where(Export.id == held.export_id, Export.fence == held.fence, Export.state == ExportState.RUNNING)
        .values(**values)
        .returning(Export),
        execution_options={**_UNSYNCED, "populate_existing": True},
    )
    if export is None:
        raise LeaseLost("Somebody else holds the export now.")
    return export
