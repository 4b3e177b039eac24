"""What results are called in a ZIP or a bucket: by a pattern, safe everywhere, each once.

Names are unique by their making, so that nobody has to remember them all. The rows of a ``custom_id`` that comes twice,
or that looks like another one once it is made safe, carry their number behind ``~``, which no safe name has in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from string import Formatter

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.batches.models import Batch, BatchItem
from shared.batches.states import BatchKind
from shared.errors import InputRefused

FIELDS = ("custom_id", "row", "template", "size", "locale", "job", "ext")
DEFAULT_PATTERNS = {
    BatchKind.JOBS: "{custom_id}.{ext}",
    BatchKind.CAMPAIGN: "{custom_id}_{template}_{size}_{locale}.{ext}",
}
_PARTS = {"templates": "template", "sizes": "size", "locales": "locale"}
_LONGEST_PATTERN = 200
_LONGEST_PART = 80
_UNSAFE = re.compile(r"[^\w.-]+|\.{2,}")
# Coarser than what a name keeps: what differs here differs in every name.
_ALIKE = text(
    """
SELECT alike FROM (SELECT DISTINCT row, left(lower(regexp_replace(custom_id, '[^A-Za-z0-9]+', '-', 'g')), 60) AS alike
                     FROM batch_items WHERE batch_id = :batch_id) AS rows
 GROUP BY alike HAVING count(*) > 1
"""
)
_COARSE = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_COARSE = 60


def safe(value: str) -> str:
    """A part of a name that no path, header or shell trips over; letters of every script stay."""
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", value)).strip("-. ")
    return plain[:_LONGEST_PART].rstrip("-. ")


def check_pattern(pattern: str, batch: Batch) -> None:
    """Raises ``InputRefused`` on ``pattern`` where it cannot be read, or would give several files one name."""
    if len(pattern) > _LONGEST_PATTERN:
        raise InputRefused.of("pattern", f"has more than {_LONGEST_PATTERN} characters")
    try:
        used = {name for _, name, form, how in Formatter().parse(pattern) if name is not None and not (form or how)}
        pattern.format(**dict.fromkeys(FIELDS, "x"))
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise InputRefused.of("pattern", f"may hold {known} and nothing else in braces") from error
    by: Mapping[str, int] = (batch.plan or {}).get("by", {})
    missing = [part for counted, part in _PARTS.items() if by.get(counted, 0) > 1 and part not in used]
    if "job" not in used and not used & {"custom_id", "row"}:
        missing.insert(0, "custom_id")
    if "job" not in used and missing:
        raise InputRefused.of("pattern", f"would give several files one name: put {{{missing[0]}}} into it")
    if "ext" not in used:
        raise InputRefused.of("pattern", "must end in .{ext}")
    if any(part in ("", ".", "..") for part in pattern.split("/")):
        raise InputRefused.of("pattern", "has an empty part, or one of dots, between its slashes")


class FileNames:
    """Names the results of one batch."""

    def __init__(self, session: Session, batch: Batch, pattern: str | None = None) -> None:
        """``pattern`` has been through ``check_pattern``; left out, the usual one."""
        self._pattern = pattern or DEFAULT_PATTERNS[batch.kind]
        self._alike = frozenset(session.scalars(_ALIKE, {"batch_id": batch.id}))
        self._parts = {
            column.key: _distinct(session.scalars(select(column).where(BatchItem.batch_id == batch.id).distinct()))
            for column in (BatchItem.template, BatchItem.size, BatchItem.locale)
        }

    def name(self, item: BatchItem, artifact: Artifact, outputs: int) -> str:
        """What one output of an item is called. ``outputs``: how many files its job made."""
        extension = artifact.object_key.rsplit(".", 1)[-1]
        values = {
            "custom_id": self._custom_id(item),
            "row": str(item.row),
            "template": self._parts["template"].get(item.template, ""),
            "size": self._parts["size"].get(item.size, ""),
            "locale": self._parts["locale"].get(item.locale, ""),
            "job": str(item.job_id or ""),
            "ext": extension,
        }
        name = self._pattern.format(**values)
        if outputs == 1:
            return name
        stem = name.removesuffix(f".{extension}")
        return f"{stem}~{artifact.index + 1}.{extension}"

    def _custom_id(self, item: BatchItem) -> str:
        name = safe(item.custom_id)
        coarse = _COARSE.sub("-", item.custom_id)[:_LONGEST_COARSE].lower()
        if not name or coarse in self._alike or len(item.custom_id) > _LONGEST_COARSE:
            return f"{name[:_LONGEST_COARSE]}~{item.row}"
        return name


def _distinct(values: Iterable[str | None]) -> Mapping[str | None, str]:
    """A safe name of each value, with a number where two would be alike."""
    found = sorted(value for value in values if value is not None)
    names: dict[str | None, str] = {value: safe(value) for value in found}
    counted = Counter(name.lower() for name in names.values())
    return {
        value: f"{name}~{place}" if counted[name.lower()] > 1 or not name else name
        for place, (value, name) in enumerate(names.items(), start=1)
    }
