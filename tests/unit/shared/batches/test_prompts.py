"""Prompt templates: what they take, deterministically, and what is wrong with those that cannot be read."""

from __future__ import annotations

from collections import Counter

import pytest

from shared.batches.expansion import CellProblem
from shared.batches.prompts import Draw, PromptTemplate, TemplateError

CELLS = {"name": "Assam", "custom_id": "tea-1", "input.style": "oil", "Größe": "XL"}
WILDCARDS = {"season": ["spring", "{name} autumn"], "mood": ["calm"]}


def template(source: str, name: str = "input.prompt") -> PromptTemplate:
    return PromptTemplate(name, source, CELLS, WILDCARDS)


def text(source: str, seed: int = 0, custom_id: str = "tea-1") -> str:
    found = template(source).text(CELLS, Draw(seed, custom_id))
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{name} in { Größe }", "Assam in XL"),
        ("a {{brace}} | a bar", "a {brace} | a bar"),
        ("{input.style}", "oil"),
        ("{one|one}", "one"),
        ("{x{name}|x{name}}", "xAssam"),
        ("{tea {name}|tea {name}} {a{b|b}|a{b|b}}", "tea Assam ab"),
        ("{|} end", " end"),
        ("__mood__ snake_case __dunder", "calm snake_case __dunder"),
        ("no places", "no places"),
        ("", ""),
    ],
)
def test_what_stands_in_a_template_is_what_comes_out(source: str, expected: str) -> None:
    assert text(source) == expected


def test_a_wildcard_s_text_is_taken_as_it_is() -> None:
    found = {text("__season__", custom_id=str(number)) for number in range(50)}

    assert found == {"spring", "{name} autumn"}


def test_choices_follow_from_the_seed_the_row_and_the_place_alone() -> None:
    source = "{a|b|c|d} {a|b|c|d} __season__"

    assert text(source) == text(source)
    assert template(source).text({**CELLS, "name": "Ceylon"}, Draw(0, "tea-1")) == text(source)
    assert len({text(source, seed) for seed in range(40)}) > 10
    assert len({text(source, custom_id=str(number)) for number in range(40)}) > 10
    other_field = template(source, "input.negative_prompt")
    assert any(other_field.text(CELLS, Draw(seed, "tea-1")) != text(source, seed) for seed in range(5))


def test_each_alternative_comes_about_as_often_as_the_others() -> None:
    counted = Counter(text("{a|b|c|d}", custom_id=str(number)) for number in range(4000))

    assert all(900 < count < 1100 for count in counted.values())


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("for {colour}", "names the column 'colour', which the table does not have"),
        ("for {nam}", r"did you mean \{name\}"),
        ("__seasons__", "names the wildcard __seasons__"),
        ("{name", "nothing closes"),
        ("name}", "nothing opened"),
        ("{}", "empty braces"),
        ("{{name}|tea}", "nothing opened"),
        ("{ {name} }", "nothing to choose from"),
        ("{a|" * 12 + "b" + "}" * 12, "more than 10 deep"),
        ("{name}" * 2001, "more than 2,000 parts"),
    ],
)
def test_a_template_that_cannot_be_read_says_why(source: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        template(source)


def test_a_text_that_grows_too_long_is_a_problem_of_its_columns() -> None:
    found = template("{name}{name}").text({"name": "x" * 6000}, Draw(0, "tea-1"))

    assert found == CellProblem("name", "too_long", "makes a text of more than 10,000 characters of `input.prompt`")


def test_what_is_in_a_cell_is_never_read_as_a_template() -> None:
    assert template("{name}").text({"name": "{a|b} __mood__ {{x}}"}, Draw(0, "1")) == "{a|b} __mood__ {{x}}"
