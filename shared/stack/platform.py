"""The platform's own processes, as data: what to run and how each tells that it is ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AnswersHttp:
    """Ready when its ready file exists, as below, and GET ``path`` on the web address is answered by 200.

    The file is the process's own word: on the port another program may be the one that answers.
    """

    path: str = "/readyz"


@dataclass(frozen=True, slots=True)
class CreatesReadyFile:
    """Ready when the file named by ``BOTTEGA_READY_FILE`` in its environment exists."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of the platform. ``env`` comes on top of the stack's variables; ``ready_within`` is in seconds."""

    name: str
    argv: Sequence[str]
    readiness: AnswersHttp | CreatesReadyFile
    env: Mapping[str, str] = field(default_factory=dict)
    # Reading the model libraries from a slow disk, beside everything else that starts, can take minutes.
    ready_within: float = 300.0


_WORKERS = (
    ("gpu-worker", "gpu"),
    ("compositor", "compositor"),
    ("cpu-worker", "cpu"),
    ("dispatcher", "dispatcher"),
)


def platform_processes() -> tuple[ProcessSpec, ...]:
    """Web, GPU worker (which uses the CPU where there is no device), compositor, CPU worker and dispatcher."""
    web = (sys.executable, "-m", "gunicorn", "--config", "python:web.server", "web.wsgi:app")
    return (
        ProcessSpec("web", web, AnswersHttp()),
        *(
            ProcessSpec(name, (sys.executable, "-m", "worker.serve", kind), CreatesReadyFile())
            for name, kind in _WORKERS
        ),
    )
