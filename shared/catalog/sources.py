"""Where a model's weights come from, and where they lie on a machine.

``starter:<name>``: with the project. ``builtin:<name>``: nowhere, it has none. ``file:<folder>``: a folder of the
machine. ``hub:<owner>/<name>``: a model hub, at the commit that the revision names. ``s3:<bucket>/<prefix>``: a bucket
of the platform's object store. The last two are pulled into the models folder before they are used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from shared.config import Settings
from shared.errors import InputRefused

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_BUCKET_AND_PREFIX = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[\w.-]+(/[\w.-]+)*")
COMMIT = re.compile(r"[0-9a-f]{40}")


class SourceKind(StrEnum):
    """How weights get to a machine."""

    STARTER = "starter"
    BUILTIN = "builtin"
    """No weights: a part of the platform itself."""
    FILE = "file"
    HUB = "hub"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class Source:
    """A place of weights."""

    kind: SourceKind
    place: str

    @property
    def is_pulled(self) -> bool:
        """Whether its weights are copied into the models folder first."""
        return self.kind in (SourceKind.HUB, SourceKind.S3)

    def folder(self, revision: str, models: Path) -> Path:
        """Where the weights lie: under ``models`` when they are pulled. Starter models are the workers' own."""
        if self.kind is SourceKind.FILE:
            return Path(self.place)
        if not self.is_pulled or not revision:
            raise LookupError(f"{self} has no folder that could be named")
        return self.pulled_folders(models) / weights_revision(revision)

    def pulled_folders(self, models: Path) -> Path:
        """What holds every pulled revision of it."""
        return models / self.kind.value / self.place.replace("/", "--")

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.place}"


def parse_source(text: str) -> Source:
    """A source as it is written. Raises ``InputRefused`` on ``source``."""
    scheme, _, place = text.partition(":")
    place = place.strip()
    if scheme == SourceKind.FILE and Path(place).is_absolute():
        return Source(SourceKind.FILE, place)
    if scheme == SourceKind.HUB and _HUB_ID.fullmatch(place):
        return Source(SourceKind.HUB, place)
    if scheme == SourceKind.S3 and _BUCKET_AND_PREFIX.fullmatch(place.rstrip("/")) and ".." not in place:
        return Source(SourceKind.S3, place.rstrip("/"))
    if scheme in (SourceKind.STARTER, SourceKind.BUILTIN) and re.fullmatch(r"[a-z0-9-]+", place):
        return Source(SourceKind(scheme), place)
    raise InputRefused.of(
        "source", f"is file:<absolute folder>, hub:<owner>/<name> or s3:<bucket>/<prefix>, not {text[:200]!r}"
    )


def models_folder(settings: Settings) -> Path:
    """Where pulled models lie on this machine."""
    return (settings.models_dir or settings.home / "models").expanduser().absolute()


def weights_revision(revision: str) -> str:
    """The part of a model's revision that says which weights: without the options that change what comes out."""
    return revision.partition("+")[0]
