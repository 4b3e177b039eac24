"""The sample campaign's part of the report."""

from __future__ import annotations

from typing import Any

from shared.demo.campaign.outcome import CampaignOutcome, Pass


def campaign_report(outcome: CampaignOutcome) -> dict[str, Any]:
    """What was planned and what was made, as JSON."""
    return {
        "name": outcome.request["name"],
        "products": outcome.products,
        "creatives": outcome.expected,
        "zip_bytes": outcome.zip_path.stat().st_size,
        "first": _pass(outcome.first),
        "again": {**_pass(outcome.again), "jobs_run": outcome.made_again},
    }


def said(outcome: CampaignOutcome) -> str:
    """One line for people."""
    images = outcome.first.plan.get("generations", {}).get("images", {})
    return (
        f"Campaign: {outcome.first.ended.counts.get('succeeded', 0):,} of {outcome.expected:,} creatives in "
        f"{outcome.first.seconds:.0f} s from {images.get('distinct', 0)} generated pictures; asked for again, "
        f"{outcome.made_again} jobs ran, in {outcome.again.seconds:.0f} s."
    )


def _pass(made: Pass) -> dict[str, Any]:
    return {
        "id": made.ended.id,
        "state": made.ended.state.value,
        "counts": dict(made.ended.counts),
        "plan": dict(made.plan),
        "seconds": round(made.seconds, 3),
    }
