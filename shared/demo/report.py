"""The demonstration's report: a JSON file for machines, a table for people."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from rich.table import Table

from shared.clock import iso, utc_now
from shared.demo.outcome import Accomplished, Outcome
from shared.demo.phases import Phases
from shared.demo.scenario import REFUSED

_PACKAGES = ("bottega", "celery", "flask", "sqlalchemy", "torch", "diffusers", "transformers", "standardwebhooks")


def report(outcome: Outcome, phases: Phases, url: str, broken: Sequence[str]) -> dict[str, Any]:
    """Everything that happened, as JSON. ``seconds`` counts from acceptance to the end."""
    return {
        "ok": not broken,
        "broken_promises": list(broken),
        "finished_at": iso(utc_now()),
        "url": url,
        "phases": phases.seconds,
        "total_seconds": phases.total,
        "jobs": [_job(done, outcome) for done in outcome.accepted],
        "refused": _refusal(outcome),
        "reproduced": {
            "title": outcome.repeated.planned.title,
            "seed": outcome.repeated.planned.input["seed"],
            "sha256": list(outcome.repeated.hashes),
        },
        "webhooks": {
            "received": len(outcome.webhooks.receipts) + outcome.webhooks.refused,
            "verified": len(outcome.webhooks.receipts),
            "refused": outcome.webhooks.refused,
            "tampered_copies_accepted": outcome.webhooks.tampered_accepted,
            "verified_with": f"standardwebhooks {version('standardwebhooks')}",
        },
        "versions": _versions(),
        "machine": {"platform": platform.platform(), "python": platform.python_version(), "cpus": os.cpu_count()},
    }


def table(outcome: Outcome) -> Table:
    """One line a job."""
    lines = Table("Job", "Model", "State", "Seconds", "Output", "Webhook", box=None)
    for done in outcome.accepted:
        output = ", ".join(f"{one.path.name}, {one.artifact.size:,} bytes" for one in done.outputs)
        told = ", ".join(sorted(kind for _, kind in outcome.webhooks.of(done.job)))
        seconds = f"{done.job.seconds:.1f}" if done.job.seconds is not None else ""
        lines.add_row(done.planned.title, done.job.model, done.job.state.value, seconds, output, told)
    if outcome.refusal:
        fields = "; ".join(f"{error.path}: {error.message}" for error in outcome.refusal.errors)
        lines.add_row(REFUSED.title, REFUSED.model, "refused", "", fields, "")
    return lines


def _job(done: Accomplished, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": done.job.id,
        "title": done.planned.title,
        "model": done.job.model,
        "input": dict(done.job.input),
        "state": done.job.state.value,
        "attempts": done.job.attempts,
        "seconds": done.job.seconds,
        "running_seconds": done.job.running_seconds,
        "artifacts": [
            {
                "file": output.path.name,
                "media_type": output.artifact.media_type,
                "size": output.artifact.size,
                "sha256": output.artifact.sha256,
                "same_by_presigned_link": output.same_by_link,
                **_facts(output.artifact.facts),
            }
            for output in done.outputs
        ],
        "webhooks": sorted(kind for _, kind in outcome.webhooks.of(done.job)),
    }


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"facts": dict(facts)} if facts else {}


def _refusal(outcome: Outcome) -> dict[str, Any] | None:
    problem = outcome.refusal
    if problem is None:
        return None
    fields = [{"path": error.path, "message": error.message} for error in problem.errors]
    return {"status": problem.status, "code": problem.code, "detail": problem.detail, "errors": fields}


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES}
