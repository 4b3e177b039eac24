"""The root of the command: turns every error the platform raises on purpose into a message and an exit status."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from shared.cli import exit_codes
from shared.cli.console import diagnostics
from shared.errors import BottegaError

JSON_WANTED = "bottega.json"
"""Set in the context's ``meta`` when ``--json`` was given: errors are JSON on standard error then."""


class ReportingGroup(TyperGroup):
    """A group that prints errors instead of tracebacks."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BottegaError as error:
            report(error, as_json=bool(ctx.meta.get(JSON_WANTED)))
            raise typer.Exit(exit_codes.of_error(error.code)) from error
        except KeyboardInterrupt:
            raise typer.Exit(exit_codes.ExitCode.INTERRUPTED) from None


def report(error: BottegaError, *, as_json: bool) -> None:
    """Print the error, each bad field on a line of its own."""
    problem = getattr(error, "problem", None)
    if as_json:
        print(json.dumps(_as_json(error, problem), ensure_ascii=False), file=sys.stderr)
        return
    console = diagnostics()
    if problem is None:
        console.print(f"Error: {error.message}", style="red")
        return
    # The detail of a refused input repeats its fields.
    console.print("Refused:" if problem.errors else f"Refused: {problem.detail}", style="red")
    for field in problem.errors:
        console.print(f"  {field.path}: {field.message}")
    if problem.request_id:
        console.print(f"  (request {problem.request_id})", style="dim")


def _as_json(error: BottegaError, problem: Any) -> dict[str, Any]:
    if problem is None:
        return {"code": error.code, "detail": error.message}
    return {
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [{"path": field.path, "message": field.message} for field in problem.errors],
        "request_id": problem.request_id,
    }
