"""``bottega chains``: jobs of several models that hand on what they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from shared.catalog.reference_text import parse_reference
from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json
from shared.cli.errors import BadOption
from shared.cli.job_input import read_input, split_pair
from shared.cli.results import hand_over

if TYPE_CHECKING:
    from shared.client import Client
    from shared.client.chains import Chain

app = typer.Typer(help="Jobs of several models that hand on what they make.", no_args_is_help=True)

Files = Annotated[
    list[str] | None,
    typer.Option("--file", metavar="NAME=FILE", help="A file that it needs, or upload:ID, artifact:ID, job:ID."),
]
Image = Annotated[str | None, typer.Option(metavar="FILE", help="Short for --file image=FILE.")]
Audio = Annotated[str | None, typer.Option(metavar="FILE", help="Short for --file audio=FILE.")]
Words = Annotated[list[str] | None, typer.Option("--words", "-w", metavar="NAME=WORDS", help="Its words.")]
Models = Annotated[list[str] | None, typer.Option("--model", "-m", metavar="STEP=MODEL", help="The model of a step.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", "-s", metavar="STEP.FIELD=VALUE", help="A field of a step's input.")
]


@app.command("list")
def list_chains() -> None:
    """List the chains, with what each is given and leaves open."""
    from shared.client.chain_book import CHAINS

    table = Table("Chain", "Needs", "Words", "Steps", box=None)
    for chain in CHAINS.values():
        words = ", ".join(f"{name}={said}" for name, said in chain.words.items())
        table.add_row(chain.name, ", ".join(chain.files), words, " → ".join(step.name for step in chain.steps))
    output().print(table)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="The chain; `bottega chains list` shows them.")],
    files: Files = None,
    image: Image = None,
    audio: Audio = None,
    words: Words = None,
    models: Models = None,
    settings: Settings = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of every step.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the end and save what was made.")] = True,
    timeout: options.Timeout = 3600.0,
    out: options.Out = Path(),
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Submit every job of a chain, watch them, and save what they make.

    Each waits for those that it reads. Exits 4 when one does not succeed; those that read it fail with it.
    """
    from shared.cli.progress import wait_for_all
    from shared.client.chains import Order, submit_chain

    chain = _chain(name)
    pairs = [split_pair("--file", text) for text in files or ()]
    pairs += [(each, value) for each, value in (("image", image), ("audio", audio)) if value is not None]
    with connect(url, key, home) as client:
        order = Order(
            files={each: _reference(client, value) for each, value in pairs},
            words=dict(split_pair("--words", text) for text in words or ()),
            models=dict(split_pair("--model", text) for text in models or ()),
            settings=_settings(settings or ()),
            seed=seed,
        )
        jobs = submit_chain(client, chain, order)
        if not wait:
            _print_accepted({step: job.id for step, job in jobs.items()}, as_json=as_json)
            return
        ended = wait_for_all(client, list(jobs.values()), timeout, diagnostics())
        hand_over(client, ended, out, as_json=as_json)


def _chain(name: str) -> Chain:
    from shared.client.chain_book import CHAINS

    if name not in CHAINS:
        raise BadOption(f"There is no chain {name}; there are {', '.join(CHAINS)}.")
    return CHAINS[name]


def _reference(client: Client, value: str) -> dict[str, Any]:
    """What stands for a file; one of this machine is sent."""
    known = parse_reference(value)
    if known is not None:
        return known
    if not Path(value).is_file():
        raise BadOption(f"There is no file {value}; one of the server is artifact:ID, upload:ID or job:ID.")
    return dict(client.upload(value).reference)


def _settings(texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """``clip.num_frames=9`` and so on, by step. Raises ``BadOption``."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for text in texts:
        step, dot, setting = text.partition(".")
        if not dot:
            raise BadOption(f"--set takes STEP.FIELD=VALUE, not {text!r}.")
        found[step] |= read_input(None, None, [setting])
    return dict(found)


def _print_accepted(ids: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(ids)
        return
    for step, job_id in ids.items():
        output().print(f"{step}  {job_id}")
