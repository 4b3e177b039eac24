"""The database: mapped base class, engine, and ``session_scope``, the only place that commits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.config import get_settings
from shared.errors import DatabaseUnavailable
from shared.logging import get_logger

log = get_logger(__name__)

TENANT_ROLE = "bottega_tenant"
_IDLE_SECONDS = 1.0
_NOW = text("SELECT now()")
IDLE_TURN = "3s"
"""``idle_in_transaction_session_timeout`` where others wait for their turn: a frozen process keeps it no longer."""
_BECOME_TENANT = text("SELECT set_config('role', :role, true), set_config('bottega.workspace_id', :id, true), now()")


class Base(DeclarativeBase):
    """Every mapped class. Constraint names are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute as it is
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB(),
        list[str]: ARRAY(Text()),
    }


def text_enum(enum: type[StrEnum], name: str) -> Enum:
    """A text column that a CHECK keeps to the enum's values: cheaper to change than a Postgres enum type."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


@cache
def get_engine() -> Engine:
    """This process's engine. Never inherited over a fork: workers spawn, gunicorn makes it after forking."""
    return make_engine(str(get_settings().database_url))


def make_engine(url: str, pool_size: int = 10) -> Engine:
    """An engine whose sessions can neither hang on a dead server nor hold a lock for ever."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            "application_name": "bottega",
            "options": "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
            " -c timezone=UTC",
        },
    )
    _ask_idle_connections(engine)
    return engine


def _ask_idle_connections(engine: Engine) -> None:
    """Ask a connection whether it lives before it is used, unless it was used a moment ago.

    ``pool_pre_ping`` asks each time: a round trip a transaction, of which a busy worker makes hundreds a second.
    """

    @event.listens_for(engine, "checkin")
    def note_the_time(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the connection was lost while nobody used it") from error


def after_commit(session: Session, action: Callable[[], object]) -> None:
    """Run something once the session's transaction is durable: doorbells, progress streams.

    It is best effort by nature: what must happen is written in the transaction and found again by the dispatcher.
    """
    session.info.setdefault("after_commit", []).append(action)


def transaction_time(session: Session) -> datetime:
    """``now()`` of the session's transaction: when it began, by the database's clock."""
    if "now" not in session.info:
        session.info["now"] = session.execute(_NOW).scalar_one()
    found: datetime = session.info["now"]
    return found


@contextmanager
def session_scope(workspace_id: UUID | None = None, engine: Engine | None = None) -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back on an error.

    With a workspace the transaction runs under the tenant role, whose row-level security shows that workspace
    only. Raises ``DatabaseUnavailable`` when the server went away; whether the COMMIT happened is then unknown.
    """
    session = Session(engine or get_engine(), expire_on_commit=False)
    try:
        with session:
            if workspace_id is not None:
                tenant = {"role": TENANT_ROLE, "id": str(workspace_id)}
                _, _, session.info["now"] = session.execute(_BECOME_TENANT, tenant).one()
            yield session
            session.commit()
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable(f"The database did not answer: {_first_line(error)}") from error
    for action in session.info.get("after_commit", []):
        try:
            action()
        except Exception:
            log.warning("after_commit_failed", exc_info=True)


def _first_line(error: SQLAlchemyError) -> str:
    reason = error.orig if isinstance(error, DBAPIError) else error
    return (str(reason).strip().splitlines() or ["no reason given"])[0]
