"""The many ways in which people ask for a brief: sentences, requests, labels and bare notes."""

from __future__ import annotations

import random
from dataclasses import replace

from worker.starter.adcopy.brief import Brief, Kind
from worker.starter.adcopy.english import indefinite, kind_of, with_article
from worker.starter.adcopy.vocabulary.category import Number, Product

KIND_NAMES: dict[Kind, tuple[str, ...]] = {
    Kind.SLOGAN: ("slogan", "slogan", "slogan", "tagline", "tagline", "motto", "catchphrase"),
    Kind.HEADLINE: ("headline", "headline", "headline", "ad headline", "banner headline", "title"),
    Kind.DESCRIPTION: ("product description", "product description", "description", "product text", "product blurb"),
    Kind.POST: ("social media post", "social media post", "post", "Instagram post", "caption", "tweet", "social post"),
    Kind.SUBJECT: ("email subject line", "email subject line", "subject line", "newsletter subject line"),
    Kind.CALL: ("call to action", "call to action", "call-to-action", "button text and call to action"),
    Kind.ADVERT: ("ad", "ad", "advertisement", "short ad", "advert", "ad copy", "piece of marketing copy"),
}

_OPENERS = (
    "Write {np}", "Write {np}", "Write {np}", "Write {np}", "Create {np}", "Create {np}", "Give me {np}", "Make {np}",
    "Please write {np}", "Draft {np}", "Suggest {np}", "Compose {np}", "Generate {np}", "I need {np}",
    "Can you write {np}", "Come up with {np}", "We are looking for {np}", "{Np}", "{Np}",
)  # fmt: skip


def _named_product(brief: Brief, rng: random.Random) -> str:
    product = brief.product
    if product.number is Number.SINGULAR:
        return rng.choice(
            (
                product.noun,
                product.noun,
                indefinite(product),
                f"our {product.noun}",
                kind_of(product),
                f"the {product.noun}",
            )
        )
    return rng.choice((product.noun, product.noun, product.noun, f"our {product.noun}", f"our new {product.noun}"))


def _with_brand(phrase: str, brief: Brief, rng: random.Random) -> str:
    if not brief.brand:
        return phrase
    patterns = [
        "{p} by {b}",
        "{p} by {b}",
        "{p} from {b}",
        "{p} called {b}",
        "{p}, brand {b}",
        "{p} named {b}",
        "{p} of the brand {b}",
    ]
    if brief.product.number is not Number.SINGULAR or phrase == brief.product.noun:
        patterns += [f"{{b}} {brief.product.noun}", f"{{b}}, {indefinite(brief.product)} brand"]
    return rng.choice(patterns).format(p=phrase, b=brief.brand)


def _details(brief: Brief, rng: random.Random, *, tone_is_open: bool) -> list[str]:
    clauses = []
    if brief.audience:
        clauses.append(
            rng.choice(
                (" for {0}", " for {0}", " aimed at {0}", ", target audience: {0}", " that speaks to {0}")
            ).format(brief.audience)
        )
    if brief.occasion:
        clauses.append(
            rng.choice((" for {0}", ", season: {0}", ", occasion: {0}", " on the occasion of {0}")).format(
                brief.occasion
            )
        )
    if brief.offer:
        clauses.append(rng.choice((" with {0}", ", mention {0}", " offering {0}", ", offer: {0}")).format(brief.offer))
    if brief.feature:
        clauses.append(
            rng.choice((", mention that it is {0}", ", {0}", " highlighting: {0}", ", key point: {0}")).format(
                brief.feature
            )
        )
    if tone_is_open:
        clauses.append(
            rng.choice((", {0} tone", " in {1} tone", ", tone: {0}", " ({0})", ", {0}", ". Tone: {0}")).format(
                brief.asked_tone, with_article(brief.asked_tone)
            )
        )
    rng.shuffle(clauses)
    return clauses


def _sentence(brief: Brief, rng: random.Random, kind: str) -> str:
    tone_first = bool(brief.asked_tone) and rng.random() < 0.7
    np = with_article(f"{brief.asked_tone} {kind}" if tone_first else kind)
    if brief.feature and " " not in brief.feature and rng.random() < 0.3:
        described = Product(f"{brief.feature} {brief.product.noun}", brief.product.number)
        brief = replace(brief, product=described, feature="")
    opener = rng.choice(_OPENERS).format(np=np, Np=np.split(" ", 1)[1].capitalize())
    product = _with_brand(_named_product(brief, rng), brief, rng)
    joint = rng.choice((" for ", " for ", " for ", " for ", " about ", " promoting ", " to sell "))
    clauses = _details(brief, rng, tone_is_open=bool(brief.asked_tone) and not tone_first)
    return opener + joint + product + "".join(clauses)


def _label(brief: Brief, rng: random.Random, kind: str) -> str:
    facts = [
        ("Product", brief.product.noun),
        ("Brand", brief.brand),
        ("Tone", brief.asked_tone),
        ("Audience", brief.audience),
        ("Occasion", brief.occasion),
        ("Offer", brief.offer),
        ("Mention", brief.feature),
    ]
    present = [(name, value) for name, value in facts if value]
    rng.shuffle(present)
    style = rng.random()
    if style < 0.4:
        return f"{kind}: " + ", ".join(value for _, value in present)
    if style < 0.7:
        return f"{kind}. " + ". ".join(f"{name}: {value}" for name, value in present)
    return f"{kind} - " + ", ".join(f"{name.lower()}: {value}" for name, value in present)


def _situation(brief: Brief, rng: random.Random, kind: str) -> str:
    """First what the brand does, then the request."""
    clauses = "".join(_details(brief, rng, tone_is_open=False))
    request = with_article(f"{brief.asked_tone} {kind}".strip())
    does = rng.choice(("sells", "makes", "offers", "stands for"))
    asks = rng.choice(("Write", "Create", "Suggest"))
    return f"{brief.brand} {does} {kind_of(brief.product)}{clauses}. {asks} {request}"


def write_prompt(brief: Brief, rng: random.Random) -> str:
    """Ask for the brief in words: one line, no closing separator."""
    kind = rng.choice(KIND_NAMES[brief.kind])
    if brief.brand and rng.random() < 0.07:
        return _situation(brief, rng, kind)
    if rng.random() < 0.14:
        prompt = _label(brief, rng, kind.capitalize() if rng.random() < 0.7 else kind)
    else:
        prompt = _sentence(brief, rng, kind)
    return prompt[0].lower() + prompt[1:] if rng.random() < 0.15 else prompt
