"""Templates as JSON: what is wrong with one is said at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.campaigns.design.layers import GradientLayer, TextLayer
from shared.campaigns.design.layout import read_layout
from shared.campaigns.design.sizes import read_size
from shared.errors import InputRefused

Change = Callable[[dict[str, Any]], object]


def refusal(layout: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """The problems of a layout by their paths."""
    with pytest.raises(InputRefused) as refused:
        read_layout(layout, prefix)
    return {problem.path: problem.message for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (lambda each: each.pop("title"), "title", "is missing"),
        (lambda each: each.update(version=2), "version", "must be 1, not 2"),
        (lambda each: each["layers"][1].pop("size"), "layers.1.size", "is missing"),
        (lambda each: each["layers"][1]["box"].update(anchor="middle"), "layers.1.box.anchor", "must be top-left"),
        (lambda each: each["layers"][1]["box"].update(width="wide"), "layers.1.box.width", "is a fraction such as"),
        (lambda each: each["layers"][1]["size"].update(max=0.1), "layers.1.size.max", "is text with a unit"),
        (lambda each: each["layers"][1].update(color="red"), "layers.1.color", "is a colour such as #0b7a75"),
        (lambda each: each["layers"][1].update(colour="#fff"), "layers.1.colour", "did you mean 'color'?"),
        (lambda each: each["layers"][0].update(kind="video"), "layers.0.kind", "must be one of generated, image"),
        (lambda each: each["fields"][1].update(max_characters=0), "fields.1.max_characters", "must be 1 at least"),
        (lambda each: each["layers"][1].update(color="brand.ink"), "layers.1", "for which `palette` has no fallback"),
        (
            lambda each: each["layers"][1].update(field="title"),
            "layers.1.field",
            "declares no text field called 'title'",
        ),
        (lambda each: each["layers"][1].update(when="title"), "layers.1.when", "declares no field called 'title'"),
        (lambda each: each["layers"].pop(2), "fields.2.name", "no layer shows the field 'price'"),
        (lambda each: each["layers"][1].update(name="price"), "layers.2.name", "'price' is taken"),
    ],
)
def test_a_problem_of_a_template_is_named_by_its_path(
    layout: dict[str, Any], change: Change, path: str, message: str
) -> None:
    change(layout)

    assert message in refusal(layout)[path]


@pytest.mark.parametrize(
    ("overrides", "path", "message"),
    [
        ({"banner": {}}, "overrides.banner", "must be a size such as 728x90, or square, portrait"),
        ({"story": {"headlin": {}}}, "overrides.story.headlin", "no layer is called 'headlin'"),
        ({"story": {"headline": {"kind": "image"}}}, "overrides.story.headline.kind", "is the same on every canvas"),
        ({"story": {"headline": {"box": {"x": "far"}}}}, "overrides.story.headline.box.x", "is a fraction such as"),
        ({"728x90": {"headline": {"size": {"min": "0px"}}}}, "overrides.728x90.headline.size.min", "must be above 0"),
        ({"story": {"canvas": {"safe": {"top": -0.1}}}}, "overrides.story.canvas.safe.top", "must be 0 at least"),
        ({"story": {"headline": {"color": "brand.ink"}}}, "overrides.story.headline", "uses brand.ink"),
    ],
)
def test_a_problem_of_an_override_is_named_by_its_path(
    layout: dict[str, Any], overrides: dict[str, Any], path: str, message: str
) -> None:
    layout["overrides"] = overrides

    assert message in refusal(layout)[path]
    assert f"layout.{path}" in refusal(layout, "layout")


def test_what_an_override_does_not_say_stays_as_it_is(layout: dict[str, Any]) -> None:
    layout["overrides"] = {
        "story": {"headline": {"box": {"y": "30%"}, "max_lines": 4}},
        "1080x1920": {"headline": {"max_lines": 5}, "price": {"hidden": True}},
    }

    read = read_layout(layout)
    story = {layer.name: layer for layer in read.layers_on(read_size("story"))}
    square = {layer.name: layer for layer in read.layers_on(read_size("1080x1080"))}

    assert story["headline"].box.y.written() == "30%"
    assert story["headline"].box.x == square["headline"].box.x
    assert isinstance(headline := story["headline"], TextLayer)
    assert headline.max_lines == 5, "the size itself comes after its class"
    assert "price" in square
    assert "price" not in story


def test_null_in_an_override_is_as_if_it_had_been_left_out(layout: dict[str, Any]) -> None:
    layout["overrides"] = {"square": {"headline": {"scrim": None}}}

    (headline,) = [layer for layer in read_layout(layout).layers_on(read_size("1080x1080")) if layer.name == "headline"]

    assert isinstance(headline, TextLayer)
    assert headline.scrim is None


def test_a_fill_takes_the_place_of_another_one(layout: dict[str, Any]) -> None:
    stops = [{"at": 0, "color": "#000000"}, {"at": 1, "color": "#ffffff"}]
    layout["layers"].insert(1, {"name": "fade", "kind": "gradient", "fill": {"gradient": "linear", "stops": stops}})
    layout["overrides"] = {"square": {"fade": {"fill": "brand.primary"}}}

    fade = read_layout(layout).layers_on(read_size("1080x1080"))[1]

    assert isinstance(fade, GradientLayer)
    assert (fade.fill.color, fade.fill.gradient) == ("brand.primary", None)


def test_a_text_by_locale_has_one_for_all_others(layout: dict[str, Any]) -> None:
    layout["layers"].append(
        {"name": "cta", "kind": "text", "text": {"de": "Kaufen"}, "size": {"max": "4vmin", "min": "3vmin"}}
    )

    assert "`text` by locale has a `default`" in refusal(layout)["layers.4"]
