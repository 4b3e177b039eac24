"""What a batch or a campaign has made: as a ZIP, as a list, copied to one's own bucket."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from shared.batches.states import ExportState
from shared.cli import options
from shared.cli.batch_options import BatchId, OnlyApproved, Timeout
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json, size_text
from shared.cli.errors import BadOption
from shared.cli.exit_codes import ExitCode
from shared.cli.saving import slug

if TYPE_CHECKING:
    from shared.client import Batch, BatchExport, Client

_POLL_SECONDS = 1.0

Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to save it.")]
Secret = Annotated[
    str | None,
    typer.Option(
        "--secret-access-key", envvar="AWS_SECRET_ACCESS_KEY", help="Better in the environment than on a command line."
    ),
]


def download(
    batch_id: BatchId,
    out: Out = None,
    only_approved: OnlyApproved = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Save every result there is as one ZIP, with a manifest in it."""
    with connect(url, key, home) as client:
        path = out or _named(client.batches.get(str(batch_id)), ".zip")
        client.batches.download_zip(str(batch_id), path, only_approved=only_approved)
    output().print(f"{path}  {size_text(path.stat().st_size)}")


def manifest(
    batch_id: BatchId,
    out: Out = None,
    only_approved: OnlyApproved = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Save the list of its items, as CSV or, where --out ends in .jsonl, as JSON lines."""
    with connect(url, key, home) as client:
        path = out or _named(client.batches.get(str(batch_id)), ".csv")
        client.batches.download_manifest(str(batch_id), path, only_approved=only_approved)
    output().print(str(path))


def export(
    batch_id: BatchId,
    target: Annotated[str, typer.Argument(metavar="s3://BUCKET/PREFIX", help="Where the files go.")],
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", metavar="URL", help="Of a store that is not Amazon's.")
    ] = None,
    region: Annotated[str, typer.Option("--region", envvar="AWS_REGION")] = "us-east-1",
    access_key_id: Annotated[str | None, typer.Option("--access-key-id", envvar="AWS_ACCESS_KEY_ID")] = None,
    secret_access_key: Secret = None,
    pattern: Annotated[
        str | None, typer.Option("--pattern", help="Of file names: {custom_id}_{template}_{size}_{locale}.{ext}")
    ] = None,
    only_approved: OnlyApproved = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until everything is copied.")] = True,
    timeout: Timeout = 86_400.0,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Copy every result there is to a bucket of your own. Exits 4 when that fails."""
    bucket, prefix = _place(target)
    if not access_key_id or not secret_access_key:
        raise BadOption("Give the bucket's keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the options.")
    wanted: dict[str, Any] = {
        "bucket": bucket,
        "prefix": prefix,
        "region": region,
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
    }
    optional = {"endpoint_url": endpoint, "pattern": pattern, "only_approved": only_approved or None}
    wanted.update({name: value for name, value in optional.items() if value is not None})
    with connect(url, key, home) as client:
        made = client.batches.export(str(batch_id), wanted)
        if wait:
            made = _wait(client, str(batch_id), made, timeout)
    _print_export(made, as_json=as_json)


def exports(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List its copies to other buckets, newest first."""
    with connect(url, key, home) as client:
        found = list(client.batches.exports(str(batch_id)))
    if as_json:
        print_json([each.document for each in found])
        return
    for each in found:
        output().print(_said(each))


def _wait(client: Client, batch_id: str, export: BatchExport, seconds: float) -> BatchExport:
    until = time.monotonic() + seconds
    while not export.has_ended and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        now = client.batches.export_of(batch_id, export.id)
        if now.copied != export.copied:
            diagnostics().print(f"{now.copied:,} files copied")
        export = now
    return export


def _print_export(export: BatchExport, *, as_json: bool) -> None:
    if as_json:
        print_json(export.document)
    else:
        output().print(_said(export))
    if export.state is ExportState.FAILED:
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def _said(export: BatchExport) -> str:
    why = f"  {export.error}" if export.error else ""
    return f"{export.id}  {export.state.value}  {export.copied:,} files{why}"


def _named(batch: Batch, ending: str) -> Path:
    return Path(f"{slug(batch.name) or batch.noun}-{batch.id[-8:]}{ending}")


def _place(target: str) -> tuple[str, str]:
    """Bucket and prefix of ``s3://bucket/prefix``. Raises ``BadOption``."""
    parts = urlsplit(target)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise BadOption(f"A target is s3://BUCKET/PREFIX, not {target!r}.")
    return parts.netloc, parts.path.strip("/")


RESULTS = (download, manifest, export, exports)
