"""How a process without a port tells its supervisor that it is ready: a file."""

from __future__ import annotations

import os
from pathlib import Path

ENVIRONMENT_VARIABLE = "BOTTEGA_READY_FILE"


def announce_ready() -> None:
    """Make the file that the supervisor named, if it named one."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        Path(named).touch()
