"""How many pictures a device makes for the sample campaign: one a prompt and shape, for all sizes and languages."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.batches import service as batches
from shared.batches.states import BatchState
from shared.campaigns import service
from shared.campaigns.request import CampaignRequest
from shared.client.kit_files import with_logos
from shared.db import session_scope
from shared.demo.campaign import sample
from shared.storage.formats import FileKind
from shared.storage.s3 import get_store
from tests.benchmarks.campaign.accepting import advance
from tests.benchmarks.engine.servers import empty_tables, new_workspaces
from tests.benchmarks.figure import Figure, Goal
from worker.builtin import register_composite
from worker.starter.catalog import register_starter_models


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """The plan of the sample: its creatives, and what has to be generated for them."""
    plan = _plan_of_sample()
    generations = plan["generations"]["images"]["needed"]
    # The starter model draws one size, so that there is one shape a prompt.
    with sample.TABLE.open(encoding="utf-8", newline="") as file:
        distinct = len({row["scene"] for row in csv.DictReader(file)})
    yield Figure("sharing", "creatives of the sample campaign", float(plan["items"]))
    name = f"generations for them; distinct (prompt, bucket): {distinct}"
    yield Figure("sharing", name, float(generations), "", Goal("≤", distinct))


def _plan_of_sample() -> dict[str, Any]:
    """The sample campaign's plan, on empty tables with the starter models."""
    empty_tables()
    (workspace_id,) = new_workspaces(1)
    with session_scope() as session:
        register_starter_models(session)
        register_composite(session, "0" * 64)
    for path in sample.product_pictures():
        _send(workspace_id, path)
    kit = with_logos(sample.kit(), sample.FOLDER, lambda path: _send(workspace_id, path))
    table = _send(workspace_id, sample.TABLE, FileKind.TABLE)
    asked = CampaignRequest.model_validate({**sample.request(), "table": {"upload": table.id}})
    with session_scope(workspace_id) as session:
        service.save_kit(session, workspace_id, asked.brand_kit or "", kit)
        batch_id = service.create_campaign(session, workspace_id, asked).id
    advance(workspace_id, batch_id, BatchState.PLANNED)
    with session_scope(workspace_id) as session:
        plan = batches.get(session, workspace_id, batch_id).plan
    assert plan is not None
    return dict(plan)


def _send(workspace_id: UUID, path: Path, kind: FileKind | None = None) -> Any:
    """Keep a file as an upload; its id as text."""
    with path.open("rb") as source, inspected(source, kind) as found:
        upload = uploads.receive(get_store(), workspace_id, path.name, found).upload
    return SimpleNamespace(id=str(upload.id))
