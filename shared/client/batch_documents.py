"""Batches and what belongs to them as typed values. Each keeps its ``document`` whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.batches.states import ENDED, BatchKind, BatchState, ExportState
from shared.client.documents import Artifact, Document, JobError


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, or a campaign, as it was when the server answered."""

    id: str
    kind: BatchKind
    name: str
    state: BatchState
    rows: int
    bad_rows: int
    items: int
    """What is made of the good rows: jobs, or creatives."""
    counts: Mapping[str, int]
    """Items by state."""
    progress: float
    """From 0 to 1."""
    plan: Mapping[str, Any] | None
    error: JobError | None
    created_at: datetime
    finished_at: datetime | None
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Batch:
        """The batch that ``document`` describes."""
        error, finished_at = document["error"], document["finished_at"]
        return cls(
            id=document["id"],
            kind=BatchKind(document["kind"]),
            name=document["name"],
            state=BatchState(document["state"]),
            rows=document["rows"],
            bad_rows=document["bad_rows"],
            items=document["items"],
            counts=document["counts"],
            progress=document["progress"],
            plan=document["plan"],
            error=JobError(error["code"], error["message"]) if error else None,
            created_at=datetime.fromisoformat(document["created_at"]),
            finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
            document=document,
        )

    @property
    def has_ended(self) -> bool:
        """Whether its state is final. What failed of a completed one can be tried again."""
        return self.state in ENDED

    @property
    def is_planned(self) -> bool:
        """Whether it is known what it comes to, or that it cannot be planned."""
        return self.state is not BatchState.PLANNING

    @property
    def noun(self) -> str:
        """``campaign`` or ``batch``: what people call it."""
        return "campaign" if self.kind is BatchKind.CAMPAIGN else "batch"


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """What is wrong with one cell. ``column`` is empty where it is the whole row, ``row`` is 0 for the table."""

    row: int
    column: str
    code: str
    message: str
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> BatchProblem:
        """The problem that ``document`` describes."""
        return cls(document["row"], document["column"] or "", document["code"], document["message"], document)


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One thing that a batch makes: a row's job, or a creative."""

    id: str
    row: int
    custom_id: str
    template: str | None
    size: str | None
    locale: str | None
    state: str
    review: str
    job_id: str | None
    error: JobError | None
    artifact: Artifact | None
    """Its result, once it has one."""
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> BatchItem:
        """The item that ``document`` describes."""
        error, artifact = document["error"], document["artifact"]
        return cls(
            id=document["id"],
            row=document["row"],
            custom_id=document["custom_id"],
            template=document["template"],
            size=document["size"],
            locale=document["locale"],
            state=document["state"],
            review=document["review"],
            job_id=document["job"],
            error=JobError(error["code"], error["message"]) if error else None,
            artifact=Artifact.from_json(artifact) if artifact else None,
            document=document,
        )


@dataclass(frozen=True, slots=True)
class BatchExport:
    """A copy of a batch's results to somebody's own bucket."""

    id: str
    state: ExportState
    copied: int
    error: str | None
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> BatchExport:
        """The export that ``document`` describes."""
        error = document["error"]
        state, why = ExportState(document["state"]), error["message"] if error else None
        return cls(document["id"], state, document["copied"], why, document)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is copied."""
        return self.state in (ExportState.SUCCEEDED, ExportState.FAILED)
