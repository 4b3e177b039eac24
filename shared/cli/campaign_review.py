"""``bottega campaigns review`` and what a reviewer does: approve, reject, make anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from shared.cli import batch_options, options
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json, state_text
from shared.cli.errors import BadOption
from shared.cli.job_input import split_pair
from shared.cli.saving import ending, slug

if TYPE_CHECKING:
    from shared.client import BatchItem, Client

Everything = Annotated[bool, typer.Option("--all", help="Whatever has been made and has no verdict yet.")]
Cells = Annotated[
    list[str] | None,
    typer.Option("--cell", "-c", metavar="COLUMN=TEXT", help="Another cell, for these creatives only."),
]


def review(
    batch_id: batch_options.BatchId,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Save what waits for a verdict, to look at.")
    ] = None,
    limit: batch_options.Limit = 100,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Count the verdicts by template and locale, and save what waits for one with --out."""
    with connect(url, key, home) as client:
        made = list(client.campaigns.creatives(str(batch_id), state="succeeded"))
        if as_json:
            print_json([item.document for item in made])
        else:
            _print_verdicts(made)
        if out is not None:
            _save(client, [item for item in made if item.review == "pending"][:limit], out)


def approve(
    batch_id: batch_options.BatchId,
    item_ids: batch_options.ItemIds = None,
    everything: Everything = False,
    template: batch_options.Template = None,
    size: batch_options.Size = None,
    locale: batch_options.Locale = None,
    row: batch_options.Row = None,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Approve creatives: by their ids, by template, size, locale or row, or all that were made."""
    wanted = _chosen(item_ids, everything, template=template, size=size, locale=locale, row=row)
    with connect(url, key, home) as client:
        count = client.campaigns.approve(str(batch_id), _texts(item_ids), **wanted)
    output().print(f"{count:,} approved.")


def reject(
    batch_id: batch_options.BatchId,
    item_ids: batch_options.ItemIds = None,
    reason: Annotated[str, typer.Option("--reason", "-r", help="What is wrong with them.")] = "",
    everything: Everything = False,
    template: batch_options.Template = None,
    size: batch_options.Size = None,
    locale: batch_options.Locale = None,
    row: batch_options.Row = None,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Reject creatives, and say why: by their ids, by template, size, locale or row."""
    if not reason.strip():
        raise BadOption("--reason says what is wrong with them.")
    wanted = _chosen(item_ids, everything, template=template, size=size, locale=locale, row=row)
    with connect(url, key, home) as client:
        count = client.campaigns.reject(str(batch_id), reason, _texts(item_ids), **wanted)
    output().print(f"{count:,} rejected.")


def regenerate(
    batch_id: batch_options.BatchId,
    item_ids: Annotated[list[UUID], typer.Argument(metavar="ITEM...", help="Creatives, by their ids.")],
    seed: Annotated[int | None, typer.Option("--seed", min=1, help="Another one gives other pictures.")] = None,
    cells: Cells = None,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make creatives anew: with another seed, or with other cells. Their verdicts are forgotten."""
    changed = dict(split_pair("--cell", text) for text in cells or ())
    if seed is None and not changed:
        raise BadOption("Give --seed for other pictures, or --cell COLUMN=TEXT for other words.")
    with connect(url, key, home) as client:
        client.campaigns.regenerate(str(batch_id), _texts(item_ids), seed=seed, cells=changed)
    output().print(f"{len(item_ids):,} are made anew. Watch: bottega campaigns watch {batch_id}")


def _chosen(item_ids: Sequence[UUID] | None, everything: bool, **filters: Any) -> dict[str, Any]:
    """The filters. Raises ``BadOption`` unless something was chosen, in one way."""
    wanted = {name: value for name, value in filters.items() if value is not None}
    if bool(item_ids) + everything + bool(wanted) != 1:
        raise BadOption("Choose creatives by their ids, or by --template, --size, --locale, --row, or with --all.")
    return {} if item_ids else {**wanted, "state": "succeeded", "review": "pending"}


def _texts(item_ids: Sequence[UUID] | None) -> list[str]:
    return [str(item_id) for item_id in item_ids or ()]


def _print_verdicts(items: Sequence[BatchItem]) -> None:
    counted = Counter((item.template or "", item.locale or "", item.review) for item in items)
    table = Table("Template", "Locale", "Verdict", "Creatives", box=None, padding=(0, 2, 0, 0))
    for (template, locale, verdict), number in sorted(counted.items()):
        table.add_row(template, locale, state_text(verdict), f"{number:,}")
    output().print(table if items else "Nothing has been made yet.")


def _save(client: Client, items: Sequence[BatchItem], folder: Path) -> None:
    for item in items:
        if item.artifact is None:
            continue
        words = (item.custom_id, item.template, item.size, item.locale)
        what = "_".join(slug(word) for word in words if word)
        client.download(item.artifact, folder / f"{item.id}_{what}{ending(item.artifact.media_type)}")
    diagnostics().print(f"{len(items):,} files in {folder}; each begins with the id that approve and reject take.")


REVIEWS = (review, approve, reject, regenerate)
