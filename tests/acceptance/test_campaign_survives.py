"""A campaign whose workers are killed and whose Redis is flushed ends with the files of one that nobody disturbed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import redis

import shared.campaigns
from shared.client import Client
from shared.client.batch_documents import Batch
from tests.acceptance.killable_platform import Platform, wait_for
from tests.oracle import assert_nothing_lost_or_doubled

_PICTURES = Path(shared.campaigns.__file__).parent / "sample" / "products"
_PRODUCTS = ("lamp", "kettle", "mug", "watch", "wallet", "speaker")
_SIZES = ("1080x1080", "1200x628")
_LOCALES = ("en", "de", "ar")
_CAMPAIGN: Mapping[str, Any] = {
    "name": "Spring",
    "rows": [
        {
            "custom_id": f"p{number}",
            "product": f"{name}.png",
            "headline": f"Meet the {name}",
            "headline.de": f"Neu: {name}",
            "headline.ar": f"جديد: {name}",
            "price": f"€{number + 19}.90",
            "cta": "Shop now",
            "cta.de": "Jetzt kaufen",
            "cta.ar": "تسوّق الآن",
            "scene": "calm teal studio sweep" if number % 2 else "warm beige podium",
        }
        for number, name in enumerate(_PRODUCTS, 1)
    ],
    "templates": ["starter/hero"],
    "sizes": list(_SIZES),
    "locales": list(_LOCALES),
    "images": {"backdrop": {"model": "starter/backdrops", "prompt": "a {scene}"}},
    "output": {"format": "jpeg", "quality": 85},
    "launch": True,
}
_CREATIVES = len(_PRODUCTS) * len(_SIZES) * len(_LOCALES)
_VICTIMS = ("gpu-worker child", "compositor", "cpu-worker")
_PATIENCE = 300.0


@pytest.fixture
def platform(short_folder: Path) -> Iterator[Platform]:
    home = short_folder / "campaign" / "home"
    home.mkdir(parents=True)
    platform = Platform(home)
    platform.up()
    try:
        yield platform
    finally:
        platform.down()


@pytest.mark.timeout(900)
def test_killing_workers_and_flushing_redis_in_the_middle_changes_nothing_in_the_result(platform: Platform) -> None:
    with platform.client() as client:
        send_pictures(client)
        undisturbed = client.campaigns.create(_CAMPAIGN, launch=True)
        end = client.campaigns.wait(undisturbed.id, _PATIENCE)
        wanted = files(client, end)
    with platform.client(another_workspace(platform)) as client:
        send_pictures(client)
        disturbed = client.campaigns.create(_CAMPAIGN, launch=True)
        for victim in _VICTIMS:
            platform.kill(victim)
            redis.Redis.from_url(platform.running().environment["BOTTEGA_REDIS_URL"]).flushall()
            succeeded = finished(client, disturbed)
            wait_for(
                lambda before=succeeded: finished(client, disturbed) > before or ended(client, disturbed),  # type: ignore[misc]
                f"the campaign goes on after {victim} was killed",
                _PATIENCE,
            )
        end = client.campaigns.wait(disturbed.id, _PATIENCE)
        found = files(client, end)
        jobs = [str(item.job_id) for item in client.campaigns.creatives(disturbed.id)]

    assert len(wanted) == _CREATIVES
    assert found == wanted
    assert_nothing_lost_or_doubled(platform.running().environment, jobs)


def send_pictures(client: Client) -> None:
    for name in _PRODUCTS:
        client.uploads.add(_PICTURES / f"{name}.png")


def files(client: Client, campaign: Batch) -> dict[tuple[str, str | None, str | None], str]:
    """The SHA-256 of every creative by row, size and locale."""
    found = {}
    for item in client.campaigns.creatives(campaign.id):
        assert item.artifact is not None, (item.state, item.error)
        found[item.custom_id, item.size, item.locale] = item.artifact.sha256
    return found


def finished(client: Client, campaign: Batch) -> int:
    """How many of its creatives have succeeded."""
    return sum(item.state == "succeeded" for item in client.campaigns.creatives(campaign.id))


def ended(client: Client, campaign: Batch) -> bool:
    return client.campaigns.get(campaign.id).has_ended


def another_workspace(platform: Platform) -> str:
    """A tenant who shares nothing with the first; a key of theirs."""
    command = [sys.executable, "-m", "shared.cli"]
    environment = {**os.environ, **platform.running().environment}
    for arguments in (["workspaces", "create", "other"], ["keys", "create", "--workspace", "other", "--json"]):
        done = subprocess.run(
            [*command, *arguments, "--home", str(platform.home)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    return str(json.loads(done.stdout)["api_key"])
