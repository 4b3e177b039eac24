"""What a scrape says of the platform, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, func, select, update

from shared.config import get_settings
from shared.db import get_engine, session_scope
from shared.identifiers import new_id
from shared.jobs import backlog
from shared.jobs.models import Job
from shared.jobs.states import Priority
from shared.queue.names import QueueName
from shared.webhooks.backlog import delivery_backlog
from shared.webhooks.models import DeliveryState, WebhookBreaker, WebhookDelivery
from shared.workers.models import Worker, WorkerState
from tests.integration.jobs.actions import claim, queue_many, submit
from tests.integration.webhooks.happenings import job_succeeds
from worker.dispatcher import Leadership

TOKEN = "a token that only the scraper knows"
MODEL = "starter/adcopy"


class Scrape:
    """The samples of one reply."""

    def __init__(self, text: str) -> None:
        families = text_string_to_metric_families(text)
        self._samples = [sample for family in families for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        (found,) = [each.value for each in self._samples if each.name == name and each.labels == labels]
        return found

    def names(self) -> set[str]:
        return {sample.name for sample in self._samples}


def scrape(app: APIFlask) -> Scrape:
    reply = app.test_client().get("/metrics")
    assert reply.status_code == 200, reply.text
    return Scrape(reply.text)


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A token that is set."""
    monkeypatch.setenv("BOTTEGA_METRICS_TOKEN", TOKEN)
    get_settings.cache_clear()
    yield TOKEN
    monkeypatch.delenv("BOTTEGA_METRICS_TOKEN")
    get_settings.cache_clear()


def test_without_a_token_only_this_machine_itself_may_scrape(app: APIFlask, database: None) -> None:
    client = app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 401
    passed_on = client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
    assert passed_on.status_code == 401
    assert passed_on.content_type == "application/problem+json"


def test_with_a_token_it_alone_counts(app: APIFlask, database: None, token: str) -> None:
    client = app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    given = {"Authorization": f"Bearer {token}"}
    assert client.get("/metrics", headers=given, environ_base=elsewhere).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.get("/metrics").status_code == 401


def test_due_jobs_are_counted_by_queue_class_and_model(app: APIFlask, models: None, workspace_id: UUID) -> None:
    queue_many(workspace_id, 3)
    queue_many(workspace_id, 2, priority=Priority.BULK)
    submit(workspace_id, model="starter/backdrops", priority="interactive", input={"prompt": "a beach"})

    found = scrape(app)

    lane = {"queue": "generation", "priority": "normal", "model": MODEL}
    assert found.value("bottega_queue_depth", **lane) == 3
    assert found.value("bottega_queue_depth", **{**lane, "priority": "bulk"}) == 2
    assert found.value("bottega_queue_depth", **{**lane, "priority": "interactive", "model": "starter/backdrops"}) == 1


def test_the_oldest_is_as_old_as_it_has_been_due_and_what_is_scheduled_does_not_count(
    models: None, workspace_id: UUID
) -> None:
    late, *_, later = queue_many(workspace_id, 3)
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == late).values(run_after=func.now() - timedelta(seconds=90)))
        session.execute(update(Job).where(Job.id == later).values(run_after=func.now() + timedelta(hours=1)))

    with session_scope() as session:
        (lane,) = backlog.lanes(session)

    assert (lane.queue, lane.priority, lane.model, lane.jobs) == (QueueName.GENERATION, Priority.NORMAL, MODEL, 2)
    assert 90 <= lane.oldest_seconds < 120


def test_a_scrape_reads_no_more_of_a_longer_backlog(models: None, workspace_id: UUID) -> None:
    queue_many(workspace_id, 400)
    few = rows_read(cap=50)
    queue_many(workspace_id, 4000)

    with session_scope() as session:
        (lane,) = backlog.lanes(session, cap=50)
    assert lane.jobs == 50
    assert rows_read(cap=50) <= few + 10


def rows_read(cap: int) -> int:
    """How many rows and index entries the statements of a look touch."""
    read = 0
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(get_engine(), "before_cursor_execute", note)
    try:
        with session_scope() as session:
            backlog.lanes(session, cap)
    finally:
        event.remove(get_engine(), "before_cursor_execute", note)
    with get_engine().connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
            read += _rows(plan[0]["Plan"])
    return read


def _rows(node: dict[str, object]) -> int:
    children = node.get("Plans", [])
    assert isinstance(children, list)
    here = 0 if children else int(float(str(node["Actual Rows"])) * int(str(node["Actual Loops"])))
    return here + int(str(node.get("Rows Removed by Filter", 0))) + sum(map(_rows, children))


def test_running_jobs_workers_and_the_leader_are_counted(app: APIFlask, models: None, workspace_id: UUID) -> None:
    queue_many(workspace_id, 2)
    claim(2)
    with session_scope() as session:
        for state in (WorkerState.RUNNING, WorkerState.RUNNING, WorkerState.DRAINING, WorkerState.STOPPED):
            worker = Worker(id=new_id(), queue=QueueName.GENERATION, state=state, host="h", process_id=1, device="cpu")
            session.add(worker)
    leadership = Leadership()

    assert scrape(app).value("bottega_dispatchers_leading") == 0
    assert leadership.held()
    found = scrape(app)
    leadership.resign()

    assert found.value("bottega_jobs_running", queue="generation", model=MODEL) == 2
    assert found.value("bottega_workers", queue="generation", state="running") == 2
    assert found.value("bottega_workers", queue="generation", state="draining") == 1
    assert found.value("bottega_dispatchers_leading") == 1


def test_deliveries_that_wait_and_breakers_that_are_open_are_counted(app: APIFlask, workspace_id: UUID) -> None:
    job_succeeds(workspace_id, webhook_url="http://127.0.0.1:9/hook", times=3)
    with session_scope() as session:
        first, second, _ = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()
        first.next_attempt_at = func.now() + timedelta(hours=1)
        second.state, second.next_attempt_at, second.finished_at = DeliveryState.SUCCEEDED, None, func.now()
        until = func.now() + timedelta(minutes=1)
        for receiver_id, open_until in ((new_id(), until), (new_id(), None)):
            session.add(
                WebhookBreaker(
                    receiver_id=receiver_id, workspace_id=workspace_id, consecutive_failures=5, open_until=open_until
                )
            )

    found = scrape(app)

    assert found.value("bottega_webhook_deliveries_pending") == 2
    assert found.value("bottega_webhook_deliveries_due") == 1
    assert found.value("bottega_webhook_breakers_open") == 1
    with session_scope() as session:
        assert delivery_backlog(session, cap=1).pending == 1


def test_without_a_database_the_counts_of_processes_are_still_told(
    app: APIFlask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTTEGA_DATABASE_URL", "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none")
    get_settings.cache_clear()
    get_engine.cache_clear()
    try:
        found = scrape(app)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
        get_engine.cache_clear()
    assert found.value("bottega_database_up") == 0
    assert "bottega_http_requests_total" in found.names()


def test_requests_are_counted_by_route_and_never_by_path(app: APIFlask, database: None) -> None:
    client = app.test_client()
    labels = {"method": "GET", "route": "/api/v1/jobs/<uuid:job_id>", "status": "401"}

    def counted(**labels: str) -> float:
        try:
            return scrape(app).value("bottega_http_requests_total", **labels)
        except ValueError:
            return 0

    before = counted(**labels), counted(method="unknown", route="unknown", status="404")
    for _ in range(2):
        client.get(f"/api/v1/jobs/{new_id()}")
        client.get(f"/nothing/{new_id()}")
    after = counted(**labels), counted(method="unknown", route="unknown", status="404")

    assert (after[0] - before[0], after[1] - before[1]) == (2, 2)
