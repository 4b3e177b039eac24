"""Runs first in every interpreter that has this folder on its PYTHONPATH: a worker that a fault is put into.

The worker is the platform's own, unchanged, but for two things: its registry of families is one whose family
misbehaves on request, and the message transport may kill it where a message has been taken but not yet recorded.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_REGISTRY = "worker.families.registry"
_TRANSPORT = "kombu.transport.redis"


class Inside(MetaPathFinder):
    """Stands before the other finders for the two modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A registry of our own; and the transport as it is, changed after its import."""
        if fullname == _REGISTRY:
            return importlib.util.spec_from_file_location(fullname, Path(__file__).with_name("registry.py"))
        if fullname == _TRANSPORT:
            return self._transport()
        return None

    def _transport(self) -> ModuleSpec | None:
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(_TRANSPORT)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            _die_in_append(module)

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        sys.meta_path.insert(0, self)
        return spec


def _die_in_append(transport: Any) -> None:
    """Between BRPOP, which takes a message, and the call that records it as unacknowledged."""
    from tests.faults.control import Control

    append = transport.QoS.append

    def append_or_die(self: Any, message: Any, delivery_tag: str) -> None:
        control = Control.from_environment()
        queue = str(message.delivery_info["routing_key"])
        if control.take(f"die-in-append-{queue}"):
            control.report("died-in-append")
            os.kill(os.getpid(), signal.SIGKILL)
        append(self, message, delivery_tag)

    transport.QoS.append = append_or_die


def _wait_until_open() -> None:
    """Begin when nobody wants beginners to wait."""
    closed = Path(os.environ["FAULTS_CONTROL"]) / "closed"
    while closed.exists():
        time.sleep(0.05)


_wait_until_open()
sys.meta_path.insert(0, Inside())
