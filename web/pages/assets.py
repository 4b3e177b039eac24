"""Static files under addresses that change with their contents, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import request, url_for

_FOLDER = Path(__file__).parent.parent / "static"
_FOR_EVER = int(timedelta(days=365).total_seconds())


def asset(path: str) -> str:
    """The address of a file below ``static/``, with the hash of its contents."""
    return url_for("static", filename=path, v=_version(path))


def max_age(path: str | None) -> int | None:
    """How long a static file may be kept, in seconds: for ever where the address names its version.

    Style sheets name fonts without one; a font does not change under its name.
    """
    return _FOR_EVER if "v" in request.args or (path or "").startswith("fonts/") else None


@cache
def _version(path: str) -> str:
    return hashlib.sha256((_FOLDER / path).read_bytes()).hexdigest()[:10]
