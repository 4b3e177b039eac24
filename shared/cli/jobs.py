"""``bottega jobs``: see the workspace's jobs, and act on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Column, Table
from rich.text import Text

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import age_text, diagnostics, output, print_json, size_text, state_text
from shared.cli.job_options import PriorityChoice
from shared.cli.results import hand_over
from shared.clock import utc_now
from shared.jobs.states import JobState

if TYPE_CHECKING:
    from shared.client import Job, TimelineEntry

app = typer.Typer(help="List jobs, watch them, call them off, get what they made.", invoke_without_command=True)

JobId = Annotated[UUID, typer.Argument(metavar="ID", help="The job's id.")]
State = Annotated[JobState | None, typer.Option("--state", help="Only those in this state.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, newest first.")]


@app.callback()
def jobs(
    context: typer.Context,
    state: State = None,
    limit: Limit = 20,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List jobs, watch them, call them off, get what they made."""
    if context.invoked_subcommand is None:
        list_jobs(state, limit, as_json, url, key, home)


@app.command("list")
def list_jobs(
    state: State = None,
    limit: Limit = 20,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the workspace's jobs, newest first."""
    with connect(url, key, home) as client:
        found = list(client.jobs(state=state, limit=limit))
    if as_json:
        print_json([job.document for job in found])
        return
    # Narrow enough for a terminal of 80 columns, with whole ids.
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "State", "Model", "Age", "Took", box=None, padding=(0, 1, 0, 0))
    for job in found:
        took = _begins_in(job) if job.seconds is None else f"{job.seconds:.1f} s"
        age = age_text((utc_now() - job.created_at).total_seconds())
        table.add_row(job.id, state_text(job.state.value), job.model, age, took)
    output().print(table if found else "There are no such jobs.")


@app.command()
def show(
    job_id: JobId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show a job: its input, its outputs and everything that happened to it."""
    with connect(url, key, home) as client:
        job, timeline = client.job(str(job_id)), client.timeline(str(job_id))
    if as_json:
        print_json({**job.document, "timeline": [entry.document for entry in timeline]})
    else:
        _print_job(job, timeline)


@app.command()
def watch(
    job_id: JobId,
    timeout: options.Timeout = 3600.0,
    out: options.Out = Path(),
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Watch a job to its end and save what it makes. Exits 4 when it does not succeed."""
    from shared.cli.progress import wait_for_all

    with connect(url, key, home) as client:
        ended = wait_for_all(client, [client.job(str(job_id))], timeout, diagnostics())
        hand_over(client, ended, out, as_json=as_json)


@app.command()
def get(
    job_id: JobId,
    out: options.Out = Path(),
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Save what a job has made. Exits 4 when it has not succeeded."""
    with connect(url, key, home) as client:
        hand_over(client, [client.job(str(job_id))], out, as_json=as_json)


@app.command()
def cancel(
    job_id: JobId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Call a job off. One that runs ends at its next step."""
    with connect(url, key, home) as client:
        job = client.cancel(str(job_id))
    if as_json:
        print_json(job.document)
    elif job.has_ended:
        output().print(f"Job {job.id} is canceled.")
    else:
        output().print(f"Job {job.id} will end at its next step.")


@app.command()
def retry(
    job_id: JobId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Submit a failed or canceled job's input again, and print the new job's id."""
    with connect(url, key, home) as client:
        job = client.retry(str(job_id))
    if as_json:
        print_json(job.document)
    else:
        output().print(job.id)


@app.command()
def reproduce(
    job_id: JobId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Generate a job's input once more, whatever there is already, and print the new job's id."""
    with connect(url, key, home) as client:
        job = client.reproduce(str(job_id))
    if as_json:
        print_json(job.document)
    else:
        output().print(job.id)


@app.command()
def priority(
    job_id: JobId,
    to: Annotated[PriorityChoice, typer.Argument(metavar="CLASS", help="interactive, normal or bulk.")],
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Move a job that has not begun to another class."""
    with connect(url, key, home) as client:
        job = client.reprioritise(str(job_id), to.value)
    if as_json:
        print_json(job.document)
    else:
        output().print(f"Job {job.id} is in the class {job.priority}.")


def _begins_in(job: Job) -> str:
    """``in 2 h`` for a job whose time is still to come."""
    seconds = (job.run_after - utc_now()).total_seconds()
    return f"in {age_text(seconds)}" if job.state is JobState.QUEUED and seconds > 0 else ""


def _print_job(job: Job, timeline: list[TimelineEntry]) -> None:
    console = output()
    console.print(Text.assemble(job.id, "  ", state_text(job.state.value), f"  {job.model}"))
    if job.error:
        console.print(f"{job.error.code}: {job.error.message}", style="red")
    if job.state is JobState.QUEUED and job.run_after > utc_now():
        console.print(f"not before {job.run_after.astimezone():%Y-%m-%d %H:%M:%S}")
    if job.expires_at and not job.has_ended:
        console.print(f"expires unless begun by {job.expires_at.astimezone():%Y-%m-%d %H:%M:%S}")
    if job.reused_from:
        console.print(f"outputs of the equal job {job.reused_from}")
    console.print(f"{job.web_url}\n", style="dim")
    for name, value in job.input.items():
        console.print(f"  {name} = {value}")
    for name, value in job.labels.items():
        console.print(f"  label {name} = {value}")
    console.print()
    for entry in timeline:
        console.print(f"  {entry.created_at.astimezone():%H:%M:%S.%f}"[:-3] + f"  {entry.type}")
    for artifact in job.artifacts:
        console.print(f"\n  {artifact.media_type}, {size_text(artifact.size)}, SHA-256 {artifact.sha256}")
    if job.artifacts:
        console.print(f"\nSave: bottega jobs get {job.id}")
