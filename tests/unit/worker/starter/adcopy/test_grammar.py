"""The grammar: reproducible, and true to its briefs."""

from __future__ import annotations

import itertools
import re

from worker.starter.adcopy.english import conjugate, indefinite, pluralize, with_article
from worker.starter.adcopy.grammar import Example, examples
from worker.starter.adcopy.vocabulary import CATEGORIES
from worker.starter.adcopy.vocabulary.category import Number, Product


def drawn(seed: int, count: int) -> list[Example]:
    return list(itertools.islice(examples(seed), count))


def test_the_same_seed_gives_the_same_examples_and_another_seed_others() -> None:
    assert drawn(3, 200) == drawn(3, 200)
    assert drawn(3, 200) != drawn(4, 200)


def test_every_answer_names_the_brand_and_product_its_prompt_asks_for() -> None:
    for example in drawn(5, 4000):
        assert example.brand in example.prompt
        assert example.brand in example.answer
        if example.product_names:
            assert example.names_product(example.prompt), example.prompt
            assert example.names_product(example.answer), example


def test_prompts_and_answers_hardly_ever_repeat() -> None:
    many = drawn(6, 5000)
    assert len({example.prompt for example in many}) > 4950
    assert len({example.answer for example in many}) > 4700


def test_answers_are_whole_sentences_in_clean_text() -> None:
    for example in drawn(7, 4000):
        assert not re.search(r"[{}*^]|\.\.|  | ,|\n", example.answer), example.answer
        assert not re.search(r"\ba [aei]|\ban [^aeiouh8\W]", example.answer) or example.language != "English", (
            example.answer
        )
        assert not example.answer[0].islower(), example.answer


def test_there_are_more_than_two_hundred_different_products() -> None:
    products = [product.noun for category in CATEGORIES for product in category.products]
    assert len(set(products)) == len(products) > 200


def test_articles_follow_the_sound_and_verbs_the_number() -> None:
    assert with_article("hour") == "an hour"
    assert with_article("unique idea") == "a unique idea"
    assert indefinite(Product("sneakers", Number.PLURAL), "bold") == "bold sneakers"
    assert conjugate("carry* on and push* ahead", plural=False) == "carries on and pushes ahead"
    assert conjugate("carry* on", plural=True) == "carry on"
    assert [pluralize(noun) for noun in ("bakery", "bookshelf", "watch", "toy")] == [
        "bakeries", "bookshelves", "watches", "toys",
    ]  # fmt: skip
