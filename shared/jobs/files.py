"""The files of jobs' inputs when the jobs are accepted: that they are there, what they are, and whom to wait for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact, Upload
from shared.artifacts.uploads import KEPT_UNUSED, is_kept
from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import FileField, FileReference, file_fields
from shared.catalog.models import Model
from shared.clock import iso
from shared.db import transaction_time
from shared.errors import FieldProblem, InputRefused
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState
from shared.storage.formats import essence, media_types

_REFRESHED_EVERY = KEPT_UNUSED / 30


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the files of an input mean for the job."""

    normalised: dict[str, Any]
    """The input for the fingerprint: a file is its content's hash, or the output of a fingerprint. Without files, the
    input as it is stored."""
    parents: Mapping[UUID, str] = field(default_factory=dict)
    """Jobs that must have succeeded, and whose files must be kept, until this one has ended; each with the path of the
    field that names it, such as ``input.image``. Lock them as those of ``depends_on``: they were only looked at."""


@dataclass(frozen=True, slots=True)
class _Output:
    """A job's output as it is known before the job has run."""

    state: JobState
    count: int
    family: FamilyName
    fingerprint: bytes
    removed: bool


def resolve(session: Session, workspace_id: UUID, job_input: JobInput) -> Resolved:
    """One input. Raises ``InputRefused`` with every file that is not there or not what its field takes."""
    (resolved,) = resolve_all(session, workspace_id, [job_input])
    if isinstance(resolved, InputRefused):
        raise resolved
    return resolved


def resolve_all(session: Session, workspace_id: UUID, job_inputs: Sequence[JobInput]) -> list[Resolved | InputRefused]:
    """Any number of inputs, each resolved or refused. A few statements for all of them; none where there are no files.

    Uploads and artifacts are held until the transaction ends, so that nothing removes them meanwhile.
    """
    fields = [file_fields(job_input) for job_input in job_inputs]
    references = [each.reference for found in fields for each in found.values()]
    looked_up = _Files(session, workspace_id, references)
    return [looked_up.resolve(job_input, found) for job_input, found in zip(job_inputs, fields, strict=True)]


class _Files:
    """Everything that some references name, looked up at once."""

    def __init__(self, session: Session, workspace_id: UUID, references: Sequence[FileReference]) -> None:
        self._uploads = _uploads(session, workspace_id, {each.upload for each in references if each.upload})
        self._artifacts = _artifacts(session, workspace_id, {each.artifact for each in references if each.artifact})
        outputs = {(each.job, each.output or 0) for each in references if each.job}
        self._outputs = _outputs(session, workspace_id, outputs)

    def resolve(self, job_input: JobInput, fields: Mapping[str, FileField]) -> Resolved | InputRefused:
        normalised = job_input.model_dump(mode="json", exclude_none=True)
        problems: list[FieldProblem] = []
        parents: dict[UUID, str] = {}
        for place, file in fields.items():
            path = f"input.{place}"
            problem = self._problem(file)
            if problem is not None:
                problems.append(FieldProblem(path, problem))
                continue
            parent_id, content = self._meaning(file.reference)
            if parent_id is not None:
                parents.setdefault(parent_id, path)
            _put(normalised, place.split("."), content)
        return InputRefused(problems) if problems else Resolved(normalised, parents)

    def _problem(self, file: FileField) -> str | None:
        reference = file.reference
        if reference.upload is not None:
            upload = self._uploads.get(reference.upload)
            if upload is None:
                return f"there is no upload {reference.upload} in this workspace"
            return _wrong_type(file, upload.media_type)
        if reference.artifact is not None:
            artifact = self._artifacts.get(reference.artifact)
            if artifact is None:
                return f"there is no artifact {reference.artifact} in this workspace"
            if artifact.removed_at is not None:
                return f"artifact {artifact.id} is no longer kept since {iso(artifact.removed_at)}"
            return _wrong_type(file, artifact.media_type)
        return self._problem_with_output(file)

    def _problem_with_output(self, file: FileField) -> str | None:
        reference = file.reference
        assert reference.job is not None, "a reference names one thing"
        index = reference.output or 0
        output = self._outputs.get((reference.job, index))
        if output is None:
            return f"there is no job {reference.job} in this workspace"
        if index >= output.count:
            outputs = "one output, 0" if output.count == 1 else f"outputs 0 to {output.count - 1}"
            return f"job {reference.job} yields {outputs}; there is no output {index}"
        if output.state in TERMINAL and output.state is not JobState.SUCCEEDED:
            return f"job {reference.job} has {output.state.value} already"
        if output.removed:
            return f"output {index} of job {reference.job} is no longer kept"
        kind = FAMILIES[output.family].output_kind(index)
        if not set(media_types(kind)) & set(file.accepts.media_types):
            return f"output {index} of job {reference.job} is {kind.value}; this takes {_list(file)}"
        return None

    def _meaning(self, reference: FileReference) -> tuple[UUID | None, dict[str, Any]]:
        """The job that the file comes from, and what counts of it in a fingerprint."""
        if reference.upload is not None:
            return None, {"sha256": self._uploads[reference.upload].sha256.hex()}
        if reference.artifact is not None:
            artifact = self._artifacts[reference.artifact]
            return artifact.job_id, {"sha256": artifact.sha256.hex()}
        assert reference.job is not None, "a reference names one thing"
        index = reference.output or 0
        output = self._outputs[reference.job, index]
        return reference.job, {"fingerprint": output.fingerprint.hex(), "output": index}


def _uploads(session: Session, workspace_id: UUID, ids: Collection[UUID]) -> dict[UUID, Upload]:
    """Those that are kept; being used keeps them for longer."""
    if not ids:
        return {}
    query = select(Upload).where(Upload.id.in_(ids), is_kept(workspace_id)).order_by(Upload.id)
    found = {upload.id: upload for upload in session.scalars(query.with_for_update(read=True))}
    soon = transaction_time(session) + KEPT_UNUSED - _REFRESHED_EVERY
    due = [upload.id for upload in found.values() if upload.expires_at < soon]
    if due:
        # Two who accept jobs on one file at once both hold it: waiting for each other would be a deadlock.
        free = select(Upload.id).where(Upload.id.in_(due)).with_for_update(skip_locked=True)
        session.execute(
            update(Upload).where(Upload.id.in_(free.scalar_subquery())).values(expires_at=func.now() + KEPT_UNUSED),
            execution_options={"synchronize_session": False},
        )
    return found


def _artifacts(session: Session, workspace_id: UUID, ids: Collection[UUID]) -> dict[UUID, Artifact]:
    if not ids:
        return {}
    query = select(Artifact).where(Artifact.id.in_(ids), Artifact.workspace_id == workspace_id).order_by(Artifact.id)
    return {artifact.id: artifact for artifact in session.scalars(query.with_for_update(read=True))}


def _outputs(
    session: Session, workspace_id: UUID, wanted: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], _Output]:
    if not wanted:
        return {}
    removed = select(Artifact.job_id, Artifact.index).where(
        Artifact.job_id.in_({job_id for job_id, _ in wanted}),
        Artifact.workspace_id == workspace_id,
        Artifact.removed_at.is_not(None),
    )
    gone = {(job_id, index) for job_id, index in session.execute(removed)}
    query = (
        select(Job.id, Job.state, Job.output_count, Job.fingerprint, Model.family)
        .join(Model, Model.id == Job.model_id)
        .where(Job.id.in_({job_id for job_id, _ in wanted}), Job.workspace_id == workspace_id)
    )
    jobs = {row.id: row for row in session.execute(query)}
    return {
        (job_id, index): _Output(
            jobs[job_id].state,
            jobs[job_id].output_count,
            jobs[job_id].family,
            jobs[job_id].fingerprint,
            (job_id, index) in gone,
        )
        for job_id, index in wanted
        if job_id in jobs
    }


def _wrong_type(file: FileField, media_type: str) -> str | None:
    return None if file.accepts.takes(media_type) else f"is {essence(media_type)}; this takes {_list(file)}"


def _list(file: FileField) -> str:
    return ", ".join(file.accepts.media_types)


def _put(document: dict[str, Any], place: Sequence[str], content: dict[str, Any]) -> None:
    """Replace what lies at a place in a JSON document."""
    *outer, last = place
    inside: Any = document
    for name in outer:
        inside = inside[int(name)] if isinstance(inside, list) else inside[name]
    inside[int(last) if isinstance(inside, list) else last] = content
