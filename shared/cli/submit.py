"""``bottega submit``: run a model and get what it makes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json
from shared.cli.exit_codes import ExitCode
from shared.cli.job_input import read_input, split_pair, with_seeds
from shared.cli.results import hand_over

if TYPE_CHECKING:
    from shared.client import Client, Job


class PriorityChoice(StrEnum):
    """The classes of urgency."""

    INTERACTIVE = "interactive"
    NORMAL = "normal"
    BULK = "bulk"


def submit(
    model: Annotated[str, typer.Argument(help="The model, such as starter/backdrops; `bottega models` lists them.")],
    prompt: Annotated[str | None, typer.Option("--prompt", "-p", help="The prompt.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", "-s", metavar="NAME=VALUE", help="A field of the input; `bottega models show` lists them."
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--input", "-i", metavar="FILE", help="The input as a JSON object; - reads stdin.")
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, max=1000, help="So many jobs, each with a seed of its own.")
    ] = 1,
    priority: Annotated[PriorityChoice, typer.Option("--priority")] = PriorityChoice.NORMAL,
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="NAME=VALUE", help="Your own words about the job.")
    ] = None,
    webhook: Annotated[str | None, typer.Option("--webhook", metavar="URL", help="Who is told of the end.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the end and save what was made.")] = True,
    timeout: options.Timeout = 3600.0,
    out: options.Out = Path(),
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Submit a job, watch it, and save what it makes.

    A field that is refused is shown with the reason, and nothing runs. Exits 4 when a job does not succeed.
    """
    job_input = read_input(file, prompt, settings or ())
    labels = dict(split_pair("--label", text) for text in label or ())
    with connect(url, key, home) as client:
        jobs = [
            client.submit(model, one, priority=priority.value, labels=labels, webhook_url=webhook)
            for one in with_seeds(job_input, count)
        ]
        if wait:
            ended = _wait(client, jobs, timeout)
            hand_over(client, ended, out, as_json=as_json)
        else:
            _print_accepted(jobs, as_json=as_json)


def _wait(client: Client, jobs: list[Job], timeout: float) -> list[Job]:
    from shared.cli.progress import wait_for_all

    try:
        return wait_for_all(client, jobs, timeout, diagnostics())
    except KeyboardInterrupt:
        console = diagnostics()
        console.print("The jobs go on. See them, or call them off:" if len(jobs) > 1 else "The job goes on:")
        for job in jobs[:5]:
            console.print(f"  bottega jobs watch {job.id}    bottega jobs cancel {job.id}")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _print_accepted(jobs: list[Job], *, as_json: bool) -> None:
    if as_json:
        print_json([job.document for job in jobs])
        return
    for job in jobs:
        output().print(job.id)
