"""Prompts to begin with, for people who have not seen what a model can do."""

from __future__ import annotations

from collections.abc import Sequence

from shared.catalog.families import FamilyName
from shared.catalog.models import Model

_OF_FAMILY: dict[FamilyName, tuple[str, ...]] = {
    FamilyName.TEXT_TO_IMAGE: (
        "golden desert dunes at sunset",
        "a misty pine forest, soft morning light",
        "a white marble podium in a warm studio",
        "pastel confetti on a pink background",
    ),
    FamilyName.UNCLIP: (
        "a corgi playing a flame-throwing trumpet",
        "an astronaut riding a horse, in the style of a woodcut",
        "a shiba inu wearing a beret and a black turtleneck",
        "a bowl of soup as a planet in the universe, as a poster",
    ),
    FamilyName.TEXT: (
        "Write a playful slogan for coffee by Zorvi",
        "Write a headline for running shoes for beginners",
        "Write a short description of a linen shirt",
        "Write an elegant slogan for a perfume",
    ),
    FamilyName.TEXT_TO_VIDEO: (
        "waves roll onto a sandy beach at sunset, slow camera pan",
        "steam rises from a cup of coffee on a wooden table",
        "a paper boat drifts down a rain-wet street",
        "clouds race over a mountain ridge, time lapse",
    ),
    FamilyName.IMAGE_TO_TEXT: ("a photo of", "an advertisement for", "the colours are"),
    FamilyName.TEXT_TO_AUDIO: (
        "warm acoustic guitar over soft brushed drums, for a coffee advertisement",
        "an upbeat synth jingle with claps, bright and short",
        "rain on a tin roof, distant thunder",
        "a slow piano waltz with strings",
    ),
    FamilyName.TEXT_TO_SPEECH: (
        "Good morning! The bakery is open, and the bread is still warm.",
        "This weekend only: two pairs of shoes for the price of one.",
        "Welcome aboard. Please keep your ticket at hand.",
    ),
}

_HINTS: dict[FamilyName, str] = {
    FamilyName.TEXT_TO_IMAGE: "Describe it in a sentence: what, where, which colours, which mood",
    FamilyName.UNCLIP: "Describe it in a sentence, or leave this empty and give a picture to vary",
    FamilyName.TEXT: "Say what to write: for which product and brand, for whom, in which tone",
    FamilyName.TEXT_TO_AUDIO: "Describe what is heard: instruments, mood, tempo, or the sound and where it is",
    FamilyName.TEXT_TO_VIDEO: "Describe what is seen, how it moves, and what the camera does",
    FamilyName.IMAGE_TO_TEXT: "How the caption begins, or what to say of the picture; leave it empty to let it begin",
    FamilyName.TEXT_TO_SPEECH: "Write what is to be heard, numbers as words; a new line makes a longer pause",
}


def hint_for(model: Model) -> str:
    """What an empty prompt says."""
    return _HINTS.get(model.family, "")


def examples_for(model: Model, of_field: Sequence[str]) -> list[str]:
    """The family's examples, after those that the field itself documents."""
    return list(dict.fromkeys([*of_field[:1], *_OF_FAMILY.get(model.family, ())]))[:5]
