"""``bottega models check``: load a model here, and let it make one sample."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.cli import options
from shared.cli.console import output, print_json, size_text
from shared.cli.installation import use_installation
from shared.cli.job_input import read_input
from shared.cli.model_catalog import Name
from shared.errors import BottegaError

_SAMPLES = Path("samples")


class CheckFailed(BottegaError):
    """The model could not be tried."""

    code = "check_failed"


def check(
    name: Name,
    device: Annotated[str | None, typer.Option("--device", help="cpu, cuda or auto. Left out: as configured.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="An input field: name=value; repeatable.")] = None,
    out: options.Out = _SAMPLES,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Load a model on this machine, make one sample, and say how long it took and what memory.

    In a process of its own, as a worker would. The memory it takes is noted in the catalog.
    """
    use_installation(home)
    given = read_input(None, None, setting or ())
    answer = _run(name, out, given, {"BOTTEGA_DEVICE": device} if device else {})
    if as_json:
        print_json(answer)
        return
    console = output()
    console.print(f"{name} runs on {answer['device']}.")
    console.print(f"Loaded in {answer['load_seconds']:.1f} s, {size_text(answer['memory_bytes'])} of memory", end="")
    console.print(f", {size_text(answer['peak_bytes'])} at most." if answer["peak_bytes"] else ".")
    console.print(f"One sample in {answer['generate_seconds']:.1f} s:")
    for file in answer["files"]:
        console.print(f"  {file}")


def _run(name: str, out: Path, given: dict[str, Any], variables: dict[str, str]) -> dict[str, Any]:
    """What the worker's own program answers. This process loads no model library. Raises ``CheckFailed``."""
    command = [sys.executable, "-m", "worker.check_model", name, "--out", str(out), "--input", json.dumps(given)]
    ended = subprocess.run(command, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True, check=False)
    try:
        answer: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise CheckFailed(f"The program that loads models ended with status {ended.returncode}; see above.") from None
    if ended.returncode != 0:
        raise CheckFailed(answer["detail"])
    return answer
