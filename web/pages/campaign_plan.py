"""A campaign's plan, as people read it before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from web.pages import formats


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a plan, with what it means."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """What a campaign comes to."""

    plan: Mapping[str, Any]

    @property
    def sum(self) -> list[tuple[str, str]]:
        """``(number, noun)`` of each factor of the number of creatives."""
        by = self.plan.get("by", {})
        good = int(self.plan.get("rows", 0)) - int(self.plan.get("bad_rows", 0))
        factors = [(good, "good row"), (by.get("templates", 1), "template")]
        factors += [(by.get("sizes", 1), "size"), (by.get("locales", 1), "language")]
        return [(f"{count:,}", noun if count == 1 else f"{noun}s") for count, noun in factors]

    @property
    def creatives(self) -> str:
        """How many are made."""
        return f"{int(self.plan.get('items', 0)):,}"

    @property
    def generations(self) -> list[Figure]:
        """What models make for it: pictures, and texts."""
        found = []
        for kind, label in (("images", "Pictures to generate"), ("copy", "Texts to generate")):
            part = self.plan.get("generations", {}).get(kind) or {}
            distinct, reused = int(part.get("distinct", 0)), int(part.get("reused", 0))
            needed = int(part.get("needed", distinct - reused))
            if distinct:
                note = (
                    f"{distinct:,} different in all; {reused:,} there already" if reused else f"{distinct:,} different"
                )
                found.append(Figure(label, f"{needed:,}", note))
        return found or [Figure("Generations", "0", "No model takes part: all content is in the table")]

    @property
    def estimates(self) -> list[Figure]:
        """What it is likely to take."""
        estimate = self.plan.get("estimate") or {}
        found = []
        for name, label in (("device_seconds", "Time on a device"), ("cpu_seconds", "Time on processors")):
            if estimate.get(name) is not None:
                found.append(Figure(label, _about(float(estimate[name]))))
        if estimate.get("bytes") is not None:
            found.append(Figure("Storage", _bytes(int(estimate["bytes"]))))
        return found

    @property
    def basis(self) -> str:
        """What the estimates rest on."""
        return str((self.plan.get("estimate") or {}).get("basis") or "")


def _about(seconds: float) -> str:
    return "none" if not seconds else f"about {formats.duration(timedelta(seconds=seconds))}"


def _bytes(count: int) -> str:
    if not count:
        return "none"
    return f"about {count / 1e9:.1f} GB" if count >= 1_000_000_000 else f"about {formats.size(count)}"
