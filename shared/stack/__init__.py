"""The embedded stack: a real Postgres, Redis server and object store, and the platform's processes on top.

``Stack`` starts and stops them; ``running_stack`` finds one that another process started.
"""

from __future__ import annotations

from shared.stack.environment import RunningStack, running_stack
from shared.stack.errors import HomeInUse, ServerMissing, StartFailed, StartInterrupted
from shared.stack.platform import AnswersHttp, CreatesReadyFile, ProcessSpec, platform_processes
from shared.stack.process import SupervisedProcess
from shared.stack.states import ProcessState
from shared.stack.supervisor import Stack

__all__ = [
    "AnswersHttp",
    "CreatesReadyFile",
    "HomeInUse",
    "ProcessSpec",
    "ProcessState",
    "RunningStack",
    "ServerMissing",
    "Stack",
    "StartFailed",
    "StartInterrupted",
    "SupervisedProcess",
    "platform_processes",
    "running_stack",
]
