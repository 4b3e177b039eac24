"""A job as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog import repository as catalog
from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.models import Model
from shared.clock import utc_now
from shared.jobs import repository
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState, Priority
from web.pages.form_fields import PROMPT, SEED, label_of

_TITLE_CHARACTERS = 140


@dataclass(frozen=True, slots=True)
class JobView:
    """One job with its model and what it made."""

    job: Job
    model: Model
    artifacts: Sequence[Artifact]

    @property
    def title(self) -> str:
        """The prompt, cut to a line or two."""
        prompt = " ".join(self.prompt.split())
        return prompt if len(prompt) <= _TITLE_CHARACTERS else f"{prompt[:_TITLE_CHARACTERS].rstrip()}…"

    @property
    def prompt(self) -> str:
        """What was asked for."""
        return str(self.job.input.get(PROMPT, ""))

    @property
    def is_live(self) -> bool:
        """Whether anything can still happen to it."""
        return self.job.state not in TERMINAL

    @property
    def has_begun(self) -> bool:
        """Whether a worker has it, or had it to the end."""
        return self.job.state not in (JobState.WAITING, JobState.QUEUED)

    @property
    def begins_later(self) -> bool:
        """Whether its time is still to come: it is scheduled, or pauses after a failed attempt."""
        return self.job.state is JobState.QUEUED and self.job.run_after > utc_now()

    @property
    def priority(self) -> str:
        """Its class as the API writes it."""
        return Priority(self.job.priority).name.lower()

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun, or is to begin again."""
        return self.job.state in (JobState.WAITING, JobState.QUEUED)

    @property
    def can_cancel(self) -> bool:
        """Whether calling it off would change anything."""
        return self.is_live and self.job.cancel_requested_at is None

    @property
    def can_retry(self) -> bool:
        """Whether it ended without a result."""
        return self.job.state in (JobState.FAILED, JobState.CANCELED)

    @property
    def makes_pictures(self) -> bool:
        """Whether its outputs are looked at rather than read."""
        return self.model.family is FamilyName.TEXT_TO_IMAGE

    @property
    def pictures(self) -> list[Artifact]:
        """Outputs that are pictures."""
        return [artifact for artifact in self._kept if artifact.media_type.startswith("image/")]

    @property
    def texts(self) -> list[Artifact]:
        """Outputs that are texts."""
        return [artifact for artifact in self._kept if artifact.media_type.startswith("text/")]

    @property
    def removed(self) -> list[Artifact]:
        """Outputs that the workspace no longer keeps."""
        return [artifact for artifact in self.artifacts if artifact.removed_at is not None]

    @property
    def _kept(self) -> list[Artifact]:
        return [artifact for artifact in self.artifacts if artifact.removed_at is None]

    @property
    def family_title(self) -> str:
        """The kind of model, for people."""
        return FAMILIES[self.model.family].title

    @property
    def seed(self) -> int | None:
        """What its randomness was drawn from."""
        seed = self.job.input.get(SEED)
        return seed if isinstance(seed, int) else None

    @property
    def waited(self) -> timedelta:
        """From acceptance to the last start, or until now."""
        return (self.job.started_at or self.job.finished_at or utc_now()) - self.job.created_at

    @property
    def ran(self) -> timedelta | None:
        """From the last start to the end."""
        if self.job.started_at is None or self.job.finished_at is None:
            return None
        return self.job.finished_at - self.job.started_at

    @property
    def parameters(self) -> list[tuple[str, str, Any]]:
        """``(name, label, value)`` as the job runs with it, in the model's order.

        Without the prompt, which stands above, and without what the model leaves no choice in.
        """
        order = [*FAMILIES[self.model.family].input_type.model_fields]
        fixed = {name for name, bounds in self.model.limits.items() if len(bounds.get("one_of", ())) == 1}
        shown = [
            name for name, value in self.job.input.items() if name not in {PROMPT, *fixed} and value not in ("", [])
        ]
        shown.sort(key=lambda name: (name == SEED, order.index(name) if name in order else len(order)))
        return [(name, label_of(name), self.job.input[name]) for name in shown]

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height in pixels of the pictures it makes, or made."""
        facts: Mapping[str, Any] = self.pictures[0].facts if self.pictures else self.job.input
        return int(facts.get("width") or 1), int(facts.get("height") or 1)


def view_of(session: Session, job: Job) -> JobView:
    """One job's view."""
    return views_of(session, [job])[0]


def views_of(session: Session, jobs: Sequence[Job]) -> list[JobView]:
    """Views of a page of jobs, in their order: two queries, and one a model."""
    artifacts = repository.artifacts_of(session, [job.id for job in jobs])
    models = {model_id: _model(session, model_id) for model_id in {job.model_id for job in jobs}}
    return [JobView(job, models[job.model_id], artifacts.get(job.id, ())) for job in jobs]


def _model(session: Session, model_id: UUID) -> Model:
    model = catalog.by_id(session, model_id)
    assert model is not None, "a job's model cannot be deleted"
    return model
