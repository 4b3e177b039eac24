"""Have jobs of a batch accepted, so that one that is refused spoils none of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.models import Batch
from shared.errors import FieldProblem, InputRefused
from shared.identifiers import new_id
from shared.jobs.acceptance import accept
from shared.jobs.drafting import Asked
from shared.jobs.request import JobRequest, PriorityName
from shared.jobs.states import Priority


def submit(
    session: Session, batch: Batch, requests: Sequence[Mapping[str, Any]], labels: Sequence[Mapping[str, Any]]
) -> list[UUID | InputRefused]:
    """The id of each request's job, or why there is none. A few statements for all that are good.

    Requests are ``{"model": ..., "input": ...}`` and nothing else; ``labels`` go with them one by one.
    """
    outcome: dict[int, UUID | InputRefused] = {}
    # Nothing in it comes from a caller but the input, which is checked when it is completed.
    blank = JobRequest.model_construct(
        model="", input={}, priority=cast(PriorityName, Priority(batch.priority).name.lower()), labels={}
    )
    left = {
        index: Asked(blank.model_copy(update={**request, "labels": of_request}), new_id(), f"jobs.{index}.", batch.id)
        for index, (request, of_request) in enumerate(zip(requests, labels, strict=True))
    }
    while left:
        try:
            accepted = accept(session, batch.workspace_id, list(left.values()))
        except InputRefused as refused:
            bad = _by_request(refused)
            if not bad:
                raise
            for index, problems in bad.items():
                outcome[index] = InputRefused(problems)
                del left[index]
        else:
            outcome.update({index: each.job.id for index, each in zip(left, accepted, strict=True)})
            break
    return [outcome[index] for index in range(len(requests))]


def _by_request(refused: InputRefused) -> dict[int, list[FieldProblem]]:
    found: dict[int, list[FieldProblem]] = {}
    for problem in refused.problems:
        _, index, path = problem.path.split(".", 2)
        found.setdefault(int(index), []).append(FieldProblem(path, problem.message))
    return found
