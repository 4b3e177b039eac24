"""Worker processes as the API writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from web.api.schemas.fields import Document, Identifier, Timestamp


class Worker(Document):
    """One living worker process."""

    id: Identifier
    queue: Literal["generation", "composition", "delivery", "batches"] = Field(description="Which work it does.")
    state: Literal["running", "draining"] = Field(description="`draining`: it finishes what it holds and stops.")
    host: str
    process_id: int
    device: str = Field(description="What it computes on.", examples=["cuda:0"])
    model: str | None = Field(description="The model it ran last, which it holds in memory.")
    jobs_done: int = Field(description="Jobs it has finished, or webhooks it has sent, since it started.")
    started_at: Timestamp
    seen_at: Timestamp = Field(description="When it was last heard of.")


class WorkerList(Document):
    """The living workers, by queue."""

    items: list[Worker]
