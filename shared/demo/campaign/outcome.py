"""What came of the sample campaign."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.client import Batch, BatchItem


@dataclass(frozen=True, slots=True)
class Creative:
    """One finished file, and what it shows."""

    custom_id: str
    template: str
    size: str
    locale: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Pass:
    """The campaign, made once."""

    planned: Batch
    ended: Batch
    items: tuple[BatchItem, ...]
    seconds: float
    """From the launch to the end."""

    @property
    def plan(self) -> Mapping[str, Any]:
        """What was to be made, before anything was spent."""
        return self.planned.plan or {}

    @property
    def hashes(self) -> dict[tuple[str, ...], str]:
        """The SHA-256 of each creative's file, by what it shows."""
        return {place_of(item): item.artifact.sha256 for item in self.items if item.artifact is not None}


@dataclass(frozen=True, slots=True)
class CampaignOutcome:
    """Everything that is promised of campaigns can be checked on this."""

    request: Mapping[str, Any]
    products: int
    first: Pass
    again: Pass
    """The same table, sent once more."""
    made_again: int
    """Jobs of the second pass that were run rather than answered from the first."""
    zip_path: Path

    @property
    def expected(self) -> int:
        """How many creatives there are to be."""
        counts = (len(self.request[dimension]) for dimension in ("templates", "sizes", "locales"))
        product = self.products
        for count in counts:
            product *= count
        return product

    def creatives(self) -> Iterator[Creative]:
        """Those in the ZIP, in the order of the table."""
        with zipfile.ZipFile(self.zip_path) as archive:
            names = {hashlib.sha256(archive.read(name)).hexdigest(): name for name in archive.namelist()}
            for item in self.first.items:
                name = names.get(item.artifact.sha256) if item.artifact is not None else None
                if name is not None:
                    yield Creative(*place_of(item), archive.read(name))


def place_of(item: BatchItem) -> tuple[str, str, str, str]:
    """What a creative shows: row, template, size, locale."""
    return item.custom_id, item.template or "", item.size or "", item.locale or ""


def files_in(zip_path: Path, endings: Sequence[str]) -> int:
    """How many files of a ZIP end so."""
    with zipfile.ZipFile(zip_path) as archive:
        return sum(name.lower().endswith(tuple(endings)) for name in archive.namelist())
