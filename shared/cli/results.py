"""What jobs came to: saved, shown, and told by the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from shared.cli.console import output, print_json, size_text, state_text
from shared.cli.exit_codes import ExitCode
from shared.cli.saving import SavedFile, save_results
from shared.jobs.states import JobState

if TYPE_CHECKING:
    from shared.client import Client, Job

_LONGEST_TEXT_SHOWN = 2000


def hand_over(client: Client, jobs: Sequence[Job], folder: Path, *, as_json: bool) -> None:
    """Save every job's outputs in ``folder`` and say where they are. Raises ``typer.Exit`` unless all succeeded."""
    documents = []
    for job in jobs:
        saved = save_results(client, job, folder)
        documents.append({**job.document, "files": [str(file.path) for file in saved]})
        if not as_json:
            _print(job, saved)
    if as_json:
        print_json(documents)
    if any(job.state is not JobState.SUCCEEDED for job in jobs):
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def _print(job: Job, saved: Sequence[SavedFile]) -> None:
    console = output()
    if job.state is not JobState.SUCCEEDED:
        why = f": {job.error.message}" if job.error else ""
        console.print(Text.assemble("Job ", job.id, " ", state_text(job.state.value), why))
        return
    for file in saved:
        facts = [*_facts(file.artifact.facts), size_text(file.artifact.size), f"{job.seconds or 0:.1f} s"]
        console.print(Text.assemble((str(file.path), "green"), (f"  {', '.join(facts)}", "dim")))
        if file.artifact.media_type.startswith("text/"):
            text = file.path.read_text(encoding="utf-8", errors="replace")
            console.print(text[:_LONGEST_TEXT_SHOWN].rstrip())


def _facts(facts: Any) -> list[str]:
    if "width" in facts and "height" in facts:
        return [f"{facts['width']} × {facts['height']}"]
    return []
