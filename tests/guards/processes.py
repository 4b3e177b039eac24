"""What is in memory when a process of the platform has been imported, asked in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from tests.guards.sources import ROOT

SETTINGS = {
    "BOTTEGA_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "BOTTEGA_REDIS_URL": "redis://127.0.0.1:1/0",
    "BOTTEGA_SECRET_KEY": "k" * 32,
}
CELERY_APPS = ("worker.gpu_app", "worker.compositor_app", "worker.cpu_app")

_IMPORT = "import json, sys, importlib; module = importlib.import_module({name!r}); facts = {{}}"
_ASK_CELERY = """
module.app.loader.import_default_modules()
facts = dict(
    queues=[queue.value for queue in module.QUEUES],
    tasks=sorted(name for name in module.app.tasks if name.startswith("bottega.")),
    accepts=list(module.app.conf.accept_content),
    acknowledges_late=module.app.conf.task_acks_late,
)
"""
_ANSWER = "print(json.dumps(dict(packages=sorted({name.partition('.')[0] for name in sys.modules}), **facts)))"


@dataclass(frozen=True)
class Imported:
    """The packages that a module brings with it; for a Celery application also what it does."""

    packages: frozenset[str]
    queues: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    acknowledges_late: bool | None = None


@cache
def imported(module: str) -> Imported:
    """Import a module, and the tasks of a Celery application as its worker does."""
    program = "\n".join([_IMPORT.format(name=module), _ASK_CELERY if module in CELERY_APPS else "", _ANSWER])
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env={**os.environ, **SETTINGS},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    return Imported(
        frozenset(facts["packages"]),
        tuple(facts.get("queues", ())),
        tuple(facts.get("tasks", ())),
        tuple(facts.get("accepts", ())),
        facts.get("acknowledges_late"),
    )
