"""What came of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.client import Artifact, Job
from shared.client.errors import Problem
from shared.demo.receiver import Receipt
from shared.demo.scenario import PlannedJob


@dataclass(frozen=True, slots=True)
class Downloaded:
    """An output on this machine. ``same_by_link`` says whether the object store gave the same bytes as the server."""

    artifact: Artifact
    path: Path
    same_by_link: bool


@dataclass(frozen=True, slots=True)
class Accomplished:
    """A planned job, and how it ended."""

    planned: PlannedJob
    job: Job
    outputs: tuple[Downloaded, ...] = ()

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of each output, in order."""
        return tuple(output.artifact.sha256 for output in self.outputs)


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What the receiver got."""

    receipts: tuple[Receipt, ...]
    refused: int
    tampered_accepted: int

    def of(self, job: Job) -> frozenset[tuple[str, str]]:
        """Id and type of each event that was told of a job; one delivered twice counts once."""
        return frozenset((receipt.webhook_id, receipt.type) for receipt in self.receipts if receipt.job_id == job.id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that is promised can be checked on this."""

    images: tuple[Accomplished, ...]
    texts: tuple[Accomplished, ...]
    repeated: Accomplished
    canceled: Accomplished
    refusal: Problem | None
    """Empty when the bad input was not refused."""
    webhooks: Webhooks

    @property
    def accepted(self) -> tuple[Accomplished, ...]:
        """Every job that was accepted."""
        return (*self.images, self.repeated, *self.texts, self.canceled)

    @property
    def is_reproduced(self) -> bool:
        """Whether the repeated input and seed gave the same bytes as the first time."""
        first = next(image for image in self.images if image.planned.input == self.repeated.planned.input)
        return bool(first.hashes) and self.repeated.hashes == first.hashes
