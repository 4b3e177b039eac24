"""A campaign as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.batches import repository
from shared.batches.document import ENDED_STATES, ITEM_STATES, batch_document
from shared.batches.models import Batch
from shared.batches.states import ENDED, BatchKind, BatchState
from shared.errors import NotFound
from web.auth import current_principal
from web.pages import formats

_BAR = 1000
_TITLES = {
    BatchState.PLANNING: "Reading the table",
    BatchState.PLANNED: "Ready to launch",
    BatchState.LAUNCHING: "Handing out the work",
    BatchState.RUNNING: "Being made",
    BatchState.PAUSED: "Paused",
    BatchState.COMPLETED: "Finished",
    BatchState.CANCELED: "Called off",
    BatchState.FAILED: "It could not go on",
}


@dataclass(frozen=True, slots=True)
class BarPart:
    """A stretch of the bar that shows how far a campaign is."""

    state: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign, and some of what it made."""

    batch: Batch
    pictures: Sequence[Artifact] = field(default=())

    @property
    def id(self) -> UUID:
        """The batch's."""
        return self.batch.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.batch.name

    @property
    def state(self) -> BatchState:
        """Where it is in its life."""
        return self.batch.state

    @property
    def title(self) -> str:
        """Its state in words."""
        return _TITLES[self.state]

    @property
    def is_live(self) -> bool:
        """Whether the page must be looked at again: something happens by itself."""
        return self.state in (BatchState.PLANNING, BatchState.LAUNCHING, BatchState.RUNNING, BatchState.PAUSED) or (
            self.state is BatchState.CANCELED and bool(self.counts["running"])
        )

    @property
    def is_launched(self) -> bool:
        """Whether anything of it was begun."""
        return self.batch.launched_at is not None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in ENDED

    @property
    def counts(self) -> Mapping[str, int]:
        """Creatives by state; those of rows that wait to be handed out are waiting."""
        counts = dict(batch_document(self.batch)["counts"])
        if self.is_launched and not self.has_ended:
            counts["waiting"] += max(0, self.batch.items - sum(counts.values()))
        return counts

    @property
    def done(self) -> int:
        """Creatives that have ended, well or not."""
        return sum(self.counts[state] for state in ENDED_STATES)

    @property
    def percent(self) -> int:
        """How much has ended, in whole per cent; 100 only when all has."""
        return self.done * 100 // self.batch.items if self.batch.items else 0

    @property
    def bar(self) -> list[BarPart]:
        """The stretches of its bar: what is done, failed, called off, running."""
        counts, total, start, parts = self.counts, self.batch.items or 1, 0.0, []
        for state in ("succeeded", "failed", "canceled", "running"):
            width = _BAR * counts[state] / total
            parts.append(BarPart(state, round(start, 2), round(width, 2)))
            start += width
        return parts

    @property
    def states(self) -> list[tuple[str, int]]:
        """``(state, creatives)`` of every state that there is something in."""
        return [(state, self.counts[state]) for state in ITEM_STATES if self.counts[state]]

    @property
    def spec(self) -> Mapping[str, Any]:
        """What was asked for."""
        return self.batch.spec

    @property
    def template_titles(self) -> dict[str, str]:
        """What its templates are called, by name."""
        return {each["name"]: each["layout"].get("title", each["name"]) for each in self.spec.get("templates", ())}

    @property
    def took(self) -> timedelta | None:
        """From its launch to its end."""
        begun, ended = self.batch.launched_at, self.batch.finished_at
        return ended - begun if begun is not None and ended is not None else None

    @property
    def can_pause(self) -> bool:
        """Whether something of it can still be held up."""
        return self.state in (BatchState.LAUNCHING, BatchState.RUNNING)

    @property
    def can_retry(self) -> bool:
        """Whether something failed that can be tried again."""
        tried = self.state in (BatchState.COMPLETED, BatchState.RUNNING, BatchState.PAUSED)
        return tried and bool(self.counts["failed"] or self.counts["canceled"])

    @property
    def facts(self) -> str:
        """``24 rows · 2 templates · 4 sizes · 4 languages``, in the list."""
        parts = [_counted(self.batch.rows, "row")] if self.batch.rows else []
        for name, noun in (("templates", "template"), ("sizes", "size"), ("locales", "language")):
            if name in self.spec:
                parts.append(_counted(len(self.spec[name]), noun))
        if self.took is not None:
            parts.append(f"made in {formats.duration(self.took)}")
        return " · ".join(parts)


def batch_id_of(text: str) -> UUID:
    """A campaign's id from an address. Raises ``NotFound``."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such campaign in this workspace.") from None


def cursor_of(text: str) -> UUID | None:
    """What a page of a list begins behind, from an address; nothing where it names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None


def find_campaign(session: Session, batch_id: UUID) -> Batch:
    """A campaign of the caller's workspace. Raises ``NotFound``, also for a batch of another kind."""
    batch = repository.get_batch(session, current_principal().workspace_id, batch_id)
    if batch.kind is not BatchKind.CAMPAIGN:
        raise NotFound("There is no such campaign in this workspace.")
    return batch


def with_pictures(session: Session, batch: Batch, count: int, kinds: int = 1) -> CampaignView:
    """A campaign with some of what it made: of different rows, in up to so many kinds of creatives."""
    if batch.launched_at is None:
        return CampaignView(batch)
    names = [each["name"] for each in batch.spec["templates"]]
    sizes, locales = batch.spec["sizes"], batch.spec["locales"]
    found: list[Artifact] = []
    for number in range(min(kinds, max(len(names), len(sizes)))):
        wanted = repository.ItemFilter(
            state="succeeded",
            template=names[number % len(names)],
            size=sizes[number % len(sizes)],
            locale=locales[number % len(locales)],
        )
        made = repository.items(session, batch.id, wanted, limit=count // kinds)
        found += [each.artifact for each in made if each.artifact is not None]
    return CampaignView(batch, found)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
