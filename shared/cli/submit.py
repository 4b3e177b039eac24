"""``bottega submit``: run a model and get what it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import input_files, job_options, options
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json
from shared.cli.exit_codes import ExitCode
from shared.cli.input_files import file_fields, given_files, may_hold_files, sent_files, take_from_settings
from shared.cli.instants import read_instant
from shared.cli.job_input import read_input, split_pair, with_seeds
from shared.cli.job_options import PriorityChoice
from shared.cli.results import hand_over
from shared.jobs.states import DependencyFailure

if TYPE_CHECKING:
    from shared.client import Client, Job

_SHOWN = 5

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="A field of the input; `bottega models show` lists them."),
]


def submit(
    model: Annotated[str, typer.Argument(help="The model, such as starter/backdrops; `bottega models` lists them.")],
    prompt: Annotated[str | None, typer.Option("--prompt", "-p", help="The prompt.")] = None,
    settings: Settings = None,
    file: Annotated[
        Path | None, typer.Option("--input", "-i", metavar="FILE", help="The input as a JSON object; - reads stdin.")
    ] = None,
    files: input_files.Files = None,
    image: input_files.Image = None,
    audio: input_files.Audio = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, max=1000, help="So many jobs, each with a seed of its own.")
    ] = 1,
    priority: job_options.Priority = PriorityChoice.NORMAL,
    label: job_options.Label = None,
    run_after: job_options.RunAfter = None,
    expires_after: job_options.ExpiresAfter = None,
    after: job_options.After = None,
    on_dependency_failure: job_options.OnDependencyFailure = DependencyFailure.FAIL,
    reuse: job_options.Reuse = True,
    webhook: job_options.Webhook = None,
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
    given = given_files(files or (), image, audio)
    wanted: dict[str, Any] = {
        "priority": priority.value,
        "labels": dict(split_pair("--label", text) for text in label or ()),
        "run_after": None if run_after is None else read_instant("--run-after", run_after),
        "expires_after": expires_after,
        "depends_on": [str(parent) for parent in after or ()],
        "on_dependency_failure": on_dependency_failure.value,
        "reuse": reuse,
        "webhook_url": webhook,
    }
    with connect(url, key, home) as client:
        wanted["files"] = _files(client, model, job_input, given)
        jobs = _send(client, model, with_seeds(job_input, count), wanted)
        if wait:
            ended = _wait(client, jobs, timeout)
            hand_over(client, ended, out, as_json=as_json)
        else:
            _print_accepted(jobs, as_json=as_json)


def _files(client: Client, model: str, job_input: dict[str, Any], given: list[tuple[str, str]]) -> dict[str, Any]:
    """The input's files by field, sent once for however many jobs; those among its settings are taken out of it."""
    if not given and not may_hold_files(job_input):
        return {}
    fields = file_fields(client, model)
    return sent_files(client, model, [*take_from_settings(job_input, fields), *given], fields)


def _send(client: Client, model: str, inputs: Iterable[dict[str, Any]], wanted: Mapping[str, Any]) -> list[Job]:
    """The accepted jobs. Ctrl-C in between says how far it came: those are not taken back."""
    jobs: list[Job] = []
    try:
        for job_input in inputs:
            job = client.submit(model, job_input, **wanted)
            jobs.append(job)
    except KeyboardInterrupt:
        diagnostics().print(f"{len(jobs)} jobs were accepted and go on; the one being sent may have been, too.")
        _print_ids(jobs)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    return jobs


def _wait(client: Client, jobs: list[Job], timeout: float) -> list[Job]:
    from shared.cli.progress import wait_for_all

    try:
        return wait_for_all(client, jobs, timeout, diagnostics())
    except KeyboardInterrupt:
        diagnostics().print("The jobs go on. See them, or call them off:" if len(jobs) > 1 else "The job goes on:")
        _print_ids(jobs)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _print_ids(jobs: list[Job]) -> None:
    for job in jobs[:_SHOWN]:
        diagnostics().print(f"  bottega jobs watch {job.id}    bottega jobs cancel {job.id}")
    if len(jobs) > _SHOWN:
        diagnostics().print(f"  and {len(jobs) - _SHOWN} more: bottega jobs --limit {len(jobs)}")


def _print_accepted(jobs: list[Job], *, as_json: bool) -> None:
    if as_json:
        print_json([job.document for job in jobs])
        return
    for job in jobs:
        output().print(job.id)
