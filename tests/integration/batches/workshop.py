"""What customers and workers do to batches, each in transactions of their own, on real servers."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.batches import repository, service
from shared.batches.models import Batch, BatchItem
from shared.batches.request import BatchRequest
from shared.batches.states import BatchState
from shared.db import session_scope
from shared.identifiers import new_id
from shared.jobs import claims, completion
from shared.jobs.claims import Claim, Wanted
from shared.jobs.completion import StoredOutput, Success
from shared.jobs.models import Job
from shared.queue.names import QueueName
from shared.storage.base import artifact_key
from shared.storage.formats import FileKind
from shared.storage.s3 import get_store
from worker.batches.advance import Advancer

WORKER = new_id()
TEA_INPUT = {"prompt": "A slogan for {name}, {fresh|bold|calm}", "max_new_tokens": 16}


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def teas(count: int) -> list[dict[str, str]]:
    """That many products."""
    return [{"custom_id": f"tea-{number}", "name": f"Tea {number}"} for number in range(1, count + 1)]


def upload(workspace_id: UUID, content: bytes, name: str = "teas.csv") -> UUID:
    """Send a table."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with inspected(file, FileKind.TABLE) as found:
            return uploads.receive(get_store(), workspace_id, name, found).upload.id


def submit(workspace_id: UUID, content: bytes | None = None, key: str | None = None, **fields: Any) -> UUID:
    """Submit a batch of text jobs; planned only, unless ``dry_run`` says otherwise."""
    asked: dict[str, Any] = {
        "name": "Teas",
        "model": "starter/adcopy",
        "input": TEA_INPUT,
        "dry_run": True,
        **({"table": {"upload": str(upload(workspace_id, content))}} if content is not None else {}),
        **fields,
    }
    with session_scope(workspace_id) as session:
        return service.create_jobs(session, workspace_id, BatchRequest.model_validate(asked), key).id


def advance(turns: int = 50) -> None:
    """Do what a CPU worker does until nothing is due."""
    for _ in range(turns):
        if not Advancer(get_store()).advance_due():
            return
    raise AssertionError("a batch is due for ever")


def look_again(workspace_id: UUID, batch_id: UUID) -> Batch:
    """Let a worker look after a batch now rather than in a second; the batch then."""
    with session_scope() as session:
        found = repository.get_batch(session, workspace_id, batch_id, lock=True)
        if found.due_at is not None:
            found.due_at = func.now()
    advance()
    return get(workspace_id, batch_id)


def get(workspace_id: UUID, batch_id: UUID) -> Batch:
    """The batch as it is."""
    with session_scope(workspace_id) as session:
        return service.get(session, workspace_id, batch_id)


def act(action: Callable[..., Batch], workspace_id: UUID, batch_id: UUID) -> Batch:
    """Launch it, pause it and so on."""
    with session_scope(workspace_id) as session:
        return action(session, workspace_id, batch_id)


def launched(workspace_id: UUID, content: bytes, **fields: Any) -> UUID:
    """A batch whose jobs are all accepted."""
    batch_id = submit(workspace_id, content, **fields)
    advance()
    act(service.launch, workspace_id, batch_id)
    advance()
    assert get(workspace_id, batch_id).state is BatchState.RUNNING
    return batch_id


def problems(workspace_id: UUID, batch_id: UUID) -> list[tuple[int, str, str]]:
    """Row, column and code of everything that is wrong."""
    with session_scope(workspace_id) as session:
        return [(each.row, each.column, each.code) for each in repository.problems(session, batch_id, limit=1000)]


def jobs_of(batch_id: UUID) -> list[Job]:
    """Every job that was accepted for a batch, in order."""
    with session_scope() as session:
        return list(session.scalars(select(Job).where(Job.batch_id == batch_id).order_by(Job.id)))


def items_of(batch_id: UUID) -> list[BatchItem]:
    """Its items, in order."""
    with session_scope() as session:
        return list(session.scalars(select(BatchItem).where(BatchItem.batch_id == batch_id).order_by(BatchItem.id)))


def claim(limit: int = 500, queue: QueueName = QueueName.GENERATION) -> list[Claim]:
    """What a worker gets."""
    with session_scope() as session:
        return claims.claim(session, queue, WORKER, Wanted(limit), 60)


def finish(claimed: Sequence[Claim], body: Callable[[Claim], bytes] = lambda each: str(each.job_id).encode()) -> None:
    """Store one text a job, and say that it is done."""
    successes = []
    for each in claimed:
        content = body(each)
        digest = hashlib.sha256(content).digest()
        key = artifact_key(each.workspace_id, each.job_id, each.fence, 0, digest, "txt")
        get_store().put(key, content, "text/plain; charset=utf-8")
        output = StoredOutput(key, "text/plain; charset=utf-8", len(content), digest, {"characters": len(content)})
        successes.append(Success(each, [output], 0.25))
    with session_scope() as session:
        completion.finish(session, successes)


def finish_all(limit: int = 500, *, stored: bool = True) -> int:
    """Run everything that is due; how many jobs. Without ``stored`` the files are not really in the store."""
    done = 0
    while claimed := claim(limit):
        if stored:
            finish(claimed)
        else:
            pretend(claimed)
        done += len(claimed)
    return done


def pretend(claimed: Sequence[Claim]) -> None:
    """Say that jobs are done whose files nobody will read."""
    output = StoredOutput("w/none.txt", "text/plain; charset=utf-8", 5, bytes(32), {"characters": 5})
    with session_scope() as session:
        completion.finish(session, [Success(each, [output], 0.25) for each in claimed])
