"""Several supervised processes, started at once and stopped at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from shared.stack.process import ProcessPlan, SupervisedProcess

_LOOK_EVERY = 0.05


class ProcessGroup:
    """Processes that do not depend on each other."""

    def __init__(self) -> None:
        self.members: list[SupervisedProcess] = []

    def start(
        self,
        plans: Sequence[ProcessPlan],
        on_change: Callable[[SupervisedProcess], None],
        give_up: Callable[[], None],
    ) -> None:
        """Start all, and return when each has been ready. ``give_up`` is called often and may raise.

        Raises:
            StartFailed: one will not become ready. The others run on: ``stop`` is the caller's to call.
        """
        self.members = [SupervisedProcess(plan, on_change) for plan in plans]
        for member in self.members:
            member.start()
        waiting = list(self.members)
        while waiting:
            give_up()
            waiting[0].wait_settled(_LOOK_EVERY)
            waiting = [member for member in waiting if not member.wait_settled(0)]

    def stop(self, deadline: float) -> None:
        """Ask all to end, and kill what has not by ``deadline`` (of the monotonic clock). The group is empty then."""
        for member in self.members:
            member.request_stop()
        for member in self.members:
            if not member.wait_stopped(deadline - time.monotonic()):
                member.kill()
        for member in self.members:
            member.wait_stopped(1.0)
        self.members = []

    def kill(self) -> None:
        """End all at once."""
        for member in self.members:
            member.kill()
