"""The secret that signs the webhooks of jobs that name a URL of their own."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from shared.accounts.models import Workspace
from shared.accounts.service import Scope
from shared.webhooks.signing import SigningSecret
from web.api.schemas.webhooks import Secret
from web.auth import api_key, current_principal
from web.transactions import transactional

blueprint = APIBlueprint("webhook_secret", __name__, url_prefix="/api/v1/webhook-secret", tag="Webhooks")


@blueprint.get("")
@api_key(Scope.ADMIN)
@transactional
@blueprint.output(Secret, description="The secret.")
def get_secret(session: Session) -> dict[str, Any]:
    """Get the workspace's webhook secret

    It signs what is sent to a job's `webhook_url`. Endpoints have secrets of their own.
    """
    workspace = session.get_one(Workspace, current_principal().workspace_id)
    return {"secret": SigningSecret.unseal(workspace.webhook_secret).text()}
