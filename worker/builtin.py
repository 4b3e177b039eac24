"""What the platform itself can do, as models of the catalog: no weights, always in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.catalog.sources import Source, SourceKind
from shared.errors import ModelLoadFailed
from worker.families.base import Device, Family, ModelRef
from worker.load_watch import Tell
from worker.residents import Resident

COMPOSITE_MODEL = "bottega/composite"
BUILTIN_FOLDERS: Mapping[str, Path] = {"composite": Path(__file__).parent / "compositing"}


def register_composite(session: Session, revision: str) -> None:
    """Put the compositor into the catalog, or bring its entry up to date: another revision draws other pixels."""
    repository.register(
        session,
        name=COMPOSITE_MODEL,
        family=FamilyName.COMPOSITE,
        source=str(Source(SourceKind.BUILTIN, "composite")),
        revision=revision,
        title="Composites",
        description="Lays pictures, shapes and exact text over one another. Campaigns make their creatives with it.",
        defaults={},
        limits={},
        licence="Apache-2.0",
    )


class BuiltinModels:
    """The residents of a process that loads no weights."""

    def __init__(
        self,
        families: Mapping[FamilyName, Family[Any, Any]],
        revision: str,
        on_use: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._families = families
        self._revision = revision
        self._on_use = on_use
        self._residents: dict[UUID | None, Resident] = {}

    def get(self, ref: ModelRef, tell: Tell = lambda _loading: None) -> Resident:  # noqa: ARG002 - of the protocol
        """The family, ready. Raises ``ModelLoadFailed`` where the catalog names another revision than this process's.

        A job's fingerprint names the revision: what another one draws would pass for the same picture.
        """
        if ref.revision != self._revision:
            raise ModelLoadFailed(f"This worker is of another version than the catalog's {ref.name}; restart it.")
        resident = self._residents.get(ref.id)
        if resident is None:
            family = self._families[ref.family]
            resident = self._residents[ref.id] = Resident(ref, family, family.load(ref, Device()), 0)
        self._on_use(ref.name)
        return resident

    def loaded(self) -> Sequence[UUID]:
        """The catalog's ids of what has been used."""
        return [model_id for model_id in self._residents if model_id is not None]

    def longest_load_seconds(self) -> float:
        """Nothing takes long."""
        return 0.0
