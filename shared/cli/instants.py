"""An instant as people type it: ``2026-12-24T18:00``, or ``+90m`` for one hour and a half from now."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from shared.cli.errors import BadOption
from shared.clock import utc_now

_FROM_NOW = re.compile(r"\+(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def read_instant(option: str, text: str) -> datetime:
    """The instant, with its zone: this machine's, where the text names none. Raises ``BadOption``."""
    if match := _FROM_NOW.fullmatch(text):
        return utc_now() + timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise BadOption(f"{option} takes an instant such as 2026-12-24T18:00, or +90m, not {text!r}.") from None
