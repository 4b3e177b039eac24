"""How many jobs of a workspace, or of a model, may run at once. A claim takes no more; what runs already is let be."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from shared.accounts.models import Workspace
from shared.catalog.models import Model
from shared.db import after_commit
from shared.errors import InputRefused
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import JOB_QUEUES

log = get_logger(__name__)


def set_cap(session: Session, owner: Workspace | Model, running: int | None) -> None:
    """Let so many jobs of it run at once, or any number. A worker is woken: there may be room now.

    Raises ``InputRefused`` for less than one: what shall not run at all is paused.
    """
    if running is not None and running < 1:
        raise InputRefused.of("running", "at least one job may run; to let none run, pause it")
    owner.max_running = running
    session.flush()
    kind, name = ("workspace", owner.slug) if isinstance(owner, Workspace) else ("model", owner.name)
    after_commit(session, partial(log.info, "cap_set", kind=kind, of=name, running=running))
    for queue in JOB_QUEUES:
        after_commit(session, partial(ring, queue))
