"""Where processes leave their metrics for one scrape: files of one folder, one set a process.

A worker has children that come and go, and none of them owns a port. prometheus_client's multiprocess mode lets
each count in files that it maps into memory; whoever answers a scrape adds them up.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

# Read by prometheus_client when it is imported: nothing that counts may be imported before it is set.
ENVIRONMENT_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def use_folder(chosen: Path | None) -> Path | None:
    """Let this process and its children count in ``chosen``, or else in a temporary folder of their own.

    Returns the temporary folder, which is the caller's to remove when all of them have ended.
    """
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        os.environ[ENVIRONMENT_VARIABLE] = str(chosen)
        return None
    made = Path(tempfile.mkdtemp(prefix="bottega-metrics-"))
    os.environ[ENVIRONMENT_VARIABLE] = str(made)
    return made


def remove_folder(made: Path | None) -> None:
    """Remove what ``use_folder`` made, if it made one."""
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)
