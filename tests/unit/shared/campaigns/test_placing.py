"""A template in pixels: anchored, mirrored, safe, in the brand's look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from shared.campaigns.design.brand_kits import BrandKitSpec, read_kit
from shared.campaigns.design.layout import read_layout
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placed import Placed, Value
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import read_size
from shared.errors import InputRefused
from tests.unit.shared.campaigns.conftest import UPLOAD

BACKDROP: Mapping[str, Value] = {"backdrop": {"upload": UPLOAD}}


def placed(layout: Mapping[str, Any], size: str, locale: str = "en", kit: BrandKitSpec | None = None) -> Placed:
    """A layout from its JSON, on a canvas."""
    read = read_layout(layout)
    return compiled(read, read_size(size), locale, look_of(read, kit))


def layer(made: Placed, name: str, values: Mapping[str, Value], *, generated: bool = True) -> dict[str, Any]:
    """One layer of a scene; empty where it is not drawn."""
    scene = made.scene({**BACKDROP, **values}, generated=generated)
    return next((each for each in scene["layers"] if each["name"] == name), {})


def test_text_and_product_lie_on_the_other_side_in_languages_that_run_to_the_left(layout: dict[str, Any]) -> None:
    values = {"headline": "Hi"}
    english, arabic = (
        layer(placed(layout, "1080x1080"), "headline", values),
        layer(placed(layout, "1080x1080", "ar"), "headline", values),
    )

    assert english is not None
    assert arabic is not None
    assert english["box"] == {"x": 54, "y": 702, "width": 648, "height": 324}
    assert arabic["box"] == {**english["box"], "x": 1080 - 54 - 648}


def test_a_layer_that_is_not_mirrored_stays(layout: dict[str, Any]) -> None:
    layout["layers"][1]["mirror"] = False

    made = layer(placed(layout, "1080x1080", "he"), "headline", {"headline": "Hi"})

    assert made["box"]["x"] == 54


def test_left_is_right_where_the_layer_is_mirrored_and_start_stays_start(layout: dict[str, Any]) -> None:
    layout["layers"][1]["align"] = "left"

    made = placed(layout, "1080x1080", "ar").scene({**BACKDROP, "headline": "Hi", "price": "1"}, generated=False)

    assert [each["align"] for each in made["layers"] if each["kind"] == "text"] == ["right", "start"]


def test_text_keeps_clear_of_a_story_s_buttons_and_of_the_template_s_own_margins(layout: dict[str, Any]) -> None:
    layout["layers"][1]["box"] = {}
    layout["canvas"] = {"safe": {"left": "5vmin", "top": 0.01}}

    made = placed(layout, "story")

    safe = {"x": 54, "y": 269, "width": 1026, "height": 1267}
    assert made.canvas["safe"] == safe
    assert layer(made, "headline", {"headline": "Hi"})["box"] == safe
    assert layer(made, "backdrop", {})["box"] == {"x": 0, "y": 0, "width": 1080, "height": 1920}


def test_a_text_box_is_cut_where_it_reaches_out_of_what_is_safe_and_refused_where_nothing_is_left(
    layout: dict[str, Any],
) -> None:
    layout["layers"][1] |= {"area": "canvas", "box": {"y": 0, "height": 0.5}}
    made = layer(placed(layout, "story"), "headline", {"headline": "Hi"})
    layout["layers"][1]["box"] = {"height": 0.1}

    assert made["box"]["y"] == 269
    with pytest.raises(InputRefused, match="headline: lies outside of what is safe on story"):
        placed(layout, "story")


def test_type_grows_with_the_canvas_and_is_never_smaller_than_can_be_read(layout: dict[str, Any]) -> None:
    made = {
        size: layer(placed(layout, size), "headline", {"headline": "Hi"})
        for size in ("1080x1080", "728x90", "a4-300dpi")
    }
    sizes = {size: (each["size_min"], each["size_max"]) for size, each in made.items()}

    assert sizes == {"1080x1080": (43.2, 97.2), "728x90": (8, 8.1), "a4-300dpi": (99.2, 223.2)}


def test_large_type_needs_less_contrast_and_print_counts_by_its_dots(layout: dict[str, Any]) -> None:
    layout["layers"][1]["size"] = {"max": "30px", "min": "25px"}

    assert layer(placed(layout, "1080x1080"), "headline", {"headline": "Hi"})["contrast"] == 3.0
    assert layer(placed(layout, "a4-300dpi"), "headline", {"headline": "Hi"})["contrast"] == 4.5
    layout["layers"][1]["contrast"] = 7
    assert layer(placed(layout, "1080x1080"), "headline", {"headline": "Hi"})["contrast"] == 7


def test_a_kit_s_colours_and_fonts_take_the_places_of_the_template_s(layout: dict[str, Any]) -> None:
    kit = read_kit(
        {"title": "Zorvi", "colors": {"primary": "#ffee00"}, "fonts": {"body": {"family": "Noto Serif", "weight": 700}}}
    )

    plain = layer(placed(layout, "1080x1080"), "headline", {"headline": "Hi"})
    branded = layer(placed(layout, "1080x1080", kit=kit), "headline", {"headline": "Hi"})

    assert (plain["scrim"], plain["color"], plain["family"]) == ("#12355b", "#ffffff", "Noto Sans")
    assert (branded["scrim"], branded["family"], branded["weight"]) == ("#ffee00", "Noto Serif", 700)
    assert branded["color"] == "#000000", "black is read better on that yellow than the template's white"


def test_a_logo_keeps_its_clear_space_and_is_the_one_that_is_seen_on_its_ground(layout: dict[str, Any]) -> None:
    light, dark = UUID(int=1), UUID(int=2)
    logos = {"light": {"upload": str(light), "clear_space": 0.25}, "dark": {"upload": str(dark), "clear_space": 0.25}}
    kit = read_kit({"title": "Zorvi", "logos": logos})
    layout["layers"].append({"name": "logo", "kind": "logo", "box": {"width": 0.2, "height": 0.1}})

    on_white = layer(placed(layout, "1080x1080", kit=kit), "logo", {})
    layout["canvas"] = {"background": "#101010"}
    on_black = layer(placed(layout, "1080x1080", kit=kit), "logo", {})

    assert on_white["image"] == {"upload": str(dark)}
    assert on_black["image"] == {"upload": str(light)}
    assert on_white["box"] == {"x": 27, "y": 27, "width": 162, "height": 54}
    assert layer(placed(layout, "1080x1080"), "logo", {}) == {}, "without a kit there is none"


def test_a_logo_that_would_be_too_small_is_refused_with_the_reason(layout: dict[str, Any]) -> None:
    kit = read_kit({"title": "Zorvi", "logos": {"dark": {"upload": UPLOAD, "min_height": 40}}})
    layout["layers"].append({"name": "logo", "kind": "logo", "box": {"width": 0.2, "height": 0.3}})

    with pytest.raises(InputRefused, match=r"logo: has \d+ pixels of height .* asks for 40 at least"):
        placed(layout, "728x90", kit=kit)


def test_a_layer_waits_for_its_field_and_an_empty_text_is_not_drawn(layout: dict[str, Any]) -> None:
    layout["layers"].append({"name": "badge", "kind": "shape", "fill": "brand.primary/0.5", "when": "price"})
    made = placed(layout, "1080x1080")

    assert layer(made, "badge", {}) == {}
    assert layer(made, "price", {}) == {}
    assert layer(made, "badge", {"price": "$9"})["paint"] == {"kind": "solid", "color": "#12355b80"}


def test_a_literal_stands_in_its_language_where_the_field_is_empty(layout: dict[str, Any]) -> None:
    layout["layers"][2]["text"] = {"default": "New", "de": "Neu", "pt-BR": "Novo"}

    said = {
        locale: layer(placed(layout, "1080x1080", locale), "price", {})["text"] for locale in ("de-AT", "pt", "pt-BR")
    }

    assert said == {"de-AT": "Neu", "pt": "New", "pt-BR": "Novo"}
    assert layer(placed(layout, "1080x1080"), "price", {"price": "$9"})["text"] == "$9"


def test_capital_letters_are_those_of_the_language(layout: dict[str, Any]) -> None:
    layout["layers"][1]["case"] = "upper"
    words = {"tr": "ilk ışık", "el": "Καλημέρα", "de": "groß", "ar": "نور"}

    said = {
        locale: layer(placed(layout, "1080x1080", locale), "headline", {"headline": text})["text"]
        for locale, text in words.items()
    }

    assert said == {"tr": "İLK IŞIK", "el": "ΚΑΛΗΜΕΡΑ", "de": "GROSS", "ar": "نور"}


def test_a_gradient_runs_the_other_way_where_it_is_mirrored(layout: dict[str, Any]) -> None:
    stops = [{"at": 0, "color": "#000000"}, {"at": 1, "color": "brand.primary/0"}]
    layout["layers"].insert(
        1, {"name": "fade", "kind": "gradient", "fill": {"gradient": "linear", "angle": 90, "stops": stops}}
    )

    assert layer(placed(layout, "1080x1080"), "fade", {})["paint"]["angle"] == 90
    mirrored = layer(placed(layout, "1080x1080", "fa"), "fade", {})["paint"]
    assert mirrored["angle"] == 270
    assert mirrored["stops"][1] == {"at": 1, "color": "#12355b00"}
