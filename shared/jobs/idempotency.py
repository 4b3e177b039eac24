"""One Idempotency-Key, one job: the key's row is written in the transaction that accepts the job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.errors import (
    FieldProblem,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    InputRefused,
)
from shared.jobs.models import IdempotencyKey

KEEP = timedelta(hours=48)
MAX_KEY_CHARACTERS = 255
_WAIT_FOR_TWIN = "2s"


def once(
    session: Session,
    workspace_id: UUID,
    key: str,
    request_hash: bytes,
    job_id: UUID,
    accept: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What ``accept`` answered the first time this key was seen.

    A twin that runs at the same moment waits for the first one's commit. Raises ``IdempotencyKeyReused`` when
    the body differs, ``IdempotencyKeyInFlight`` when the first one takes too long, ``InputRefused`` for a key
    that is no key.
    """
    if not key or len(key) > MAX_KEY_CHARACTERS or not key.isprintable():
        reason = f"must be 1 to {MAX_KEY_CHARACTERS} printable characters"
        raise InputRefused([FieldProblem("Idempotency-Key", reason)])
    if not _claim_key(session, workspace_id, key, request_hash, job_id):
        known = session.get_one(IdempotencyKey, (workspace_id, key))
        if known.request_hash != request_hash:
            raise IdempotencyKeyReused
        return known.response
    response = accept()
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.workspace_id == workspace_id, IdempotencyKey.key == key)
        .values(response=response),
        execution_options={"synchronize_session": False},
    )
    return response


def _claim_key(session: Session, workspace_id: UUID, key: str, request_hash: bytes, job_id: UUID) -> bool:
    """Whether this transaction is the first with the key. An expired row is taken over in the same statement."""
    fresh = insert(IdempotencyKey).values(
        workspace_id=workspace_id,
        key=key,
        request_hash=request_hash,
        job_id=job_id,
        response={},
        expires_at=func.now() + KEEP,
    )
    values = {name: fresh.excluded[name] for name in ("request_hash", "job_id", "response", "expires_at")}
    statement = fresh.on_conflict_do_update(
        index_elements=["workspace_id", "key"],
        set_=values,
        where=IdempotencyKey.expires_at < func.now(),
    ).returning(IdempotencyKey.job_id)
    session.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_FOR_TWIN}'"))
    try:
        return session.scalar(statement) is not None
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise IdempotencyKeyInFlight from error
        raise
