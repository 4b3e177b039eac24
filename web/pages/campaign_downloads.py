"""What is taken away of a campaign: a ZIP, a manifest, a copy in somebody's own bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError

from shared.accounts.service import Scope
from shared.batches import exports, repository, results
from shared.batches.archive import zip_results
from shared.batches.exports import ExportRequest
from shared.batches.states import BatchKind
from shared.catalog.wording import problems_of
from shared.errors import InputRefused, NotFound, StateConflict
from shared.storage.base import safe_file_name
from web.auth import current_principal, signed_in
from web.content import object_store
from web.headers import USER_FILE_POLICY
from web.pages.campaign_review import review_counts
from web.pages.campaign_view import CampaignView, find_campaign
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("campaign_downloads", __name__)

_APPROVED = "approved"
_FIELDS = (
    ("bucket", "Bucket", "text", "acme-marketing"),
    ("prefix", "Folder in it", "text", "autumn/teas"),
    ("endpoint_url", "Address of the store", "url", "Amazon S3"),
    ("region", "Region", "text", "us-east-1"),
    ("access_key_id", "Access key", "text", ""),
    ("secret_access_key", "Secret key", "password", ""),
    ("pattern", "File names", "text", "{custom_id}_{template}_{size}_{locale}.{ext}"),
)
"""``(name, label, type, placeholder)`` of the form for a copy."""


@blueprint.get("/campaigns/<uuid:batch_id>/download")
@signed_in(Scope.READ)
def show(batch_id: UUID) -> str:
    """Everything there is to take away, and the copies that were made."""
    return _page(batch_id)


@blueprint.get("/<any(campaigns, batches):plural>/<uuid:batch_id>/results.zip")
@signed_in(Scope.READ)
def archive(plural: str, batch_id: UUID) -> Response:
    """Every file there is, made into a ZIP while it is sent; ``?only=approved`` of what was approved."""
    stem = _stem(plural, batch_id)
    body = zip_results(object_store(), current_principal().workspace_id, batch_id, only_approved=_only_approved())
    return _attachment(body, "application/zip", f"{stem}.zip")


@blueprint.get("/<any(campaigns, batches):plural>/<uuid:batch_id>/manifest.<any(csv, jsonl):form>")
@signed_in(Scope.READ)
def manifest(plural: str, batch_id: UUID, form: str) -> Response:
    """A line a file, and one for each creative that has none."""
    stem = _stem(plural, batch_id)
    rows = results.manifest(current_principal().workspace_id, batch_id, only_approved=_only_approved())
    if form == "csv":
        return _attachment(results.as_csv(rows), "text/csv; charset=utf-8", f"{stem}.csv")
    return _attachment(results.as_jsonl(rows), "application/jsonl", f"{stem}.jsonl")


@blueprint.post("/campaigns/<uuid:batch_id>/exports")
@signed_in(Scope.WRITE)
@limited_submissions
def copy(batch_id: UUID) -> Response:
    """Have everything copied to a bucket; with problems, show them at their fields."""
    typed = {name: request.form.get(name, "").strip() for name, *_ in _FIELDS}
    try:
        wanted = _export_request(typed)
        with tenant_session() as session:
            batch = find_campaign(session, batch_id)
            exports.create_export(session, current_principal().workspace_id, batch.id, wanted)
    except (InputRefused, StateConflict) as error:
        return make_response(_page(batch_id, typed, _problems(error)), 422)
    return make_response(redirect(f"/campaigns/{batch_id}/download", code=303))


def _export_request(typed: Mapping[str, str]) -> ExportRequest:
    """What the form asks for. Raises ``InputRefused``."""
    given: dict[str, Any] = {name: value for name, value in typed.items() if value}
    try:
        return ExportRequest.model_validate({**given, "only_approved": request.form.get("only") == _APPROVED})
    except ValidationError as error:
        raise InputRefused(problems_of(error, model=ExportRequest)) from error


def _problems(error: InputRefused | StateConflict) -> dict[str, list[str]]:
    """What is wrong, by the form's field; of no field under an empty name."""
    if isinstance(error, StateConflict):
        return {"": [error.message]}
    names = {name for name, *_ in _FIELDS}
    found: dict[str, list[str]] = {}
    for each in error.problems:
        found.setdefault(each.path if each.path in names else "", []).append(each.message)
    return found


def _page(batch_id: UUID, typed: Mapping[str, str] | None = None, problems: Mapping[str, Any] | None = None) -> str:
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        made = exports.list_exports(session, current_principal().workspace_id, batch.id)
        reviews = review_counts(session, batch.id)
    return render_template(
        "campaigns/download.html",
        tab="/campaigns",
        view=CampaignView(batch),
        reviews=reviews,
        exports=made,
        export_fields=_FIELDS,
        typed=typed or {},
        only_approved=request.form.get("only") == _APPROVED,
        problems=problems or {},
    )


def _only_approved() -> bool:
    return request.args.get("only") == _APPROVED


def _stem(plural: str, batch_id: UUID) -> str:
    """What its files are called. Raises ``NotFound``, also for a batch of another kind than the address says."""
    with tenant_session() as session:
        batch = repository.get_batch(session, current_principal().workspace_id, batch_id)
    if (batch.kind is BatchKind.CAMPAIGN) is not (plural == "campaigns"):
        raise NotFound("There is no such batch in this workspace.")
    return f"{safe_file_name(batch.name)}-{str(batch_id)[-8:]}"


def _attachment(body: Iterator[bytes], media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = USER_FILE_POLICY
    response.headers["X-Accel-Buffering"] = "no"
    return response
