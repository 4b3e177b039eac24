"""gunicorn's configuration: ``python -m gunicorn --config python:web.server web.wsgi:app``.

gevent, because an event stream keeps its connection for as long as a job runs: threads would run out.
"""

from __future__ import annotations

from gevent import monkey

# Before anything imports ssl, or psycopg, which looks once whether it has to cooperate.
monkey.patch_all()

import gc  # noqa: E402
import os  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from shared.config import get_settings  # noqa: E402
from shared.logging import configure_logging  # noqa: E402
from shared.metrics.folder import remove_folder, use_folder  # noqa: E402
from web import shutdown  # noqa: E402
from web.access_log import AccessLog  # noqa: E402

_settings = get_settings()
_ready_file = os.environ.get("BOTTEGA_READY_FILE")
# Before the workers are made: each of them counts, and any of them answers a scrape.
_own_metrics = use_folder(_settings.metrics_dir)

bind = _settings.web_bind
workers = _settings.web_workers
worker_class = "gevent"
worker_connections = 1000
graceful_timeout = 5
timeout = 60
keepalive = 75
control_socket_disable = True
logger_class = AccessLog
accesslog = "-"
proc_name = "bottega-web"
# In memory where the system has it: a worker's sign of life must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108


def on_starting(_server: Any) -> None:
    """The first process speaks the same log format as its workers."""
    configure_logging("web", _settings.log_format)


def on_exit(_server: Any) -> None:
    """The last process is about to end."""
    remove_folder(_own_metrics)


def post_worker_init(_worker: Any) -> None:
    """A worker is ready: let its open streams hear of SIGTERM, and its supervisor that it listens.

    An answer on the port alone would not say so: another program's may be the one that answers there.
    """
    shutdown.listen()
    # What was imported stays: it need not be looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    if _ready_file:
        Path(_ready_file).touch()
