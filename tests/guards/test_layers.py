"""Who imports whom: by the contracts, and by what is really in memory afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.processes import imported
from tests.guards.sources import ROOT

MODEL_LIBRARIES = ("torch", "diffusers", "transformers", "tokenizers", "accelerate")


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], check=False, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


# The parent of a GPU worker, with its tasks, is among them: its child alone loads models.
@pytest.mark.parametrize(
    "module",
    ["web.wsgi", "worker.serve", "worker.dispatcher", "worker.cpu_app", "worker.gpu_app", "worker.compositor_app"],
)
def test_a_process_that_runs_no_model_loads_no_model_library(module: str) -> None:
    assert imported(module).packages.isdisjoint(MODEL_LIBRARIES)


def test_a_gpu_worker_loads_the_libraries_of_a_family_when_that_family_is_asked_for() -> None:
    script = (
        "import sys, worker.gpu_process as process\n"
        "for family in (None, 'text', 'text-to-image'):\n"
        "    family and process.FAMILY_RUNNERS[family]\n"
        "    print(*({'diffusers', 'transformers'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, text=True)

    before, text, pictures = [set(line.split()) for line in done.stdout.split("\n")[:3]]
    assert (before, text) == (set(), {"transformers"})
    assert "diffusers" in pictures


@pytest.mark.parametrize(
    ("module", "foreign"), [("web.wsgi", "worker"), ("worker.cpu_app", "web"), ("worker.dispatcher", "flask")]
)
def test_the_web_and_the_workers_do_not_load_each_other(module: str, foreign: str) -> None:
    assert foreign not in imported(module).packages
