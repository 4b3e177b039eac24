"""How many characters a channel's texts may have, as the channel counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.batches.copy_rules import Counting


@dataclass(frozen=True, slots=True)
class Channel:
    """A place for a text."""

    max_characters: int
    counting: Counting = "characters"


CHANNELS: Mapping[str, Channel] = {
    "google-ads-headline": Channel(30, "weighted"),
    "google-ads-long-headline": Channel(90, "weighted"),
    "google-ads-description": Channel(90, "weighted"),
    "google-ads-path": Channel(15, "weighted"),
    "meta-headline": Channel(40),
    "meta-primary-text": Channel(125),
    "instagram-caption": Channel(2200),
    "linkedin-headline": Channel(70),
    "linkedin-introduction": Channel(150),
    "pinterest-title": Channel(100),
    "pinterest-description": Channel(500),
    "tiktok-text": Channel(100, "weighted"),
    "x-post": Channel(280, "weighted"),
    "sms": Channel(160, "sms"),
    "email-subject": Channel(60),
    "push-title": Channel(50),
    "push-text": Channel(150),
}
