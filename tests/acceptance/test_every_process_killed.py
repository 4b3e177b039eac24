"""kill -9 of every process of the stack in turn, under load, and of the supervisor itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.client import Client
from tests.acceptance.killable_platform import VICTIMS, Platform, wait_for
from tests.oracle import assert_nothing_lost_or_doubled


@pytest.fixture
def platform(short_folder: Path) -> Iterator[Platform]:
    home = short_folder / "killed" / "home"
    home.mkdir(parents=True)
    platform = Platform(home)
    platform.up()
    try:
        yield platform
    finally:
        platform.down()


def submit(client: Client, name: str, count: int) -> list[str]:
    """Jobs that end soon; their ids were answered with 2xx."""
    return [
        client.submit(
            "starter/adcopy",
            {"prompt": f"Write a slogan for tea, {name}", "seed": seed, "max_new_tokens": 24},
            idempotency_key=f"{name}-{seed}",
        ).id
        for seed in range(count)
    ]


def all_ended(client: Client, ids: list[str]) -> bool:
    return all(client.job(job_id).document["finished_at"] for job_id in ids)


@pytest.mark.timeout(600)
def test_killing_every_process_in_turn_loses_and_doubles_nothing(platform: Platform) -> None:
    accepted: list[str] = []
    with platform.client() as client:
        for victim in VICTIMS:
            before = submit(client, f"before {victim} dies", 5)
            platform.kill(victim)
            after = [
                client.submit("starter/adcopy", {"prompt": f"After {victim} died", "seed": seed}).id for seed in (1, 2)
            ]
            wait_for(lambda ids=[*before, *after]: all_ended(client, ids), f"jobs end although {victim} was killed")  # type: ignore[misc]
            accepted += [*before, *after]
        last = submit(client, "before the supervisor dies", 5)
        platform.kill_supervisor()
    platform.up()
    with platform.client() as client:
        wait_for(lambda: all_ended(client, last), "jobs end after the supervisor was killed and started again")
    assert_nothing_lost_or_doubled(platform.running().environment, [*accepted, *last])
