"""What the demonstration submits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IMAGE_MODEL = "starter/backdrops"
TEXT_MODEL = "starter/adcopy"


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job to submit. ``title`` is what the contact sheet calls it."""

    title: str
    model: str
    input: Mapping[str, Any]
    priority: str = "normal"


def _image(title: str, prompt: str, seed: int) -> PlannedJob:
    return PlannedJob(title, IMAGE_MODEL, {"prompt": prompt, "seed": seed})


def _text(title: str, prompt: str, seed: int) -> PlannedJob:
    return PlannedJob(title, TEXT_MODEL, {"prompt": prompt, "seed": seed})


IMAGES = (
    _image("Beach", "a warm sandy beach at sunset, backdrop for a sunscreen ad, copy space", 11),
    _image("Mountains", "misty blue mountains at dawn, calm, for a travel campaign", 22),
    _image("City at night", "a purple city skyline at night, for a perfume poster", 33),
    _image("Studio sweep", "a pink studio backdrop, pastel, for a cosmetics product shot", 44),
    _image("Podium", "a teal podium, minimal, for a skincare ad", 55),
    _image("Bokeh", "golden bokeh lights, warm, as a holiday backdrop", 66),
    _image("Marble", "green marble texture, elegant, for a jewelry launch", 77),
    _image("Snow", "a snowy landscape by day, cool, for a coffee banner", 88),
)

REPEATED = _image("Beach, again", str(IMAGES[0].input["prompt"]), 11)
"""The first picture once more: the same model, input and seed promise the same bytes.

Both run alone. In a forward batch of several the sums of floating-point numbers are taken in another order, and a
pixel can come out one level of 255 lighter or darker.
"""

TEXTS = (
    _text("Slogan", "Write a playful slogan for coffee by Zorvi", 101),
    _text("Headline", "Write a bold headline for sneakers by Norvane, mention 20% off", 102),
    _text("Description", "Write a product description for a face cream by Lumea", 103),
    _text("Post", "Write a friendly social media post for organic tea by Mirel", 104),
)

REFUSED = PlannedJob("Impossible size", IMAGE_MODEL, {"prompt": "a beach", "width": 100_000})
REFUSED_FIELD = "input.width"

CANCELED = PlannedJob(
    "Called off", IMAGE_MODEL, {"prompt": "blue abstract waves", "seed": 99, "num_images": 4}, priority="bulk"
)
"""Bulk waits for everything else, so that there is time to call it off."""
