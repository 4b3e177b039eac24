"""Row-level security: a workspace's requests see its own rows and write no others, whatever a query forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from shared.catalog.models import Model, ModelAllowance
from shared.db import TENANT_ROLE, get_engine, make_engine, session_scope
from shared.identifiers import new_id
from shared.schema import METADATA
from shared.stack import Stack
from tests.integration.jobs.actions import another_workspace, claim, finish, submit

TENANT_TABLES = [table for table in METADATA.sorted_tables if "workspace_id" in table.columns]
SHARED_TABLES = ["batch_measurements", "models", "workers"]


@pytest.fixture
def neighbour(models: None, workspace_id: UUID) -> UUID:
    """A workspace beside ``main``, with a row in every table."""
    owner = another_workspace("neighbour")
    for fill in (_fill_jobs, _fill_files, _fill_webhooks, _fill_batches):
        fill(owner)
    return owner


def _fill_jobs(owner: UUID) -> None:
    from shared.accounts.service import create_api_key
    from shared.jobs.pause import Pause

    parent = submit(owner, "key-1", webhook_url="http://127.0.0.1:9009/hook")
    submit(owner, depends_on=[parent])
    finish(*claim())
    with session_scope() as session:
        session.add(ModelAllowance(workspace_id=owner, model_id=session.scalars(select(Model.id).limit(1)).one()))
        create_api_key(session, owner, "its key")
        session.add(Pause(workspace_id=owner, reason="a look first"))


def _fill_files(owner: UUID) -> None:
    from shared.artifacts.models import Upload

    with session_scope() as session:
        session.add(
            Upload(
                workspace_id=owner,
                object_key="u/1",
                file_name="a.png",
                media_type="image/png",
                size=1,
                sha256=bytes(32),
                expires_at=func.now(),
            )
        )


def _fill_batches(owner: UUID) -> None:
    from shared.batches.models import Batch, BatchItem, BatchProblem, BatchRow, BatchSource, Export
    from shared.batches.states import BatchKind, SourceKind
    from shared.campaigns.models import BrandKit, Template

    with session_scope() as session:
        batch = Batch(workspace_id=owner, kind=BatchKind.CAMPAIGN, name="spring", spec={})
        session.add(batch)
        session.flush()
        of_batch = {"workspace_id": owner, "batch_id": batch.id}
        session.add(BatchRow(**of_batch, number=1, custom_id="1", cells={}))
        session.add(BatchProblem(**of_batch, row=2, position=0, column="price", code="empty", message="is empty"))
        session.add(BatchSource(**of_batch, key=bytes(32), kind=SourceKind.IMAGE, request={}))
        session.add(BatchItem(**of_batch, row=1, custom_id="1"))
        session.add(Export(**of_batch, target={}, credentials=b""))
        session.add(Template(workspace_id=owner, name="poster", title="Poster", layout={}))
        session.add(BrandKit(workspace_id=owner, name="zorvi", title="Zorvi", kit={}))


def _fill_webhooks(owner: UUID) -> None:
    from shared.webhooks import service as webhooks
    from shared.webhooks.address_policy import check_url
    from shared.webhooks.models import WebhookAttempt, WebhookBreaker, WebhookDelivery

    with session_scope() as session:
        endpoint = webhooks.create_endpoint(session, owner, check_url("http://127.0.0.1:9010/hook"))
        webhooks.send_test_event(session, owner, endpoint.id)
        delivery = session.scalars(select(WebhookDelivery).limit(1)).one()
        session.add(
            WebhookAttempt(
                workspace_id=owner, delivery_id=delivery.id, started_at=func.now(), milliseconds=1, response=""
            )
        )
        session.add(WebhookBreaker(receiver_id=endpoint.id, workspace_id=owner, consecutive_failures=1))


def rows(session: Session, table: Table) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


def test_every_table_of_a_workspace_forces_row_security_with_a_tenant_policy(servers: Stack) -> None:
    with session_scope() as session:
        forced = set(session.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")))
        policed = set(
            session.scalars(text("SELECT tablename FROM pg_policies WHERE :role = ANY(roles)"), {"role": TENANT_ROLE})
        )

    wanted = {table.name for table in TENANT_TABLES} | {"workspaces"}
    assert wanted <= forced
    assert wanted <= policed


def test_a_table_without_a_workspace_is_one_that_all_may_read(servers: Stack) -> None:
    known = {table.name for table in TENANT_TABLES} | {"workspaces", *SHARED_TABLES}

    assert set(METADATA.tables) == known


def test_the_tenant_role_is_nobody_s_login_and_bypasses_nothing(servers: Stack) -> None:
    query = text("SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = :role")
    with session_scope() as session:
        assert tuple(session.execute(query, {"role": TENANT_ROLE}).one()) == (False, False, False)


def test_another_workspace_s_rows_are_invisible(neighbour: UUID, workspace_id: UUID) -> None:
    with session_scope() as session:
        there = {table.name: rows(session, table) for table in TENANT_TABLES}
    with session_scope(neighbour) as session:
        own = {table.name: rows(session, table) for table in TENANT_TABLES}
    with session_scope(workspace_id) as session:
        seen = {table.name: rows(session, table) for table in TENANT_TABLES}
        assert session.scalars(text("SELECT slug FROM workspaces")).all() == ["main"]

    assert all(there.values()), f"nothing to hide in {[name for name, found in there.items() if not found]}"
    assert own == there
    assert not any(seen.values())


def test_another_workspace_s_rows_can_be_neither_changed_nor_deleted(neighbour: UUID, workspace_id: UUID) -> None:
    touched: dict[str, int] = {}
    with session_scope(workspace_id) as session:
        for table in TENANT_TABLES:
            statements: list[Any] = [update(table).values(workspace_id=workspace_id), delete(table)]
            touched[table.name] = sum(session.execute(statement).rowcount for statement in statements)  # type: ignore[attr-defined]

    assert set(touched.values()) == {0}


def test_a_row_cannot_be_written_into_another_workspace(neighbour: UUID, workspace_id: UUID) -> None:
    def write(table: Table) -> None:
        with session_scope() as session:
            written = [column for column in table.columns if column.identity is None]
            row = dict(session.execute(select(*written).limit(1)).mappings().one())
        changed = {
            column.name: new_id()
            for column in table.primary_key
            if isinstance(row[column.name], UUID) and not column.foreign_keys
        }
        with session_scope(workspace_id) as session:
            session.execute(insert(table).values({**row, **changed, "workspace_id": neighbour}))

    refused_by = {table.name: _refusal(write, table) for table in TENANT_TABLES}

    assert {name: reason for name, reason in refused_by.items() if "row-level security" not in reason} == {}


def _refusal(write: Callable[[Table], None], table: Table) -> str:
    try:
        write(table)
    except ProgrammingError as error:
        return str(error.orig)
    return "nothing"


def test_a_transaction_s_role_ends_with_it(neighbour: UUID, workspace_id: UUID) -> None:
    engine = make_engine(get_engine().url.render_as_string(hide_password=False), pool_size=1)
    with session_scope(workspace_id, engine) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
    with session_scope(engine=engine) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == pid, "the pool gave another connection"
        assert session.scalar(text("SELECT count(*) FROM workspaces")) == 2
        assert session.scalar(text("SELECT current_user")) != TENANT_ROLE
    engine.dispose()


def test_without_a_workspace_the_tenant_role_sees_nothing(neighbour: UUID) -> None:
    with session_scope() as session:
        session.execute(text(f"SET LOCAL ROLE {TENANT_ROLE}"))
        assert {rows(session, table) for table in TENANT_TABLES} == {0}


def test_the_tenant_role_can_neither_write_the_catalog_nor_the_workers(models: None, workspace_id: UUID) -> None:
    for table in SHARED_TABLES:
        with pytest.raises(ProgrammingError, match="permission denied"), session_scope(workspace_id) as session:
            session.execute(delete(METADATA.tables[table]))
