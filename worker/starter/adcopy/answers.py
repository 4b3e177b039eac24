"""Copy that answers a brief."""

from __future__ import annotations

import random
import re
import string

from worker.starter.adcopy.brief import INTANGIBLE, Brief, Kind
from worker.starter.adcopy.english import capitalized, conjugate, counts_in_plural, indefinite, kind_of, third_person
from worker.starter.adcopy.templates import CORES, ENDING_WITH_A_FACT, MIDDLES, OPENINGS, TITLE_PREFIXES, TITLE_SUFFIXES
from worker.starter.adcopy.vocabulary.category import Number

_TITLES = frozenset({Kind.HEADLINE, Kind.SUBJECT})
_LOUD_TONES = frozenset({"playful", "urgent", "bold", "friendly"})
_PRODUCT_SLOTS = frozenset({"own", "kind", "adj_product", "the_product", "the_adj_product", "intro"})
_TONE_SLOTS = frozenset({"hook", "closer", "call"})
_FACTS = ("offer", "feature", "audience", "occasion")
_SENTENCE_START = re.compile(r"(^|[.!?]\s+)([a-z])")
_AGREES_WITH_NAME = re.compile(r"([a-z]+)\*")
_AGREES_WITH_PRODUCT = re.compile(r"([a-z]+)\^")
_INVARIABLE = {"is": ("is", "are")}


def promises_product(brief: Brief) -> bool:
    """Whether the answer is sure to name the product; a slogan or a call of a brand may name the brand alone."""
    return not brief.brand or brief.kind not in (Kind.SLOGAN, Kind.CALL)


def _slots_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _fitting(brief: Brief, templates: tuple[str, ...], *, name_product: bool) -> list[str]:
    """The patterns that suit the brief: one dentist is not spoken of as dentists in general."""
    one_of_a_kind = brief.category.name in INTANGIBLE and brief.product.number is Number.SINGULAR
    return [
        template
        for template in templates
        if not (name_product and not _slots_of(template) & _PRODUCT_SLOTS)
        and not (one_of_a_kind and "kind" in _slots_of(template))
        and not (not brief.brand and "brand" in _slots_of(template))
    ]


def _punctuated(sentence: str, brief: Brief, rng: random.Random) -> str:
    return sentence + ("!" if brief.tone.name in _LOUD_TONES and rng.random() < 0.4 else ".")


def _adjectives(brief: Brief, rng: random.Random) -> list[str]:
    """Three different adjectives, the tone's own among them more often than not, none already in the noun."""
    words = set(brief.product.noun.split()) | {brief.feature}
    fitting = [a for a in brief.category.adjectives if a not in words]
    toned = [a for a in brief.tone.adjectives if a not in words]
    drawn: list[str] = []
    while len(drawn) < 3:
        candidate = rng.choice(toned if rng.random() < 0.4 else fitting)
        if candidate not in drawn:
            drawn.append(candidate)
    return drawn


def _naming_slots(brief: Brief, adjective: str) -> dict[str, str]:
    product, brand = brief.product, brief.brand
    singular = product.number is Number.SINGULAR
    own = f"{'the ' if singular else ''}{brand} {product.noun}" if brand else f"our {product.noun}"
    return {
        "own": own,
        "name": brand or own,
        "brand": brand,
        "kind": kind_of(product),
        "the_product": f"the {product.noun}",
        "the_adj_product": f"the {adjective} {product.noun}",
        "adj_product": indefinite(product, adjective),
        "intro": f"{brand}, the {adjective} {product.noun}" if brand else f"the {adjective} {product.noun}",
    }


def _slots(brief: Brief, rng: random.Random) -> dict[str, str]:
    """A value for every slot, drawn afresh."""
    category, tone = brief.category, brief.tone
    plural = brief.product.number is Number.PLURAL
    adj, adj2, adj3 = _adjectives(brief, rng)
    value, value2, value3 = rng.sample(category.values, 3)
    moment, moment2 = rng.sample(category.moments, 2)
    benefit = rng.choice(category.benefits)
    hook, pain = rng.choice(tone.hooks), rng.choice(category.pains)
    name_plural = plural and not brief.brand
    return {
        **_naming_slots(brief, adj),
        "adj": adj, "adj2": adj2, "adj3": adj3, "value": value, "value2": value2, "value3": value3,
        "moment": moment, "moment2": moment2,
        "detail": rng.choice(category.details),
        "pain": pain, "less_pain": f"{'fewer' if counts_in_plural(pain) else 'less'} {pain}",
        "verb": rng.choice(category.verbs), "line": rng.choice(category.lines),
        "hook": hook + rng.choice(("!" if tone.name in _LOUD_TONES else ".", ":" if ":" not in hook else ".")),
        "closer": _punctuated(rng.choice(tone.closers), brief, rng),
        "call": _punctuated(rng.choice(tone.calls), brief, rng),
        "benefit": conjugate(benefit, plural=plural), "name_benefit": conjugate(benefit, plural=name_plural),
        "to_benefit": conjugate(benefit, plural=True),
        "is": "are" if plural else "is", "is_name": "are" if name_plural else "is",
        "is_kind": "is" if brief.product.number is Number.MASS else "are",
        "it": "they" if plural else "it", "them": "them" if plural else "it",
        "audience": brief.audience, "occasion": brief.occasion, "offer": brief.offer, "feature": brief.feature,
    }  # fmt: skip


def _agreeing(template: str, *, product_plural: bool, name_plural: bool) -> str:
    def inflect(verb: str, plural: bool) -> str:
        if verb in _INVARIABLE:
            return _INVARIABLE[verb][plural]
        return verb if plural else third_person(verb)

    text = _AGREES_WITH_NAME.sub(lambda match: inflect(match.group(1), name_plural), template)
    return _AGREES_WITH_PRODUCT.sub(lambda match: inflect(match.group(1), product_plural), text)


def _fill(template: str, brief: Brief, rng: random.Random, **more: str) -> str:
    plural = brief.product.number is Number.PLURAL
    agreed = _agreeing(template, product_plural=plural, name_plural=plural and not brief.brand)
    text = agreed.format(**{**_slots(brief, rng), **more})
    return _SENTENCE_START.sub(lambda match: match.group(1) + match.group(2).upper(), text).replace("..", ".")


def _facts(brief: Brief) -> list[str]:
    return [name for name in _FACTS if getattr(brief, name)]


def _title(brief: Brief, rng: random.Random) -> str:
    template = rng.choice(_fitting(brief, CORES[brief.kind], name_product=True))
    if not _slots_of(template) & _TONE_SLOTS and rng.random() < 0.4:
        template = f"{{hook}} {template}"
    core = _fill(template, brief, rng)
    patterns = [TITLE_SUFFIXES, TITLE_PREFIXES]
    if ":" not in core:
        rng.shuffle(patterns)
    for fact, pattern in zip(_facts(brief), patterns, strict=False):
        core = _fill(pattern[fact], brief, rng, core=core)
    return core if brief.brand and core.endswith(brief.brand) else core.removesuffix(".")


def _short(brief: Brief, rng: random.Random) -> str:
    template = rng.choice(_fitting(brief, CORES[brief.kind], name_product=promises_product(brief)))
    if not _slots_of(template) & _TONE_SLOTS and rng.random() < 0.6:
        template = f"{template} {{closer}}"
    sentences = [_fill(template, brief, rng)]
    sentences += [_fill(rng.choice(ENDING_WITH_A_FACT[fact]), brief, rng) for fact in _facts(brief)]
    return " ".join(sentences)


def _description(brief: Brief, rng: random.Random) -> str:
    opening = rng.choice(_fitting(brief, OPENINGS, name_product=True))
    middles = rng.sample(MIDDLES, rng.choice((1, 2, 2)))
    endings = [rng.choice(ENDING_WITH_A_FACT[fact]) for fact in _facts(brief)]
    last = rng.choice(("{closer}", "{call}", "{closer} {call}"))
    return " ".join(_fill(template, brief, rng) for template in (opening, *middles, *endings, last))


def _hashtag(phrase: str) -> str:
    return "#" + "".join(capitalized(word) for word in re.findall(r"[A-Za-z0-9]+", phrase))


def _post(brief: Brief, rng: random.Random) -> str:
    text = _short(brief, rng)
    if brief.tone.emoji and rng.random() < 0.6:
        text += f" {rng.choice(brief.tone.emoji)}"
    tags = [brief.brand or brief.product.noun, rng.choice(brief.category.values)]
    return f"{text} {' '.join(map(_hashtag, tags))}" if rng.random() < 0.75 else text


_WRITERS = {
    Kind.HEADLINE: _title,
    Kind.SUBJECT: _title,
    Kind.DESCRIPTION: _description,
    Kind.POST: _post,
    Kind.SLOGAN: _short,
    Kind.CALL: _short,
    Kind.ADVERT: _short,
}


def write_answer(brief: Brief, rng: random.Random) -> str:
    """Write copy for the brief: the brand is always named, the product where ``promises_product`` says so."""
    return capitalized(_WRITERS[brief.kind](brief, rng))
