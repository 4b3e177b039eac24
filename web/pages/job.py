"""One job's page: how far it is, what it made, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.catalog.models import Model
from shared.errors import InputRefused, ObjectMissing, StoreUnavailable
from shared.identifiers import new_id
from shared.jobs import progress, repository, service
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState, Priority
from shared.jobs.timeline import timeline
from web.auth import current_principal, signed_in
from web.content import object_store
from web.job_rows import queue_place_of
from web.pages.job_view import JobView, view_of
from web.pages.models import choosable_models
from web.pages.standstill import standing_still
from web.pages.timeline import Happening, happenings
from web.pages.uses import uses_of
from web.rate_limits import limited_submissions
from web.sse import event_stream
from web.transactions import tenant_session, transactional

blueprint = Blueprint("job_page", __name__)

_SHOWN_TEXT_BYTES = 65_536


@blueprint.get("/jobs/<uuid:job_id>")
@signed_in(Scope.READ)
def show(job_id: UUID) -> str:
    """The page; ``?fragment`` gives what changes with the job's state."""
    with tenant_session() as session:
        job = repository.get_job(session, current_principal().workspace_id, job_id)
        view = view_of(session, job)
        entries = timeline(session, job)
        models = choosable_models(session) if view.results else []
    return _page(view, happenings(entries), models, queue_place_of(job_id) if view.is_waiting else None)


@blueprint.get("/jobs/<uuid:job_id>/events")
@signed_in(Scope.READ)
def events(job_id: UUID) -> Response:
    """The job's news for the page, as server-sent events."""
    return event_stream(job_id)


@blueprint.post("/jobs/<uuid:job_id>/cancel")
@signed_in(Scope.WRITE)
@transactional
def cancel(job_id: UUID, session: Session) -> Any:
    """Call it off and show it."""
    service.cancel(session, current_principal().workspace_id, job_id)
    return redirect(f"/jobs/{job_id}", code=303)


@blueprint.post("/jobs/<uuid:job_id>/retry")
@signed_in(Scope.WRITE)
@limited_submissions
@transactional
def retry(job_id: UUID, session: Session) -> Any:
    """Submit its input again."""
    document = service.retry(session, current_principal().workspace_id, job_id, _key("retry"))
    return redirect(f"/jobs/{document['id']}", code=303)


@blueprint.post("/jobs/<uuid:job_id>/reproduce")
@signed_in(Scope.WRITE)
@limited_submissions
@transactional
def reproduce(job_id: UUID, session: Session) -> Any:
    """Generate its input once more."""
    document = service.reproduce(session, current_principal().workspace_id, job_id, _key("reproduce"))
    return redirect(f"/jobs/{document['id']}", code=303)


@blueprint.post("/jobs/<uuid:job_id>/priority")
@signed_in(Scope.WRITE)
@transactional
def reprioritise(job_id: UUID, session: Session) -> Any:
    """Move it to another class and show it."""
    wanted = {each.name.lower(): each for each in Priority}.get(request.form.get("priority", ""))
    if wanted is None:
        raise InputRefused.of("priority", "must be interactive, normal or bulk")
    service.reprioritise(session, current_principal().workspace_id, job_id, wanted)
    return redirect(f"/jobs/{job_id}", code=303)


@blueprint.post("/jobs/<uuid:job_id>/vary")
@signed_in(Scope.WRITE)
@limited_submissions
@transactional
def vary(job_id: UUID, session: Session) -> Any:
    """Submit its input with another seed."""
    workspace_id = current_principal().workspace_id
    job = repository.get_job(session, workspace_id, job_id)
    wanted = JobRequest(
        model=repository.model_names(session, [job])[job.model_id],
        input={name: value for name, value in job.input.items() if name != "seed"},
        labels=job.labels,
        priority="interactive",
    )
    document = service.submit(session, workspace_id, wanted, _key("vary"))
    return redirect(f"/jobs/{document['id']}", code=303)


def _page(view: JobView, found: list[Happening], models: Sequence[Model], place: dict[str, Any] | None) -> str:
    """Outside of the transaction: texts are read from the store."""
    texts = {artifact.id: _text(artifact.object_key) for artifact in view.texts}
    return render_template(
        "job_body.html" if "fragment" in request.args else "job.html",
        tab="/jobs",
        view=view,
        job=view.job,
        timeline=found,
        texts=texts,
        uses=lambda artifact: uses_of(artifact, models, texts.get(artifact.id)),
        progress=progress.latest(view.job.id) if view.job.state is JobState.RUNNING else None,
        place=place,
        standing=standing_still(view.model.name) if place and place["paused"] else (),
        form_key=new_id().hex,
    )


def _text(object_key: str) -> str | None:
    """The beginning of a stored text; nothing when the store does not answer."""
    kept = b""
    try:
        for chunk in object_store().read(object_key):
            kept += chunk
            if len(kept) >= _SHOWN_TEXT_BYTES:
                break
    except (ObjectMissing, StoreUnavailable):
        return None
    return kept[:_SHOWN_TEXT_BYTES].decode(errors="replace")


def _key(action: str) -> str:
    return f"{action}-{request.form.get('form_key', '')[:64]}"
