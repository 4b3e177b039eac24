"""The start page: choose a model, say what to make, see what was made lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.catalog import repository as catalog
from shared.catalog.families import FAMILIES
from shared.catalog.models import Model
from shared.catalog.service import input_schema
from shared.catalog.wording import problems_of
from shared.crypto import content_hash
from shared.errors import InputRefused, NotFound
from shared.identifiers import new_id
from shared.jobs import repository, service
from shared.jobs.request import JobRequest
from web.auth import current_principal, signed_in
from web.pages import form_fields, job_options
from web.pages.form_fields import PROMPT, FormField
from web.pages.job_view import JobView, views_of
from web.pages.prompt_examples import examples_for, hint_for
from web.pages.standstill import standing_still
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("home", __name__)

_RECENT = 8


@dataclass(frozen=True, slots=True)
class Composer:
    """The form for one model."""

    model: Model
    prompt: FormField
    options: Sequence[FormField]
    advanced: Sequence[FormField]
    hint: str
    examples: Sequence[str]
    form_key: str
    problems: Sequence[str] = ()
    """Those that no field of the form is to blame for."""

    @property
    def has_wrong_options(self) -> bool:
        """Whether the folded part must be open."""
        return any(option.problems for option in (*self.options, *self.advanced))

    @property
    def set_options(self) -> int:
        """How many options were given."""
        return sum(bool(option.value) for option in (*self.options, *self.advanced))

    @property
    def shows_advanced(self) -> bool:
        """Whether the part folded within it must be open."""
        return any(option.problems or option.value for option in self.advanced)


@blueprint.get("/")
@signed_in(Scope.READ)
def show() -> str:
    """The form, empty, or filled with a job's input: ``?from=<job id>``. ``?fragment`` gives the latest jobs alone."""
    values: Mapping[str, str] = {}
    wanted = request.args.get("model", "")
    with tenant_session() as session:
        recent = _recent(session)
        if "fragment" in request.args:
            return render_template("home_recent.html", recent=recent)
        models = _models(session)
        if source := request.args.get("from", ""):
            job = repository.get_job(session, current_principal().workspace_id, _job_id(source))
            values = form_fields.values_of(job.input)
            wanted = repository.model_names(session, [job])[job.model_id]
        elif prompt := request.args.get(PROMPT, ""):
            values = {PROMPT: prompt}
    model = next((each for each in models if each.name == wanted), models[0] if models else None)
    composer = _composer(model, values) if model else None
    return _page(models, composer, recent)


@blueprint.post("/")
@signed_in(Scope.WRITE)
@limited_submissions
def submit() -> Response:
    """Submit what was filled in, once however often the button was pressed; with problems, show them."""
    try:
        with tenant_session() as session:
            model = catalog.find_allowed(session, current_principal().workspace_id, request.form.get("model", ""))
            if model is None:
                raise NotFound("This model is not there any more.")
            job_input = form_fields.read_input(input_schema(model), request.form)
            wanted = JobRequest(model=model.name, input=job_input, **_options(request.form))
            typed = {"input": job_input, "options": job_options.typed(request.form)}
            document = service.submit(session, current_principal().workspace_id, wanted, _key(typed))
    except InputRefused as error:
        return _with_problems(error)
    return make_response(redirect(f"/jobs/{document['id']}", code=303))


def _with_problems(error: InputRefused) -> Response:
    problems: dict[str, list[str]] = {}
    for problem in error.problems:
        name = problem.path.removeprefix("input.").partition(".")[0]
        problems.setdefault(name, []).append(problem.message)
    with tenant_session() as session:
        models = _models(session)
        recent = _recent(session)
    model = next((each for each in models if each.name == request.form.get("model")), None)
    composer = _composer(model, form_fields.typed_values(request.form), problems, request.form) if model else None
    return make_response(_page(models, composer, recent), 422)


def _options(filled: Mapping[str, str]) -> dict[str, Any]:
    """The advanced part, as far as a job's request goes. Raises ``InputRefused``."""
    options = job_options.read(filled)
    try:
        JobRequest.model_validate({"model": "any", "input": {}, **options})
    except ValidationError as error:
        raise InputRefused(problems_of(error)) from error
    return options


def _composer(
    model: Model,
    values: Mapping[str, str],
    problems: Mapping[str, Sequence[str]] | None = None,
    filled: Mapping[str, str] | None = None,
) -> Composer:
    problems = problems or {}
    prompt, *options = form_fields.fields_of(input_schema(model), values, problems)
    advanced = job_options.fields(job_options.typed(filled or {}), problems)
    known = {prompt.name, *(option.name for option in (*options, *advanced))}
    elsewhere = [message for name, messages in problems.items() if name not in known for message in messages]
    examples = examples_for(model, prompt.examples)
    return Composer(model, prompt, options, advanced, hint_for(model), examples, new_id().hex, elsewhere)


def _page(models: Sequence[Model], composer: Composer | None, recent: Sequence[JobView]) -> str:
    """Outside of the transaction: what is paused is looked at in another."""
    standing = standing_still(composer.model.name if composer else None)
    return render_template("home.html", tab="/", models=models, composer=composer, recent=recent, standing=standing)


def _models(session: Session) -> list[Model]:
    """Every model that can be chosen, in the order of the families."""
    families = list(FAMILIES)
    models = catalog.allowed_models(session, current_principal().workspace_id)
    return sorted(models, key=lambda model: families.index(model.family))


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
