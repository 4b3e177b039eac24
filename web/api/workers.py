"""Workers: the processes that do the work, of all workspaces together."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.clock import iso
from shared.workers import repository
from shared.workers.models import Worker
from web.api.schemas import workers as schemas
from web.auth import api_key
from web.transactions import transactional

blueprint = APIBlueprint("workers", __name__, url_prefix="/api/v1/workers", tag="Workers")


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.WorkerList, description="The workers.")
def list_workers(session: Session) -> dict[str, Any]:
    """List workers

    Every process that was heard of within a minute and has not stopped. They serve all workspaces.
    """
    return {"items": [_document(worker) for worker in repository.living(session)]}


def _document(worker: Worker) -> dict[str, Any]:
    return {
        "id": str(worker.id),
        "queue": worker.queue.value,
        "state": worker.state.value,
        "host": worker.host,
        "process_id": worker.process_id,
        "device": worker.device,
        "model": worker.model_name,
        "jobs_done": worker.jobs_done,
        "started_at": iso(worker.started_at),
        "seen_at": iso(worker.seen_at),
    }
