"""Counts of several processes, added up from the folder they share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from shared.metrics.folder import ENVIRONMENT_VARIABLE

_COUNT = """
import os
from pathlib import Path
from shared.metrics.folder import use_folder
use_folder(Path({folder!r}))
import worker.metrics as metrics
metrics.UPLOAD_BYTES.inc({count})
metrics.STEP_SECONDS.labels("m").observe(0.003)
{then}
"""
_SCRAPE = """
from pathlib import Path
from shared.metrics.folder import use_folder
use_folder(Path({folder!r}))
from shared.metrics.exposition import exposition
print(exposition("")[0].decode())
"""


def run(program: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != ENVIRONMENT_VARIABLE}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done.stdout


def samples(folder: Path) -> dict[str, float]:
    families = text_string_to_metric_families(run(_SCRAPE.format(folder=str(folder))))
    return {sample.name: sample.value for family in families for sample in family.samples if "le" not in sample.labels}


def test_what_two_processes_counted_is_added_up_though_one_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "not there yet"
    run(_COUNT.format(folder=str(folder), count=5, then=""))
    run(_COUNT.format(folder=str(folder), count=7, then="os.kill(os.getpid(), 9)"))

    found = samples(folder)

    assert found["bottega_upload_bytes_total"] == 12
    assert found["bottega_step_seconds_count"] == 2


def test_a_forked_child_counts_for_itself(tmp_path: Path) -> None:
    then = "pid = os.fork()\nmetrics.UPLOAD_BYTES.inc(1 if pid else 10)\nif pid: os.waitpid(pid, 0)"
    run(_COUNT.format(folder=str(tmp_path), count=100, then=then))
    assert samples(tmp_path)["bottega_upload_bytes_total"] == 111
