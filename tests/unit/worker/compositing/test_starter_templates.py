"""Every template that ships can be drawn on every kind of canvas, in scripts that run either way."""

from __future__ import annotations

import csv
from functools import cache
from itertools import combinations

import pytest
import pyvips

from shared.campaigns.columns import ColumnMap
from shared.campaigns.design.brand_kits import BrandKitSpec, read_kit
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placed import Value
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import read_size
from shared.campaigns.starter import layouts
from shared.catalog.inputs.composite import CompositeInput
from shared.catalog.inputs.files import StoredFile, file_fields
from shared.demo.campaign import sample
from tests.unit.worker.compositing import scenes
from worker.compositing.geometry import Rectangle

SIZES = ("1080x1080", "instagram-portrait", "story", "facebook-link", "leaderboard", "skyscraper")
LOCALES = ("de", "ar", "ja")
DECORATION = {"mark"}
"""Shows nothing that has to be read."""
BACKDROP, PRODUCT = "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01", "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a02"
LOGOS = {"light": "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a03", "dark": "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a04"}


@cache
def rows() -> list[dict[str, str]]:
    with sample.TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def kit() -> BrandKitSpec:
    given = sample.kit()
    return read_kit({**given, "logos": {each: {**given["logos"][each], "upload": LOGOS[each]} for each in LOGOS}})


@cache
def files() -> dict[str, bytes]:
    """A backdrop as the starter model draws them, flat and bright, and the sample's own pictures."""
    backdrop = pyvips.Image.black(256, 256).new_from_image([230, 205, 190]).copy(interpretation="srgb")
    logos = {LOGOS[each]: (sample.FOLDER / "logos" / f"logo-{each}.png").read_bytes() for each in LOGOS}
    product = (sample.FOLDER / "products" / "camera.png").read_bytes()
    return {BACKDROP: backdrop.cast("uchar").pngsave_buffer(), PRODUCT: product, **logos}


def longest(column: str) -> dict[str, str]:
    """The row with the most characters in a column."""
    return max(rows(), key=lambda row: len(row[column]))


def creative(template: str, size: str, locale: str, *, with_kit: bool, row: dict[str, str]) -> CompositeInput:
    layout = layouts()[template]
    placed = compiled(layout, read_size(size), locale, look_of(layout, kit() if with_kit else None))
    columns = ColumnMap(list(row), {})
    values: dict[str, Value] = {"backdrop": {"upload": BACKDROP}, "product": {"upload": PRODUCT}}
    for field in layout.fields:
        if field.kind == "text":
            column = next(iter(columns.of(field.name, locale)), None)
            values[field.name] = row[column] if column else field.example or ""
    made = CompositeInput.model_validate(placed.scene(values, generated=True))
    for each in file_fields(made).values():
        each.reference.attach(StoredFile("image/png", files()[str(each.reference.upload)]))
    return made


@pytest.mark.parametrize("template", layouts())
@pytest.mark.parametrize("size", SIZES)
def test_the_longest_words_fit_and_cross_neither_one_another_nor_the_logo(template: str, size: str) -> None:
    for locale in LOCALES:
        scene = creative(template, size, locale, with_kit=True, row=longest(f"headline.{locale}"))
        places = {text.name: text.place for text in scenes.drawn(scene).texts if text.name not in DECORATION}
        assert {"headline", "quote"} & set(places)
        assert "label" in places
        places |= {layer.name: Rectangle.of(layer.box) for layer in scene.layers if layer.name == "logo"}
        crossing = [(one, other) for one, other in combinations(places, 2) if _cross(places[one], places[other])]
        assert crossing == [], locale


@pytest.mark.parametrize("template", layouts())
def test_a_template_is_complete_without_a_brand_kit(template: str) -> None:
    made = scenes.drawn(creative(template, "facebook-link", "en", with_kit=False, row=rows()[0]))
    assert (made.image.width, made.image.height) == (1200, 628)


def test_there_are_templates_enough_and_people_can_tell_them_apart() -> None:
    assert len(layouts()) >= 6
    assert all(layout.title and layout.description for layout in layouts().values())
    assert len({layout.title for layout in layouts().values()}) == len(layouts())


def _cross(one: Rectangle, other: Rectangle) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
