"""What is promised of campaigns, checked on the sample's outcome."""

from __future__ import annotations

from collections.abc import Iterator

from shared.batches.states import BatchState
from shared.demo.campaign.outcome import CampaignOutcome, Pass, files_in

_NAMED = 3


def broken_campaign_promises(outcome: CampaignOutcome) -> list[str]:
    """A sentence for each promise that was not kept; empty when all were."""
    return [
        *_of_pass("the campaign", outcome.first, outcome.expected),
        *_of_pass("the campaign, asked for again,", outcome.again, outcome.expected),
        *_of_generations(outcome),
        *_of_repetition(outcome),
        *_of_zip(outcome),
    ]


def _of_pass(what: str, made: Pass, expected: int) -> Iterator[str]:
    if made.ended.state is not BatchState.COMPLETED:
        yield f"{what} has {made.ended.state.value}: {made.ended.error.message if made.ended.error else ''}"
    if made.ended.bad_rows:
        yield f"{made.ended.bad_rows} rows of the sample are bad"
    if made.ended.items != expected:
        yield f"{what} has {made.ended.items:,} creatives, not {expected:,}"
    missing = [item for item in made.items if item.artifact is None]
    for item in missing[:_NAMED]:
        why = item.error.message if item.error else item.state
        yield f"{item.custom_id} in {item.template}, {item.size}, {item.locale}: {why}"
    if len(missing) > _NAMED:
        yield f"{what} lacks {len(missing):,} creatives in all"


def _of_generations(outcome: CampaignOutcome) -> Iterator[str]:
    images = outcome.first.plan.get("generations", {}).get("images", {})
    if not 0 < images.get("distinct", 0) < outcome.products:
        yield f"{images.get('distinct', 0)} pictures were planned for {outcome.products} products, some of which share"
    needed = outcome.again.plan.get("generations", {}).get("images", {}).get("needed")
    if needed != 0:
        yield f"the second plan would generate {needed} pictures that are there"


def _of_repetition(outcome: CampaignOutcome) -> Iterator[str]:
    if outcome.made_again:
        yield f"{outcome.made_again:,} jobs ran again when the same table was sent again"
    if outcome.again.hashes != outcome.first.hashes:
        yield "the same table gave other files the second time"


def _of_zip(outcome: CampaignOutcome) -> Iterator[str]:
    files = files_in(outcome.zip_path, (".jpg", ".jpeg"))
    if files != outcome.expected:
        yield f"the campaign's ZIP has {files:,} creatives, not {outcome.expected:,}"
    if len({hash(creative.body) for creative in outcome.creatives()}) != outcome.expected:
        yield "the campaign's ZIP has other files than its creatives"
