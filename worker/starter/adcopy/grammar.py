"""Prompt and answer pairs for training and evaluation, endless and reproducible by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from worker.starter.adcopy.answers import promises_product, write_answer
from worker.starter.adcopy.brief import draw_brief
from worker.starter.adcopy.english import kind_of
from worker.starter.adcopy.prompts import write_prompt
from worker.starter.adcopy.translated import draw_translated

_TRANSLATED_SHARE = 0.12


@dataclass(frozen=True)
class Example:
    """One prompt (a single line without a separator), its answer, and what the answer must show.

    ``brand`` and ``tone`` are empty when the prompt names none; ``product_names`` are the words of which one must occur
    in the answer, empty where a brand alone will do.
    """

    prompt: str
    answer: str
    language: str
    brand: str
    tone: str
    product_names: tuple[str, ...]

    def names_product(self, text: str) -> bool:
        """Whether a text names the product, in the singular or the plural, whatever the case."""
        return any(name in text.lower() for name in self.product_names)


def draw_example(rng: random.Random) -> Example:
    """Draw one example."""
    if rng.random() < _TRANSLATED_SHARE:
        prompt, answer, brand, language = draw_translated(rng)
        return Example(prompt, answer, language, brand, "", ())
    brief = draw_brief(rng)
    names = (brief.product.noun.lower(), kind_of(brief.product).lower()) if promises_product(brief) else ()
    tone = brief.tone.name if brief.asked_tone else ""
    return Example(write_prompt(brief, rng), write_answer(brief, rng), "English", brief.brand, tone, names)


def examples(seed: int) -> Iterator[Example]:
    """Endless examples; the same seed gives the same ones."""
    rng = random.Random(seed)
    while True:
        yield draw_example(rng)
