"""Slogans and headlines in German, French and Spanish."""

from __future__ import annotations

import random

from worker.starter.adcopy.brief import draw_brand
from worker.starter.adcopy.english import capitalized
from worker.starter.adcopy.vocabulary.languages import LANGUAGES, Language, Noun
from worker.starter.adcopy.vocabulary.tones import TONES

_ENGLISH_PROMPTS = (
    "Write a {kind} for {noun} by {brand} in {language}",
    "Write a {language} {kind} for {noun} by {brand}",
    "{kind} for {brand} {noun}, in {language}",
    "Create a {kind} in {language} for {noun} from {brand}",
    "{language} {kind}: {noun}, {brand}",
    "Write a {tone} {kind} in {language} for {noun} by {brand}",
    "{tone} {language} {kind} for {noun} by {brand}",
)
_GERMAN_PRONOUNS = {"m": "ihn", "f": "sie", "n": "es", "M": "sie", "F": "sie"}


def _ask(language: Language, kind: str, noun: Noun, brand: str, rng: random.Random) -> str:
    if rng.random() < 0.5:
        prompt = rng.choice(_ENGLISH_PROMPTS)
        return capitalized(
            prompt.format(
                kind=kind,
                noun=noun.english,
                brand=brand,
                language=language.name,
                tone=rng.choice(rng.choice(TONES).requests),
            )
        )
    prompt = rng.choice(language.prompts)
    named = rng.choice(language.kind_names[kind])
    article = language.kind_names["article"][0]
    return capitalized(prompt.format(kind=named, noun=noun.word, brand=brand, article=article))


def _answer(language: Language, kind: str, noun: Noun, brand: str, rng: random.Random) -> str:
    adjective, other = rng.sample(language.adjectives, 2)
    value, value2 = rng.sample(language.values, 2)
    form = adjective[noun.noun_class]
    before, after = f"{form} {noun.word}", f"{noun.word} {form}"
    patterns = language.slogans if kind == "slogan" else language.headlines
    text = rng.choice(patterns).format(
        brand=brand,
        noun=noun.word,
        Noun=capitalized(noun.word),
        adj_noun=before,
        Adj_noun=capitalized(before),
        noun_adj=after,
        Noun_adj=capitalized(after),
        Adj=capitalized(adjective.get("plain", form)),
        adj2=other.get("plain", other[noun.noun_class]),
        pronoun=_GERMAN_PRONOUNS[noun.noun_class],
        value=value,
        value2=value2,
        moment=rng.choice(language.moments),
        closer=rng.choice(language.closers),
    )
    if kind == "slogan" and rng.random() < 0.12:
        text = f"{text} {rng.choice(language.calls)}."
    return capitalized(text).replace("..", ".")


def draw_translated(rng: random.Random) -> tuple[str, str, str, str]:
    """Draw one prompt and its answer; return them with the brand and the language's name."""
    language = rng.choice(LANGUAGES)
    kind = rng.choice(("slogan", "slogan", "headline"))
    noun, brand = rng.choice(language.nouns), draw_brand(rng)
    return _ask(language, kind, noun, brand, rng), _answer(language, kind, noun, brand, rng), brand, language.name
