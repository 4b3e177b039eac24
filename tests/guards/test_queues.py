"""Every queue has a task that is registered and a process that consumes it."""

from __future__ import annotations

import pytest

from shared.config import Settings
from shared.queue.app import make_celery
from shared.queue.names import TASK_OF_QUEUE, QueueName, TaskName
from tests.guards.processes import CELERY_APPS, SETTINGS, Imported, imported


@pytest.fixture
def apps() -> list[Imported]:
    return [imported(module) for module in CELERY_APPS]


def test_every_queue_has_its_own_task() -> None:
    assert set(TASK_OF_QUEUE) == set(QueueName)
    assert sorted(TASK_OF_QUEUE.values()) == sorted(TaskName)


def test_every_queue_is_consumed_by_one_kind_of_worker_that_knows_its_task(apps: list[Imported]) -> None:
    assert sorted(queue for app in apps for queue in app.queues) == sorted(QueueName)
    for app in apps:
        assert {TASK_OF_QUEUE[QueueName(queue)].value for queue in app.queues} == set(app.tasks)


def test_every_task_name_is_registered_once(apps: list[Imported]) -> None:
    assert sorted(name for app in apps for name in app.tasks) == sorted(TaskName)


def test_workers_read_json_only_and_acknowledge_early(apps: list[Imported]) -> None:
    for app in apps:
        assert app.accepts == ("json",)
        assert app.acknowledges_late is False


def test_every_process_declares_the_same_queues() -> None:
    settings = {name.removeprefix("BOTTEGA_").lower(): value for name, value in SETTINGS.items()}
    app = make_celery(Settings.model_validate(settings))

    assert {queue.name for queue in app.conf.task_queues} == set(QueueName)
    assert app.conf.result_backend is None
