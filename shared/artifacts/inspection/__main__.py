"""Look into one file of a stranger: ``python -m shared.artifacts.inspection FD [KIND]`` with it as standard input.

A process of its own, with little memory and little time: whatever a file does to a decoder, it does it here. What is
found goes to standard output as JSON; a picture or a spreadsheet, written anew, goes to the descriptor FD.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys

from shared.artifacts.inspection.refusal import Refused
from shared.artifacts.inspection.verdict import verdict
from shared.storage.formats import FileKind

_MEMORY_BYTES = 1_500_000_000
_CPU_SECONDS = 60
_FILE_BYTES = 600_000_000


def main() -> None:
    """Say what was found, or why the file is refused."""
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
    ):
        # macOS knows no limit of address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    with os.fdopen(0, "rb") as source, os.fdopen(int(sys.argv[1]), "r+b") as target:
        try:
            found = verdict(source, target, FileKind(sys.argv[2]) if len(sys.argv) > 2 else None)
        except Refused as refusal:
            found = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
