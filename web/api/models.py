"""The catalog: which models jobs can name, and what each takes."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.catalog import repository
from shared.catalog.models import Model
from shared.catalog.service import input_schema
from shared.config import get_settings
from shared.errors import NotFound
from web.api.schemas import models as schemas
from web.auth import api_key, current_principal
from web.transactions import transactional

blueprint = APIBlueprint("models", __name__, url_prefix="/api/v1/models", tag="Models")


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.ModelList, description="The models.")
def list_models(session: Session) -> dict[str, Any]:
    """List models

    Every model that this workspace's jobs can name.
    """
    models = repository.allowed_models(session, current_principal().workspace_id)
    return {"items": [_summary(model) for model in models]}


@blueprint.get("/<owner>/<name>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Model, description="The model.")
def get_model(owner: str, name: str, session: Session) -> dict[str, Any]:
    """Look at a model

    `input_schema` is the JSON Schema of what its jobs take as `input`.
    """
    model = repository.find_allowed(session, current_principal().workspace_id, f"{owner}/{name}")
    if model is None:
        raise NotFound("There is no such model.")
    return {**_summary(model), "input_schema": input_schema(model)}


def _summary(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "family": model.family.value,
        "title": model.title,
        "description": model.description,
        "revision": model.revision,
        "licence": model.licence,
        "max_running": model.max_running,
        "defaults": model.defaults,
        "urls": {"self": f"{get_settings().public_url.rstrip('/')}/api/v1/models/{model.name}"},
    }
