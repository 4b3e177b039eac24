"""Start one of the platform's background processes: ``python -m worker.serve gpu|compositor|cpu|dispatcher``."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from celery.signals import setup_logging, worker_shutting_down

from shared.config import get_settings
from shared.logging import configure_logging
from shared.metrics.folder import remove_folder, use_folder
from shared.queue.names import QueueName
from worker.drain import ENVIRONMENT_VARIABLE as DRAIN_FILE

_LOG_NAMES = {"gpu": "gpu-worker", "compositor": "compositor", "cpu": "cpu-worker", "dispatcher": "dispatcher"}


def main(arguments: list[str]) -> int:
    """Run until SIGTERM; the exit status."""
    if len(arguments) != 1 or arguments[0] not in _LOG_NAMES:
        print(f"usage: python -m worker.serve {'|'.join(_LOG_NAMES)}", file=sys.stderr)
        return 2
    kind = arguments[0]
    settings = get_settings()
    configure_logging(_LOG_NAMES[kind], settings.log_format)
    own_metrics = use_folder(settings.metrics_dir)
    try:
        # Only now: what counts asks for the folder when it is imported.
        from shared.metrics.server import serve_metrics

        serve_metrics(settings)
        if kind == "dispatcher":
            from worker.dispatcher import serve

            return serve(settings)
        return _serve_celery(kind)
    finally:
        remove_folder(own_metrics)


def _serve_celery(kind: str) -> int:
    """A Celery worker; SIGTERM is a warm stop, which the child learns of through the drain file."""
    with tempfile.TemporaryDirectory(prefix="bottega-drain-") as folder:
        os.environ[DRAIN_FILE] = str(Path(folder) / "drain")
        # A worker reaches no hub: weights are on its disk, or the job fails saying so.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        if kind == "compositor":
            # A process a core, and no threads of libvips on top.
            os.environ.setdefault("VIPS_CONCURRENCY", "1")
        _leave_cores_to_others()
        if kind == "gpu":
            _keep_freed_memory()
        # connect() keeps weak references by default; these live as long as the process.
        setup_logging.connect(_keep_logging, weak=False)
        worker_shutting_down.connect(_announce_drain, weak=False)
        # One application a process: importing the other one would connect its signals too.
        application = importlib.import_module(f"worker.{kind}_app")
        queues: tuple[QueueName, ...] = application.QUEUES
        application.app.worker_main(
            [
                "--quiet",
                "worker",
                "--pool=prefork",
                f"--queues={','.join(queue.value for queue in queues)}",
                f"--hostname={kind}-{os.getpid()}@%h",
                "--without-gossip",
                "--without-mingle",
            ]
        )
        # An end that nobody asked for is a failure, whatever Celery calls it: what watches the process acts on it.
        return 0 if Path(os.environ[DRAIN_FILE]).exists() else 1


def _leave_cores_to_others() -> None:
    """Let a model on the CPU leave a core to the web and the servers.

    OpenMP threads that spin while they wait for a core that something else uses made one picture take ten times as
    long on two cores. Read when torch is imported, which only the child does.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores - 1)))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Fewer threads when the machine is busy would round sums otherwise: a seed would not give the same file.
    os.environ.setdefault("MKL_DYNAMIC", "FALSE")
    os.environ.setdefault("OMP_DYNAMIC", "FALSE")


def _keep_freed_memory() -> None:
    """Let a model on the CPU use the memory of one step for the next.

    The C library gives large blocks back to the kernel as soon as they are freed: at a batch of 16 pictures half of the
    time went into asking for them again.
    """
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "2000000000")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "4000000000")


def _keep_logging(**_: Any) -> None:
    """Tell Celery that logging is set up already."""


def _announce_drain(**_: Any) -> None:
    Path(os.environ[DRAIN_FILE]).touch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
