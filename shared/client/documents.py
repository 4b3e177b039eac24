"""The API's JSON documents as typed values. Each keeps its ``document`` whole, for whoever wants to print it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.jobs.states import TERMINAL, JobState

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One output of a job. ``size`` in bytes, ``sha256`` in hexadecimal."""

    id: str
    index: int
    media_type: str
    size: int
    sha256: str
    facts: Mapping[str, Any]
    download_url: str | None
    """A presigned link, in the answer to ``Client.artifact`` only; it lasts some minutes."""
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Artifact:
        """The artifact that ``document`` describes."""
        return cls(
            id=document["id"],
            index=document["index"],
            media_type=document["media_type"],
            size=document["size"],
            sha256=document["sha256"],
            facts=document["facts"],
            download_url=document.get("download_url"),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when the server answered."""

    id: str
    model: str
    state: JobState
    priority: str
    labels: Mapping[str, Any]
    run_after: datetime
    expires_at: datetime | None
    reused_from: str | None
    """The equal job whose outputs it has taken over, or waits for."""
    attempts: int
    error: JobError | None
    input: Mapping[str, Any]
    artifacts: tuple[Artifact, ...]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    web_url: str
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Job:
        """The job that ``document`` describes. A job in a list carries no input."""
        error = document["error"]
        return cls(
            id=document["id"],
            model=document["model"],
            state=JobState(document["state"]),
            priority=document["priority"],
            labels=document["labels"],
            run_after=datetime.fromisoformat(document["run_after"]),
            expires_at=_moment(document["expires_at"]),
            reused_from=document["reused_from"],
            attempts=document["attempts"],
            error=JobError(error["code"], error["message"]) if error else None,
            input=document.get("input", {}),
            artifacts=tuple(map(Artifact.from_json, document["artifacts"])),
            created_at=datetime.fromisoformat(document["created_at"]),
            started_at=_moment(document["started_at"]),
            finished_at=_moment(document["finished_at"]),
            web_url=document["urls"]["web"],
            document=document,
        )

    @property
    def has_ended(self) -> bool:
        """Whether its state is final."""
        return self.state in TERMINAL

    @property
    def seconds(self) -> float | None:
        """From acceptance to the end."""
        return (self.finished_at - self.created_at).total_seconds() if self.finished_at else None

    @property
    def running_seconds(self) -> float | None:
        """From the last start to the end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A job that was accepted among others."""

    id: str
    state: JobState
    reused_from: str | None
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Receipt:
        """The receipt that ``document`` is."""
        return cls(document["id"], JobState(document["state"]), document["reused_from"], document)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a job."""

    type: str
    created_at: datetime
    data: Mapping[str, Any]
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> TimelineEntry:
        """The entry that ``document`` describes."""
        moment = datetime.fromisoformat(document["created_at"])
        return cls(document["type"], moment, document.get("data", {}), document)


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalog. ``input_schema`` is the JSON schema of a job's input, when one model was asked for."""

    name: str
    family: str
    title: str
    description: str
    input_schema: Mapping[str, Any]
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Model:
        """The model that ``document`` describes."""
        return cls(
            name=document["name"],
            family=document["family"],
            title=document["title"],
            description=document["description"],
            input_schema=document.get("input_schema", {}),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class Worker:
    """A living worker process."""

    id: str
    queue: str
    state: str
    host: str
    process_id: int
    device: str
    model: str | None
    jobs_done: int
    started_at: datetime
    seen_at: datetime
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Worker:
        """The worker that ``document`` describes."""
        return cls(
            id=document["id"],
            queue=document["queue"],
            state=document["state"],
            host=document["host"],
            process_id=document["process_id"],
            device=document["device"],
            model=document["model"],
            jobs_done=document["jobs_done"],
            started_at=datetime.fromisoformat(document["started_at"]),
            seen_at=datetime.fromisoformat(document["seen_at"]),
            document=document,
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
