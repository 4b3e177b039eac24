"""The list of jobs."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.jobs import repository
from shared.jobs.states import JobState
from web.auth import current_principal, signed_in
from web.pages.job_view import views_of
from web.transactions import transactional

blueprint = Blueprint("job_list", __name__)

_PAGE = 24


@blueprint.get("/jobs")
@signed_in(Scope.READ)
@transactional
def show(session: Session) -> str:
    """A page of jobs, newest first, of one state if asked; ``?fragment`` gives the list alone."""
    state, before = _state(request.args.get("state", "")), _cursor(request.args.get("before", ""))
    jobs = repository.list_jobs(session, current_principal().workspace_id, state=state, before=before, limit=_PAGE + 1)
    template = "jobs_list.html" if "fragment" in request.args else "jobs.html"
    return render_template(
        template,
        tab="/jobs",
        jobs=views_of(session, jobs[:_PAGE]),
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
