"""How times, durations and sizes are written for people."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from shared.clock import iso, utc_now

_JUST_NOW = timedelta(seconds=5)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """``12 s ago``, ``3 min ago``, ``5 h ago``, ``2 d ago``, and after a week the date."""
    passed = (now or utc_now()) - moment
    if passed < _JUST_NOW:
        return "just now"
    if passed < timedelta(minutes=1):
        return f"{int(passed.total_seconds())} s ago"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} h ago"
    if passed < timedelta(days=7):
        return f"{passed.days} d ago"
    return f"{moment.day} {moment:%b %Y}"


def duration(length: timedelta) -> str:
    """``85 ms``, ``1.8 s``, ``42 s``, ``3 min 5 s``, ``2 h 10 min``."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(count: int) -> str:
    """Bytes as ``812 B``, ``24 kB``, ``3.1 MB``."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def full_time(moment: datetime) -> str:
    """``23 November 2026, 19:06:41 UTC``."""
    return f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"


def prose(text: str) -> Markup:
    """Plain text with ``backticks`` as HTML: paragraphs and code."""
    paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
    marked = (re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(part))) for part in paragraphs if part)
    return Markup("".join(f"<p>{part}</p>" for part in marked))  # noqa: S704 - every part is escaped


def inline(text: str) -> Markup:
    """Plain text with ``backticks`` as HTML within a paragraph."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - it is escaped


def upper_first(text: str) -> str:
    """A sentence's beginning."""
    return text[:1].upper() + text[1:]


def rfc3339(moment: datetime) -> str:
    """As the API writes it."""
    return iso(moment) or ""
