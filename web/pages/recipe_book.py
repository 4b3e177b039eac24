"""Forms that are filled in already, for people who know what they want and not yet how to ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from shared.catalog.models import Model


class Area(StrEnum):
    """What a recipe is for."""

    CREATION = "Creative assistance"
    ADVERTISING = "Advertising"
    EDUCATION = "Education"
    ENTERTAINMENT = "Entertainment"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One form to begin with. ``family`` is that of the model; ``values`` are typed as the form has them."""

    area: Area
    title: str
    words: str
    family: str
    values: Mapping[str, str] = field(default_factory=dict)

    def href(self, model: Model) -> str:
        """The form of a model, filled in."""
        return f"/?{urlencode({'model': model.name, **self.values})}"


RECIPES: Sequence[Recipe] = (
    Recipe(
        Area.CREATION,
        "Mood board",
        "Six takes on one scene, to choose a direction from.",
        "text-to-image",
        {"prompt": "a misty pine forest, soft morning light", "num_images": "6"},
    ),
    Recipe(
        Area.CREATION,
        "Variations of a picture",
        "Give a picture; get others of the same idea.",
        "unclip",
        {"num_images": "4"},
    ),
    Recipe(
        Area.CREATION,
        "A melody, continued",
        "Give the beginning as MIDI; get it played on, as notes and as sound.",
        "notes",
        {"bars": "8", "num_pieces": "2"},
    ),
    Recipe(
        Area.ADVERTISING,
        "Stage for a product",
        "Four studio backdrops to put a product on.",
        "text-to-image",
        {"prompt": "a white marble podium in a warm studio", "num_images": "4"},
    ),
    Recipe(
        Area.ADVERTISING,
        "Eight slogans",
        "A slogan in eight versions. Change the product, the brand and the tone.",
        "text",
        {"prompt": "Write a playful slogan for coffee by Zorvi", "num_return_sequences": "8"},
    ),
    Recipe(
        Area.ADVERTISING,
        "Jingle",
        "A few bars that stay in the ear, with their notes to go on from.",
        "notes",
        {"mood": "playful", "lead": "marimba", "tempo": "120", "bars": "4", "num_pieces": "3"},
    ),
    Recipe(
        Area.ADVERTISING,
        "Voice for a spot",
        "What is said in thirty seconds of radio, spoken.",
        "text-to-speech",
        {"prompt": "Zorvi. Coffee that is awake before you are. Now at your corner shop."},
    ),
    Recipe(
        Area.EDUCATION,
        "Lecture to text",
        "Give a recording; get what was said, and subtitles for it.",
        "speech-to-text",
        {"timestamps": "word"},
    ),
    Recipe(
        Area.EDUCATION,
        "Lesson, translated",
        "A recording in another language, written down in English.",
        "speech-to-text",
        {"task": "translate"},
    ),
    Recipe(
        Area.EDUCATION,
        "What is to be seen?",
        "Give a picture; get it described in words, for those who cannot see it.",
        "image-to-text",
    ),
    Recipe(
        Area.EDUCATION,
        "Read aloud",
        "A passage to listen to while following the text.",
        "text-to-speech",
        {"prompt": "The tide goes out twice a day, and each time the shore tells another story."},
    ),
    Recipe(
        Area.EDUCATION,
        "What a network imagines",
        "Sixteen samples of a generator, drawn from nothing but noise.",
        "gan",
        {"num_images": "16"},
    ),
    Recipe(
        Area.EDUCATION,
        "From one sample to another",
        "Eight steps through what a generator has learnt.",
        "gan",
        {"seed": "1", "target_seed": "2", "steps": "8"},
    ),
    Recipe(
        Area.ENTERTAINMENT,
        "Score for a game level",
        "Eight bars for a place where something is about to happen.",
        "notes",
        {"mood": "mysterious", "mode": "minor", "lead": "synth", "bars": "8"},
    ),
    Recipe(
        Area.ENTERTAINMENT,
        "Sound of a place",
        "An atmosphere from a sentence.",
        "text-to-audio",
        {"prompt": "rain on a tin roof, a slow piano far away"},
    ),
    Recipe(
        Area.ENTERTAINMENT,
        "Living picture",
        "A short clip from a sentence, or from a picture.",
        "text-to-video",
        {"prompt": "waves roll onto a sandy beach at sunset, slow camera pan"},
    ),
    Recipe(
        Area.ENTERTAINMENT,
        "World for a story",
        "Four places that a story could begin in.",
        "text-to-image",
        {"prompt": "golden desert dunes at sunset", "num_images": "4"},
    ),
)


@dataclass(frozen=True, slots=True)
class ReadyRecipe:
    """A recipe and the model that it runs on here."""

    recipe: Recipe
    model: Model

    @property
    def href(self) -> str:
        """Its form."""
        return self.recipe.href(self.model)


def ready(models: Sequence[Model]) -> dict[Area, list[ReadyRecipe]]:
    """The recipes that these models can run, by what they are for. The first model of a family is taken."""
    first: dict[str, Model] = {}
    for model in models:
        first.setdefault(model.family.value, model)
    found: dict[Area, list[ReadyRecipe]] = {}
    for recipe in RECIPES:
        if recipe.family in first:
            found.setdefault(recipe.area, []).append(ReadyRecipe(recipe, first[recipe.family]))
    return found
