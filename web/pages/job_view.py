"""A job as the pages show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog import repository as catalog
from shared.catalog.families import FAMILIES
from shared.catalog.models import Model
from shared.catalog.reference_text import is_reference, write_reference
from shared.clock import utc_now
from shared.jobs import repository
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState, Priority
from shared.storage.formats import FileKind
from web.pages import composite_view
from web.pages.form_fields import PROMPT, SEED, label_of
from web.pages.kept_files import KeptFile, named_files
from web.pages.results import Result, is_read, kind_made_by, results_of

_TITLE_CHARACTERS = 140
_WRITTEN = (PROMPT, "text")
"""The fields that say in words what to make."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job with its model and what it made."""

    job: Job
    model: Model
    artifacts: Sequence[Artifact]
    files: Mapping[str, KeptFile]
    """What its input's files are, by reference."""

    @property
    def title(self) -> str:
        """The prompt, cut to a line or two; without one, what it was made of, or how it was to be."""
        words = " ".join((self.prompt or self._subject).split())
        return words if len(words) <= _TITLE_CHARACTERS else f"{words[:_TITLE_CHARACTERS].rstrip()}…"

    @property
    def prompt(self) -> str:
        """What was asked for, in words."""
        return next((str(self.job.input[name]) for name in _WRITTEN if self.job.input.get(name)), "")

    @property
    def prompt_read(self) -> str:
        """The prompt with the texts of other jobs in it, as the model got it; nothing where it is what was asked."""
        found = next((str(each.facts["prompt"]) for each in self.artifacts if "prompt" in each.facts), "")
        return found if found != self.prompt else ""

    @property
    def _subject(self) -> str:
        if self.is_composite:
            return composite_view.title_of(self.job.input)
        names = [file.name for _, file in self.input_files]
        choices = [value for _, _, value in self.parameters if isinstance(value, str)]
        return ", ".join(names or choices) or self.model.title

    @property
    def is_composite(self) -> bool:
        """Whether it lays layers over one another: a program wrote its input, and no form shows it."""
        return composite_view.is_scene(self.job.input)

    @property
    def reason(self) -> str:
        """Why it failed, for people."""
        message = self.job.error_message or ""
        return composite_view.reason(message, self.job.input) if self.is_composite else message

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
    def makes(self) -> FileKind:
        """What its results are."""
        return kind_made_by(self.model.family)

    @property
    def results(self) -> list[Result]:
        """What it made, as far as it is kept."""
        return results_of(self.model.family, self.artifacts)

    @property
    def texts(self) -> list[Artifact]:
        """Outputs that are read."""
        return [artifact for artifact in self.artifacts if artifact.removed_at is None and is_read(artifact)]

    @property
    def removed(self) -> list[Artifact]:
        """Outputs that the workspace no longer keeps."""
        return [artifact for artifact in self.artifacts if artifact.removed_at is not None]

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
        if self.is_composite:
            return composite_view.parameters_of(self.job.input)
        order = [*FAMILIES[self.model.family].input_type.model_fields]
        fixed = {name for name, bounds in self.model.limits.items() if len(bounds.get("one_of", ())) == 1}
        shown = [
            (name, value)
            for name, value in _leaves(self.job.input)
            if name not in {*_WRITTEN, *fixed} and value not in ("", []) and not _references(value)
        ]
        places = {name: order.index(name.partition(".")[0]) for name, _ in shown if name.partition(".")[0] in order}
        shown.sort(key=lambda each: (each[0] == SEED, places.get(each[0], len(order))))
        return [(name, label_of(name), value) for name, value in shown]

    @property
    def input_files(self) -> list[tuple[str, KeptFile]]:
        """``(label, file)`` for each file that it reads."""
        named = [(label, write_reference(value)) for label, value in _named_files(self.job.input)]
        return [(label, self.files[reference]) for label, reference in named if reference in self.files]

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height in pixels of the pictures it is to make."""
        if self.is_composite:
            return composite_view.size_of(self.job.input)
        return int(self.job.input.get("width") or 1), int(self.job.input.get("height") or 1)


def view_of(session: Session, job: Job) -> JobView:
    """One job's view."""
    return views_of(session, [job])[0]


def views_of(session: Session, jobs: Sequence[Job]) -> list[JobView]:
    """Views of a page of jobs, in their order: two queries, and one a model."""
    artifacts = repository.artifacts_of(session, [job.id for job in jobs])
    models = {model_id: _model(session, model_id) for model_id in {job.model_id for job in jobs}}
    files = _files_of(session, jobs)
    return [JobView(job, models[job.model_id], artifacts.get(job.id, ()), files) for job in jobs]


def _files_of(session: Session, jobs: Sequence[Job]) -> dict[str, KeptFile]:
    """The files that these jobs read, by reference. They are of one workspace."""
    wanted = {write_reference(value) for job in jobs for _, value in _named_files(job.input)}
    found = named_files(session, jobs[0].workspace_id, sorted(wanted)) if wanted else []
    return {file.reference: file for file in found}


def _named_files(job_input: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``(label, file reference)`` of every file that an input names."""
    if composite_view.is_scene(job_input):
        yield from composite_view.pictures_of(job_input)
        return
    for name, value in _leaves(job_input):
        for each in value if isinstance(value, list) else [value]:
            if is_reference(each):
                yield label_of(name), each


def _leaves(job_input: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of an input by their dotted names."""
    for name, value in job_input.items():
        if isinstance(value, Mapping) and not is_reference(value):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _references(value: Any) -> list[str]:
    """The files that a value names."""
    values = value if isinstance(value, list) else [value]
    return [write_reference(each) for each in values if is_reference(each)]


def _model(session: Session, model_id: UUID) -> Model:
    model = catalog.by_id(session, model_id)
    assert model is not None, "a job's model cannot be deleted"
    return model
