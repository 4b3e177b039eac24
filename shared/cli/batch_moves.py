"""What is done to a batch or a campaign as a whole: the same commands for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.cli import options
from shared.cli.batch_options import BatchId, Limit, Timeout
from shared.cli.batch_progress import hand_over, watch_to_the_end
from shared.cli.batch_views import print_batch, print_problems
from shared.cli.connection import connect
from shared.cli.console import output, print_json

if TYPE_CHECKING:
    from shared.client import Batch

_ALL_PROBLEMS = 1_000_000


def show(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show it: its state, how far it is, what to do next."""
    with connect(url, key, home) as client:
        _print(client.batches.get(str(batch_id)), as_json=as_json)


def problems(
    batch_id: BatchId,
    limit: Limit = _ALL_PROBLEMS,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List every cell that is wrong: row, column, reason."""
    with connect(url, key, home) as client:
        found = list(client.batches.problems(str(batch_id), limit=limit))
        if as_json:
            print_json([problem.document for problem in found])
        elif found:
            print_problems(client.batches.get(str(batch_id)), found, all_of_them=True)
        else:
            output().print("Nothing is wrong with its table.")


def watch(
    batch_id: BatchId,
    timeout: Timeout = 86_400.0,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Watch it to its end. Exits 4 when not all of it succeeds."""
    with connect(url, key, home) as client:
        hand_over(watch_to_the_end(client, client.batches.get(str(batch_id)), timeout), as_json=as_json)


def launch(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Launch what is planned: from here on it spends what the plan says."""
    with connect(url, key, home) as client:
        _print(client.batches.launch(str(batch_id)), as_json=as_json)


def pause(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Let nothing more of it begin. What runs is let finish."""
    with connect(url, key, home) as client:
        _print(client.batches.pause(str(batch_id)), as_json=as_json)


def resume(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Let it go on where it was paused."""
    with connect(url, key, home) as client:
        _print(client.batches.resume(str(batch_id)), as_json=as_json)


def cancel(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Call it off. What runs ends at its next step; results that are there stay."""
    with connect(url, key, home) as client:
        _print(client.batches.cancel(str(batch_id)), as_json=as_json)


def retry(
    batch_id: BatchId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Try again what failed or was canceled of it."""
    with connect(url, key, home) as client:
        _print(client.batches.retry(str(batch_id)), as_json=as_json)


def _print(batch: Batch, *, as_json: bool) -> None:
    if as_json:
        print_json(batch.document)
    else:
        print_batch(batch)


MOVES = (show, problems, watch, launch, pause, resume, cancel, retry)
