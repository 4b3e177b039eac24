"""The pages between a table and a plan: what to make, and where its content comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError

from shared.accounts.service import Scope
from shared.campaigns import service
from shared.campaigns.request import CampaignRequest
from shared.campaigns.spec import CampaignSpec
from shared.catalog.wording import problems_of
from shared.crypto import content_hash
from shared.errors import InputRefused
from web.auth import current_principal, signed_in
from web.pages import campaign_locales, campaign_sizes
from web.pages.campaign_choices import Choices, problems_with, read_choices
from web.pages.campaign_setup import Setup, set_up, typed_of
from web.pages.campaign_table import SampledTable, find_table, sampled
from web.pages.campaign_templates import template_cards
from web.pages.campaign_view import batch_id_of, find_campaign
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("campaign_new", __name__)

_USUAL_SIZES = ("instagram-post", "story", "facebook-link")


@blueprint.get("/campaigns/new/<uuid:upload_id>")
@signed_in(Scope.READ)
def choose(upload_id: UUID) -> str:
    """What to make of the table: templates, sizes, locales, a brand kit. What the address says is chosen already."""
    return _choices_page(upload_id, read_choices(request.args), {})


@blueprint.get("/campaigns/new/<uuid:upload_id>/fields")
@signed_in(Scope.READ)
def assign(upload_id: UUID) -> Response:
    """Where each field of the templates takes its content from; the choices again, where something is wrong there."""
    choices = read_choices(request.args)
    if problems := problems_with(choices):
        return make_response(_choices_page(upload_id, choices, problems), 422)
    return make_response(_fields_page(set_up(upload_id, choices, filled_before(request.args.get("from", "")))))


@blueprint.post("/campaigns/new/<uuid:upload_id>/fields")
@signed_in(Scope.WRITE)
@limited_submissions
def plan(upload_id: UUID) -> Response:
    """Plan the campaign, once however often the button was pressed; with problems, show them at their fields."""
    setup = set_up(upload_id, read_choices(request.args), request.form)
    try:
        wanted = campaign_request(setup)
        key = f"form-{setup.form_key[:64]}-{content_hash(wanted.model_dump(mode='json')).hex()[:32]}"
        with tenant_session() as session:
            batch = service.create_campaign(session, current_principal().workspace_id, wanted, key)
            address = f"/campaigns/{batch.id}"
    except InputRefused as refusal:
        return make_response(_fields_page(replace(setup, problems=refusal.problems)), 422)
    return make_response(redirect(address, code=303))


def filled_before(source: str) -> dict[str, str] | None:
    """The form as an earlier campaign has it; none where no such campaign is named."""
    if not source:
        return None
    with tenant_session() as session:
        return typed_of(CampaignSpec.read(find_campaign(session, batch_id_of(source)).spec))


def campaign_request(setup: Setup) -> CampaignRequest:
    """What the filled form asks for. Raises ``InputRefused``."""
    try:
        return CampaignRequest.model_validate(setup.request())
    except ValidationError as error:
        raise InputRefused(problems_of(error, model=CampaignRequest)) from error


def _choices_page(upload_id: UUID, choices: Choices, problems: Mapping[str, str]) -> str:
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        upload = find_table(session, workspace_id, upload_id)
        cards = template_cards(session, workspace_id)
        kits = [(kit.name, str(kit.kit["title"])) for kit in service.list_kits(session, workspace_id)]
    table = sampled(upload)
    return render_template(
        "campaigns/choices.html",
        tab="/campaigns",
        table=table,
        cards=cards,
        kits=kits,
        choices=choices if request.query_string else _usual(choices, table),
        sizes=campaign_sizes.offered(),
        locales=campaign_locales.LOCALES,
        in_table=campaign_locales.locales_in(table.headings),
        problems=problems,
    )


def _usual(choices: Choices, table: SampledTable) -> Choices:
    """What is ticked before anybody ticked anything."""
    locales = campaign_locales.likely(table.headings)
    name = table.upload.file_name.rpartition(".")[0].replace("-", " ").replace("_", " ").strip()
    return replace(choices, name=name[:1].upper() + name[1:], sizes=list(_USUAL_SIZES), locales=locales)


def _fields_page(setup: Setup) -> str:
    return render_template("campaigns/fields.html", tab="/campaigns", setup=setup)
