"""What customers do to campaigns, and how their pictures, texts and composites get made."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from shared.batches.models import BatchItem
from shared.batches.states import BatchState
from shared.campaigns import service
from shared.campaigns.request import CampaignRequest
from shared.db import session_scope
from shared.jobs.claims import Claim
from shared.jobs.models import Job
from shared.queue.names import QueueName
from shared.storage.formats import PNG
from tests.integration.batches import workshop
from tests.integration.sent_files import send
from worker.builtin import register_composite

LAYOUT: dict[str, Any] = {
    "version": 1,
    "title": "Card",
    "palette": {"primary": "#12355b", "on-primary": "#ffffff"},
    "fields": [
        {"name": "backdrop", "kind": "image"},
        {"name": "product", "kind": "image", "required": False},
        {"name": "headline", "kind": "text", "max_characters": 40},
        {"name": "price", "kind": "text", "required": False},
    ],
    "layers": [
        {"name": "backdrop", "kind": "generated", "field": "backdrop"},
        {"name": "product", "kind": "image", "field": "product", "box": {"width": 0.3, "height": 0.3}},
        {"name": "headline", "kind": "text", "field": "headline", "size": {"max": "9vmin", "min": "4vmin"}},
        {"name": "price", "kind": "text", "field": "price", "size": {"max": "8vmin", "min": "4vmin"}},
        {"name": "label", "kind": "ai-label", "size": {"max": "3vmin", "min": "2vmin"}},
    ],
}
ROWS = [
    {"id": "lamp", "scene": "a calm sea", "headline": "Light", "headline.de": "Licht", "price": "$9"},
    {"id": "mug", "scene": "a calm sea", "headline": "Warmth", "headline.de": "Wärme", "price": "$5"},
    {"id": "vase", "scene": "a meadow", "headline": "Form", "headline.de": "Form", "price": ""},
]


def open_studio(workspace_id: UUID) -> None:
    """The compositor in the catalog, and a template called ``card``."""
    with session_scope() as session:
        register_composite(session, "c" * 64)
    save_template(workspace_id)


def save_template(workspace_id: UUID, change: Callable[[dict[str, Any]], object] = lambda _: None) -> None:
    """Keep the template as it is but for a change."""
    layout = deepcopy(LAYOUT)
    change(layout)
    with session_scope(workspace_id) as session:
        service.save_template(session, workspace_id, "card", layout)


def ask(**fields: Any) -> CampaignRequest:
    """Three rows in one template, two sizes and two locales, unless something else is said."""
    asked: dict[str, Any] = {
        "name": "Things",
        "rows": ROWS,
        "templates": ["card"],
        "sizes": ["1080x1080", "story"],
        "locales": ["en", "de"],
        "images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scene}"}},
        **fields,
    }
    return CampaignRequest.model_validate({name: value for name, value in asked.items() if value is not None})


def create(workspace_id: UUID, key: str | None = None, **fields: Any) -> UUID:
    """Make a campaign."""
    with session_scope(workspace_id) as session:
        return service.create_campaign(session, workspace_id, ask(**fields), key).id


def planned(workspace_id: UUID, **fields: Any) -> UUID:
    """A campaign that waits to be launched."""
    batch_id = create(workspace_id, **fields)
    workshop.advance()
    assert workshop.get(workspace_id, batch_id).state is BatchState.PLANNED
    return batch_id


def launched(workspace_id: UUID, **fields: Any) -> UUID:
    """A campaign whose jobs are accepted."""
    batch_id = create(workspace_id, launch=True, **fields)
    workshop.advance()
    return batch_id


def completed(workspace_id: UUID, **fields: Any) -> UUID:
    """A campaign that has run."""
    batch_id = launched(workspace_id, **fields)
    run()
    assert workshop.look_again(workspace_id, batch_id).state is BatchState.COMPLETED
    return batch_id


def run(text: Callable[[Claim], bytes] = lambda _: b"A line for you") -> list[Claim]:
    """Run whatever is due, texts as they are given; every job that ran."""
    ran: list[Claim] = []
    while True:
        claimed = [
            each for queue in (QueueName.GENERATION, QueueName.COMPOSITION) for each in workshop.claim(500, queue)
        ]
        if not claimed:
            return ran
        workshop.finish(claimed, text)
        ran += claimed


def model_of(claim: Claim) -> str:
    """The name of the model that a job ran on."""
    return claim.batch_key.partition("@")[0]


def items(batch_id: UUID) -> list[BatchItem]:
    """A campaign's creatives, in order."""
    return workshop.items_of(batch_id)


def input_of(item: BatchItem) -> Mapping[str, Any]:
    """What an item's job was given."""
    with session_scope() as session:
        found = session.scalars(select(Job).where(Job.id == item.job_id)).one()
        return found.input


def texts_of(item: BatchItem) -> dict[str, str]:
    """What a creative says, by layer."""
    return {layer["name"]: layer["text"] for layer in input_of(item)["layers"] if layer["kind"] == "text"}


def send_picture(workspace_id: UUID, name: str = "lamp.png", color: Sequence[int] = (200, 40, 40)) -> UUID:
    """Upload a picture under a name."""
    file = io.BytesIO()
    Image.new("RGB", (32, 32), tuple(color)).save(file, "PNG")
    return send(workspace_id, file.getvalue(), PNG, name).id
