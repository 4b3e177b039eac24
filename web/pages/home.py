"""The start page: choose a model, say what to make, see what was made lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.catalog import repository as catalog
from shared.catalog.models import Model
from shared.catalog.service import input_schema
from shared.catalog.wording import problems_of
from shared.crypto import content_hash
from shared.errors import FieldProblem, InputRefused, NotFound
from shared.jobs import repository, service
from shared.jobs.request import JobRequest
from web.auth import current_principal, signed_in
from web.body_limits import takes_files
from web.pages import form_fields, job_options
from web.pages.composer import Composer, compose
from web.pages.form_fields import INPUT, FieldKind
from web.pages.job_view import JobView, views_of
from web.pages.models import choosable_models
from web.pages.sent_files import store_sent
from web.pages.standstill import standing_still
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("home", __name__)

_RECENT = 8


@blueprint.get("/")
@signed_in(Scope.READ)
def show() -> str:
    """The form, empty or filled in: with a job's input, ``?from=<job id>``, or by the fields' names, ``?prompt=…``.

    ``?fragment`` gives the latest jobs alone.
    """
    values: Mapping[str, str] = request.args
    wanted = request.args.get("model", "")
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        recent = _recent(session)
        if "fragment" in request.args:
            return render_template("home_recent.html", recent=recent)
        models = choosable_models(session)
        if source := request.args.get("from", ""):
            job = repository.get_job(session, workspace_id, _job_id(source))
            values = form_fields.values_of(job.input)
            wanted = repository.model_names(session, [job])[job.model_id]
        model = next((each for each in models if each.name == wanted), models[0] if models else None)
        composer = compose(session, workspace_id, model, values) if model else None
    return _page(models, composer, recent)


@blueprint.post("/")
@takes_files
@signed_in(Scope.WRITE)
@limited_submissions
def submit() -> Response:
    """Submit what was filled in, once however often the button was pressed; with problems, show them.

    Files are stored first, so that those which came need not be sent again when something else is wrong.
    """
    filled = _filled()
    with tenant_session() as session:
        model = catalog.find_allowed(session, current_principal().workspace_id, filled.get("model", ""))
        if model is None:
            raise NotFound("This model is not there any more.")
        schema = input_schema(model)
    try:
        refused = _store_files(schema, filled)
        job_input = form_fields.read_input(schema, filled)
        if refused:
            raise InputRefused(refused)
        wanted = JobRequest(model=model.name, input=job_input, **_options(filled))
        typed = {"input": job_input, "options": job_options.typed(filled)}
        with tenant_session() as session:
            document = service.submit(session, current_principal().workspace_id, wanted, _key(typed))
    except InputRefused as error:
        return _with_problems(error, filled)
    return make_response(redirect(f"/jobs/{document['id']}", code=303))


def _filled() -> dict[str, str]:
    """What was typed and chosen; of a field that takes several files, one reference a line."""
    return {name: "\n".join(each for each in request.form.getlist(name) if each) for name in request.form}


def _store_files(schema: Mapping[str, Any], filled: dict[str, str]) -> list[FieldProblem]:
    """Store the files that came with the form, and write their references where one was chosen."""
    problems = []
    for field in form_fields.fields_of(schema, {}, {}):
        if not field.is_file:
            continue
        references, refused = store_sent(request.files.getlist(field.file_name), field)
        problems += refused
        if references:
            kept = filled.get(field.html_name, "").splitlines() if field.kind is FieldKind.FILES else []
            filled[field.html_name] = "\n".join([*kept, *references])
    return problems


def _with_problems(error: InputRefused, filled: Mapping[str, str]) -> Response:
    problems: dict[str, list[str]] = {}
    for problem in error.problems:
        problems.setdefault(problem.path.removeprefix(INPUT), []).append(problem.message)
    with tenant_session() as session:
        models = choosable_models(session)
        recent = _recent(session)
        model = next((each for each in models if each.name == filled.get("model")), None)
        values, advanced = form_fields.typed_values(filled), job_options.typed(filled)
        workspace_id = current_principal().workspace_id
        composer = compose(session, workspace_id, model, values, problems, advanced) if model else None
    return make_response(_page(models, composer, recent), 422)


def _options(filled: Mapping[str, str]) -> dict[str, Any]:
    """The advanced part, as far as a job's request goes. Raises ``InputRefused``."""
    options = job_options.read(filled)
    try:
        JobRequest.model_validate({"model": "any", "input": {}, **options})
    except ValidationError as error:
        raise InputRefused(problems_of(error)) from error
    return options


def _page(models: Sequence[Model], composer: Composer | None, recent: Sequence[JobView]) -> str:
    """Outside of the transaction: what is paused is looked at in another."""
    standing = standing_still(composer.model.name if composer else None)
    return render_template("home.html", tab="/", models=models, composer=composer, recent=recent, standing=standing)


def _recent(session: Session) -> list[JobView]:
    jobs = repository.list_jobs(session, current_principal().workspace_id, limit=_RECENT)
    return views_of(session, jobs)


def _key(typed: Mapping[str, Any]) -> str:
    """One job for one filling of one form: a second click repeats it, an edited form is another."""
    return f"form-{request.form.get('form_key', '')[:64]}-{content_hash(typed).hex()[:32]}"


def _job_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such job in this workspace.") from error
