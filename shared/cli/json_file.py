"""A JSON object from a file that the command line names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from shared.cli.errors import BadOption


def read_object(what: str, file: Path) -> dict[str, Any]:
    """The object in ``file``; ``-`` is standard input. Raises ``BadOption`` that calls it ``what``."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadOption(f"{what}: {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadOption(f"{what}: {file} is not UTF-8 text.") from None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadOption(f"{what}: {file} is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise BadOption(f"{what}: {file} does not hold a JSON object.")
    return value
