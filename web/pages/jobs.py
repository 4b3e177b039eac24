"""The list of jobs."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from shared.accounts.service import Scope
from shared.jobs import repository
from shared.jobs.states import JobState
from web.auth import current_principal, signed_in
from web.pages.job_view import views_of
from web.pages.standstill import standing_still
from web.transactions import tenant_session

blueprint = Blueprint("job_list", __name__)

_PAGE = 24


@blueprint.get("/jobs")
@signed_in(Scope.READ)
def show() -> str:
    """A page of jobs, newest first, of one state if asked; ``?fragment`` gives the list alone."""
    state, before = _state(request.args.get("state", "")), _cursor(request.args.get("before", ""))
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        jobs = repository.list_jobs(session, workspace_id, state=state, before=before, limit=_PAGE + 1)
        views = views_of(session, jobs[:_PAGE])
    is_fragment = "fragment" in request.args
    return render_template(
        "jobs_list.html" if is_fragment else "jobs.html",
        tab="/jobs",
        standing=() if is_fragment else standing_still(),
        jobs=views,
        states=list(JobState),
        state=state,
        before=before,
        older=jobs[_PAGE - 1].id if len(jobs) > _PAGE else None,
    )


def _state(text: str) -> JobState | None:
    return JobState(text) if text in set(JobState) else None


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
