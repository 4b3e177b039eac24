"""The sample campaign from its files to its ZIP, and once more to see that nothing is made twice."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.client import Batch, Client
from shared.client.kit_files import with_logos
from shared.demo.campaign import sample
from shared.demo.campaign.outcome import CampaignOutcome, Pass
from shared.demo.phases import Phases

_KIT = "olvarie"
_AT_ONCE = 4
_LONGEST_PLAN = 120.0
_LONGEST_CAMPAIGN = 900.0


def run_campaign(client: Client, folder: Path, phases: Phases, say: Callable[[str], None]) -> CampaignOutcome:
    """Plan, launch and fetch the sample campaign; then the same again.

    Raises what ``Client`` raises; what merely turned out otherwise than promised is in the outcome.
    """
    with phases.phase("campaign files"):
        # Each is looked at in a process of its own: several at once take less time.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(client.uploads.add, sample.product_pictures()))
        client.brand_kits.put(_KIT, with_logos(sample.kit(), sample.FOLDER, client.uploads.add))
    first = _pass(client, "campaign", phases, say)
    path = folder / "campaign.zip"
    with phases.phase("campaign zip"):
        client.campaigns.download_zip(first.ended.id, path)
    again = _pass(client, "campaign again", phases, say)
    with phases.phase("campaign check"):
        made_again = _made_anew(client, again)
    return CampaignOutcome(sample.request(), _products(), first, again, made_again, path)


def _pass(client: Client, name: str, phases: Phases, say: Callable[[str], None]) -> Pass:
    with phases.phase(f"{name}: plan"):
        campaign = client.campaigns.create(sample.request(), sample.TABLE)
        planned = client.campaigns.wait_for_plan(campaign.id, _LONGEST_PLAN)
    say(f"  {_planned(planned)}")
    began = time.monotonic()
    with phases.phase(name):
        client.campaigns.launch(planned.id)
        ended = client.campaigns.wait(planned.id, _LONGEST_CAMPAIGN)
    seconds = time.monotonic() - began
    return Pass(planned, ended, tuple(client.campaigns.creatives(ended.id)), seconds)


def _made_anew(client: Client, again: Pass) -> int:
    """How many jobs of the last pass took nothing over. They are the newest there are."""
    pictures = again.plan.get("generations", {}).get("images", {}).get("distinct", 0)
    newest = client.jobs(limit=again.ended.items + int(pictures))
    return sum(job.reused_from is None for job in newest)


def _products() -> int:
    with sample.TABLE.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def _planned(campaign: Batch) -> str:
    images = (campaign.plan or {}).get("generations", {}).get("images", {})
    return (
        f"planned    {campaign.items:,} creatives of {campaign.rows:,} rows; pictures to generate: "
        f"{images.get('needed', 0)} of {images.get('distinct', 0)}"
    )
