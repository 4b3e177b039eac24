"""English inflection, as far as the ad-copy grammar needs it."""

from __future__ import annotations

import re

from worker.starter.adcopy.vocabulary.category import Number, Product

_IRREGULAR_VERBS = {"be": "is", "have": "has", "do": "does", "go": "goes"}
_MARKED_VERB = re.compile(r"([a-z]+)\*")
_SILENT_OR_CONSONANT_VOWEL = ("uni", "use", "one", "eu")
_VOWEL_SOUND_CONSONANT = ("hour", "honest", "heir")


def with_article(phrase: str) -> str:
    """Put "a" or "an" before a phrase, by its sound."""
    word = phrase.lower()
    vowel = word[0] in "aeiou" and not word.startswith(_SILENT_OR_CONSONANT_VOWEL)
    return f"{'an' if vowel or word.startswith(_VOWEL_SOUND_CONSONANT) else 'a'} {phrase}"


def third_person(verb: str) -> str:
    """``wake`` -> ``wakes``, ``carry`` -> ``carries``, ``push`` -> ``pushes``."""
    if verb in _IRREGULAR_VERBS:
        return _IRREGULAR_VERBS[verb]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"


def conjugate(benefit: str, *, plural: bool) -> str:
    """Inflect every verb that is marked with ``*``; a plural or an infinitive takes the base form."""
    if plural:
        return benefit.replace("*", "")
    return _MARKED_VERB.sub(lambda match: third_person(match.group(1)), benefit)


def pluralize(noun: str) -> str:
    """The plural of a countable noun phrase, whose last word carries it."""
    if noun.endswith(("shelf", "leaf")):
        return f"{noun[:-1]}ves"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "sh", "ch", "x", "z")) else f"{noun}s"


def kind_of(product: Product) -> str:
    """The noun for the product in general: ``backpacks``, ``sneakers``, ``coffee``."""
    return pluralize(product.noun) if product.number is Number.SINGULAR else product.noun


def indefinite(product: Product, adjective: str = "") -> str:
    """``a sturdy backpack``, ``sturdy sneakers``, ``smooth coffee``."""
    phrase = f"{adjective} {product.noun}".strip()
    return with_article(phrase) if product.number is Number.SINGULAR else phrase


def capitalized(text: str) -> str:
    """The text with its first letter in upper case and the rest untouched."""
    return text[:1].upper() + text[1:]


def counts_in_plural(noun: str) -> bool:
    """Whether a noun without an article is a plural, which takes "fewer": ``cables``, not ``stress``."""
    return noun.endswith("s") and not noun.endswith("ss")
