"""The Celery application. Its messages are doorbells: losing all of them loses no job."""

from __future__ import annotations

from celery import Celery
from kombu.entity import Queue

from shared.config import Settings
from shared.queue.names import QueueName

KEY_PREFIX = "bottega:"


def make_celery(settings: Settings, socket_timeout: float = 5) -> Celery:
    """A configured application. ``socket_timeout`` in seconds bounds how long a frozen Redis can hold a caller."""
    app = Celery("bottega", broker=str(settings.redis_url), set_as_current=False)
    app.conf.update(
        # Only JSON: a forged pickle must never be read.
        accept_content=["json"],
        task_serializer="json",
        # No result backend and early acknowledgement: Postgres holds the truth, a message is never the only copy.
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=False,
        task_create_missing_queues=False,
        task_queues=[Queue(name.value) for name in QueueName],  # type: ignore[no-untyped-call]
        task_default_queue=QueueName.GENERATION.value,
        worker_disable_prefetch=True,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=120,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=True,
        broker_transport="shared.queue.transport:PatientTransport",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_publish_retry=False,
        broker_transport_options={
            "global_keyprefix": KEY_PREFIX,
            "socket_timeout": socket_timeout,
            "socket_connect_timeout": min(2.0, socket_timeout),
            "socket_keepalive": True,
            "health_check_interval": 10,
            "retry_on_timeout": False,
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0.2,
        },
    )
    return app
