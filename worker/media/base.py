"""What a family hands back: media that is encoded later, away from the device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class EncodedMedia:
    """Bytes ready for the store.

    ``facts`` says what a list of results shows without opening the file: ``width`` and ``height`` in pixels,
    ``seconds``, ``characters``.
    """

    body: bytes
    media_type: str
    extension: str
    facts: dict[str, Any] = field(default_factory=dict)


class Media(Protocol):
    """One output of a job, still as the model made it."""

    def encode(self) -> EncodedMedia:
        """The file that is stored. Deterministic: the same media gives the same bytes."""
        ...
