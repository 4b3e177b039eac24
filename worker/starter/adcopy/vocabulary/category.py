"""The shape of one English product category: what is sold, and the phrases that fit everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Number(StrEnum):
    """How an English noun counts: this decides its article, its pronoun and its verb."""

    SINGULAR = "singular"
    PLURAL = "plural"
    MASS = "mass"


@dataclass(frozen=True)
class Product:
    """A thing on sale, in lower case, without an article."""

    noun: str
    number: Number


@dataclass(frozen=True)
class Category:
    """Phrases that are true to any product of one kind. ``benefits`` are verb phrases whose verbs are in the base
    form and end in ``*``, so that they can be conjugated; ``moments`` are noun phrases that follow "for";
    ``values`` and ``pains`` are nouns without an article; ``details`` follow "is" or "are"; ``verbs`` take the
    product as their object; ``lines`` are complete sentences."""

    name: str
    products: tuple[Product, ...]
    adjectives: tuple[str, ...]
    benefits: tuple[str, ...]
    moments: tuple[str, ...]
    values: tuple[str, ...]
    pains: tuple[str, ...]
    details: tuple[str, ...]
    verbs: tuple[str, ...]
    lines: tuple[str, ...]


_NUMBER_MARKS = {"+": Number.PLURAL, "~": Number.MASS}


def split(phrases: str) -> tuple[str, ...]:
    """Split a semicolon list over any number of lines into its phrases."""
    return tuple(" ".join(part.split()) for part in phrases.split(";") if part.strip())


def parse_product(marked: str) -> Product:
    """Read ``sneakers+`` as a plural, ``tea~`` as a mass noun, ``sofa`` as a singular."""
    number = _NUMBER_MARKS.get(marked[-1], Number.SINGULAR)
    return Product(marked.rstrip("+~"), number)


def category(
    name: str,
    *,
    products: str,
    adjectives: str,
    benefits: str,
    moments: str,
    values: str,
    pains: str,
    details: str,
    verbs: str,
    lines: str,
) -> Category:
    """Build a category from semicolon lists."""
    return Category(
        name=name,
        products=tuple(parse_product(marked) for marked in split(products)),
        adjectives=split(adjectives),
        benefits=split(benefits),
        moments=split(moments),
        values=split(values),
        pains=split(pains),
        details=split(details),
        verbs=split(verbs),
        lines=split(lines),
    )
