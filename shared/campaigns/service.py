"""Make campaigns, and keep what they are made with. The caller's transaction makes each true."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches import service as batches
from shared.batches.creation import NewBatch
from shared.batches.models import Batch
from shared.batches.states import BatchKind
from shared.campaigns.checking import complete_spec
from shared.campaigns.expansion import CampaignExpander
from shared.campaigns.library import (
    KitView,
    TemplateView,
    get_kit,
    get_template,
    list_kits,
    list_templates,
    remove_kit,
    remove_template,
    save_kit,
    save_template,
)
from shared.campaigns.previewing import Preview, preview
from shared.campaigns.request import CampaignRequest, PreviewRequest
from shared.campaigns.spec import models_of
from shared.crypto import content_hash
from shared.jobs.states import Priority

__all__ = [
    "CampaignRequest",
    "KitView",
    "Preview",
    "PreviewRequest",
    "TemplateView",
    "create_campaign",
    "get_kit",
    "get_template",
    "list_kits",
    "list_templates",
    "preview",
    "remove_kit",
    "remove_template",
    "save_kit",
    "save_template",
]


def create_campaign(session: Session, workspace_id: UUID, request: CampaignRequest, key: str | None = None) -> Batch:
    """A new campaign, to be planned by a worker. A repeat with the same key and request gets the same one.

    Raises ``InputRefused`` with the path of every problem, and ``IdempotencyKeyReused``.
    """
    spec = complete_spec(session, workspace_id, request)
    models = models_of(session, workspace_id, spec)
    new = NewBatch(
        kind=BatchKind.CAMPAIGN,
        name=request.name,
        spec=spec.document(),
        upload_id=request.table.upload if request.table else None,
        rows=request.rows,
        priority=Priority[request.priority.upper()],
        auto_launch=request.launch,
        idempotency_key=key,
        request_hash=content_hash(request.model_dump(mode="json", by_alias=True)),
        check_columns=lambda columns: CampaignExpander(spec, models, workspace_id, columns).check(),
    )
    return batches.create(session, workspace_id, new)
