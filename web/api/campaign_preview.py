"""A look at creatives before a campaign is made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.campaigns import service
from shared.campaigns.request import PreviewRequest
from shared.jobs import repository
from shared.jobs import service as jobs
from shared.jobs.document import job_summary
from web.api.campaign_examples import PREVIEW_REQUEST
from web.api.campaigns import blueprint
from web.api.schemas import campaigns as schemas
from web.auth import api_key, current_principal
from web.openapi import IDEMPOTENCY_KEY, PREFER, accepts_headers
from web.prefer import preferred_wait, wait_for_end
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

_ENDED = frozenset({"succeeded", "failed", "canceled"})


@blueprint.post("/preview")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(PreviewRequest, arg_name="body", example=PREVIEW_REQUEST)
@blueprint.output(schemas.Preview, 202, description="The composites are accepted.")
@blueprint.doc(
    responses={200: "With `Prefer: wait`: all of them, ended in time.", 429: "Too many submissions."},
)
@accepts_headers(IDEMPOTENCY_KEY, PREFER)
def preview(body: PreviewRequest) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Preview creatives

    Draws up to four sample rows, or the fields' examples, in each template, size and locale: 24 creatives at most, each
    a job. No model draws or writes for them: a gradient stands for a picture that would be generated.
    """
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        drawn = service.preview(session, workspace_id, body)
        key = request.headers.get("Idempotency-Key")
        receipts = jobs.submit_many(session, workspace_id, [each.job for each in drawn], key)["items"]
        ids = [UUID(receipt["id"]) for receipt in receipts]
        documents = _documents(session, ids)
    headers: dict[str, str] = {}
    wait = preferred_wait()
    if wait:
        headers["Preference-Applied"] = f"wait={wait}"
        _wait_for_all(ids, wait)
        with tenant_session() as session:
            documents = _documents(session, ids)
    items = [
        {"template": each.template, "size": each.size, "locale": each.locale, "row": each.row, "job": document}
        for each, document in zip(drawn, documents, strict=True)
    ]
    have_ended = all(document["state"] in _ENDED for document in documents)
    return {"items": items}, 200 if wait and have_ended else 202, headers


def _wait_for_all(ids: Sequence[UUID], seconds: int) -> None:
    until = time.monotonic() + seconds
    for job_id in ids:
        left = until - time.monotonic()
        if left <= 0 or not wait_for_end(job_id, max(1, int(left))):
            return


def _documents(session: Session, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    found = [repository.get_job(session, current_principal().workspace_id, job_id) for job_id in ids]
    names = repository.model_names(session, found)
    artifacts = repository.artifacts_of(session, ids)
    return [job_summary(job, names[job.model_id], artifacts.get(job.id, ())) for job in found]
