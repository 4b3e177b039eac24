"""``bottega workers``: the processes that do the work."""

from __future__ import annotations

from rich.table import Table

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import age_text, output, print_json, state_text
from shared.clock import utc_now


def workers(
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the living workers: where each runs, on what, with which model, and what it has done."""
    with connect(url, key, home) as client:
        found = client.workers()
    if as_json:
        print_json([worker.document for worker in found])
        return
    table = Table(
        "Queue", "State", "Host", "PID", "Device", "Model", "Done", "Up", "Seen", box=None, padding=(0, 1, 0, 0)
    )
    now = utc_now()
    for worker in found:
        table.add_row(
            worker.queue,
            state_text(worker.state),
            worker.host,
            str(worker.process_id),
            worker.device,
            worker.model or "",
            str(worker.jobs_done),
            age_text((now - worker.started_at).total_seconds()),
            f"{age_text((now - worker.seen_at).total_seconds())} ago",
        )
    output().print(table if found else "No worker has been heard of within a minute.")
