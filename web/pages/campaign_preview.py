"""A preview of a campaign that is being filled in: a few composites of high priority, shown as they are ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from pydantic import ValidationError

from shared.accounts.service import Scope
from shared.campaigns import service
from shared.campaigns.pictures import is_address
from shared.campaigns.previewing import Preview
from shared.campaigns.request import PreviewRequest
from shared.catalog.wording import problems_of
from shared.errors import FieldProblem, InputRefused, NotFound
from shared.jobs import repository
from shared.jobs import service as jobs
from web.auth import current_principal, signed_in
from web.pages import campaign_locales, campaign_sizes
from web.pages.campaign_choices import read_choices
from web.pages.campaign_setup import Setup, set_up
from web.pages.job_view import JobView, views_of
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("campaign_preview", __name__)

_MOST = 12
"""Pictures of one preview."""
_MOST_OF = {"templates": 4, "sizes": 4, "locales": 3, "rows": 2}


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a preview, or its place."""

    job: JobView

    @property
    def caption(self) -> str:
        """``Hero · Story · German · row 1``."""
        labels = self.job.job.labels
        size = campaign_sizes.named(str(labels["size"])).label
        return f"{labels['title']} · {size} · {campaign_locales.in_words(str(labels['locale']))} · row {labels['row']}"


@blueprint.post("/campaigns/new/<uuid:upload_id>/preview")
@signed_in(Scope.WRITE)
@limited_submissions
def begin(upload_id: UUID) -> Response:
    """Have the first rows drawn as the form stands. ``?fragment`` gives the pictures' places alone."""
    setup = set_up(upload_id, read_choices(request.args), request.form)
    try:
        ids = _submitted(setup)
    except InputRefused as refusal:
        if "fragment" in request.args:
            return make_response(_fragment((), _worded(setup, refusal.problems)), 422)
        return make_response(_page(setup, (), _worded(setup, refusal.problems)), 422)
    shown = _shown(ids)
    return make_response(_fragment(shown) if "fragment" in request.args else _page(setup, shown))


@blueprint.get("/campaigns/previews")
@signed_in(Scope.READ)
def look() -> str:
    """How far a preview is: the pictures of the jobs that the address names."""
    try:
        ids = [UUID(text) for text in request.args.getlist("job")[:_MOST]]
    except ValueError as error:
        raise NotFound("There is no such preview.") from error
    return _fragment(_shown(ids))


def _submitted(setup: Setup) -> list[UUID]:
    """The jobs of a preview; equal ones are taken over. Raises ``InputRefused``."""
    workspace_id = current_principal().workspace_id
    try:
        wanted = PreviewRequest.model_validate(_wanted(setup))
    except ValidationError as error:
        raise InputRefused(problems_of(error, model=PreviewRequest)) from error
    titles = {card.name: card.layout.title for card in setup.cards}
    numbers = [row.number for row in setup.table.sample]
    with tenant_session() as session:
        found = service.preview(session, workspace_id, wanted)
        asked = [each.job.model_copy(update={"labels": _labels(each, titles, numbers)}) for each in found]
        return [UUID(each["id"]) for each in jobs.submit_many(session, workspace_id, asked)["items"]]


def _wanted(setup: Setup) -> dict[str, Any]:
    """As much of the campaign as a preview shows."""
    request_of_all = setup.request()
    parts: dict[str, Sequence[Any]] = {
        "templates": request_of_all["templates"],
        "sizes": request_of_all["sizes"],
        "locales": request_of_all["locales"],
        "rows": [_without_addresses(row.cells) for row in setup.table.sample],
    }
    counts = _counts({name: len(values) for name, values in parts.items()})
    shared: dict[str, Any] = {
        name: request_of_all[name] for name in ("columns", "output", "brand_kit") if name in request_of_all
    }
    return {**shared, **{name: list(values)[: counts[name]] for name, values in parts.items()}}


def _counts(there: Mapping[str, int]) -> dict[str, int]:
    """How many of each are shown: one more of each in turn, as long as there are not too many in all."""
    counts = {name: min(1, count) for name, count in there.items()}
    grew = True
    while grew:
        grew = False
        for name, most in _MOST_OF.items():
            more = {**counts, name: counts[name] + 1}
            product = more["templates"] * more["sizes"] * more["locales"] * max(1, more["rows"])
            if more[name] <= min(there[name], most) and product <= _MOST:
                counts, grew = more, True
    return counts


def _without_addresses(cells: Mapping[str, str]) -> dict[str, str]:
    """Pictures on the web are fetched for a plan, not for a preview."""
    return {column: "" if is_address(text) else text for column, text in cells.items()}


def _labels(found: Preview, titles: Mapping[str, str], numbers: Sequence[int]) -> dict[str, Any]:
    row = numbers[found.row - 1] if found.row <= len(numbers) else found.row
    title = titles.get(found.template, found.template)
    return {"preview": found.template, "title": title, "size": found.size, "locale": found.locale, "row": row}


def _worded(setup: Setup, problems: Sequence[FieldProblem]) -> list[str]:
    """What is wrong, with the row where it is a row's cell."""
    words = []
    for each in problems:
        part, _, rest = each.path.partition(".")
        number, _, column = rest.partition(".")
        if part == "rows" and number.isdecimal() and int(number) < len(setup.table.sample):
            words.append(f"Row {setup.table.sample[int(number)].number}, {column}: {each.message}")
        else:
            words.append(f"{each.path}: {each.message}")
    return words


def _shown(ids: Sequence[UUID]) -> list[Shown]:
    with tenant_session() as session:
        found = [repository.get_job(session, current_principal().workspace_id, each) for each in ids]
        views = views_of(session, found) if found else []
    if not all("preview" in view.job.labels for view in views):
        raise NotFound("There is no such preview.")
    return [Shown(view) for view in views]


def _fragment(shown: Sequence[Shown], problems: Sequence[str] = ()) -> str:
    return render_template("campaigns/preview.html", previews=shown, preview_problems=problems)


def _page(setup: Setup, shown: Sequence[Shown], problems: Sequence[str] = ()) -> str:
    return render_template(
        "campaigns/fields.html", tab="/campaigns", setup=setup, previews=shown, preview_problems=problems
    )
