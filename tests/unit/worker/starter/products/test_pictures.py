"""The pictures of the sample campaign are those that the project draws."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import pyvips

from shared.demo.campaign import sample
from worker.starter.products.drawing import Drawing
from worker.starter.products.render import LOGOS, PICTURES, cut_out
from worker.starter.products.tones import darker, lighter, mixed

MOST_BYTES = 100_000
MOST_MARGIN = 16
# A palette of 256 colours, dithered, strays from the drawing by so many levels at the mean.
DITHER = 4.0


def named_in_the_table() -> list[str]:
    with sample.TABLE.open(encoding="utf-8", newline="") as file:
        return [row["product"] for row in csv.DictReader(file)]


def test_every_product_has_its_picture_and_every_picture_its_product() -> None:
    assert sorted(named_in_the_table()) == sorted(f"{name}.png" for name in PICTURES)
    assert [path.name for path in sample.product_pictures()] == sorted(named_in_the_table())


@pytest.mark.parametrize("name", PICTURES)
def test_a_product_is_cut_out_fills_its_picture_and_is_a_small_file(name: str) -> None:
    path = sample.FOLDER / "products" / f"{name}.png"
    assert path.stat().st_size < MOST_BYTES
    picture = pyvips.Image.new_from_file(str(path))
    assert picture.hasalpha()
    assert 650 <= max(picture.width, picture.height) <= 900
    alpha = picture[3].numpy()
    assert (alpha == 0).any()
    assert (alpha == 255).mean() > 0.2
    left, top, width, height = picture[3].find_trim(background=0, threshold=0)
    assert max(left, top, picture.width - left - width, picture.height - top - height) <= MOST_MARGIN


@pytest.mark.parametrize("name", ["flask", "lipstick", "sunglasses"])
def test_the_shipped_picture_is_what_its_drawing_comes_to(name: str) -> None:
    shipped = pyvips.Image.new_from_file(str(sample.FOLDER / "products" / f"{name}.png"))
    drawn = cut_out(PICTURES[name]())
    assert (shipped.width, shipped.height) == (drawn.width, drawn.height)
    on_white = [each.flatten(background=255).numpy().astype(int) for each in (shipped, drawn)]
    difference = np.abs(on_white[0] - on_white[1])
    assert difference.mean() < DITHER


def test_the_logos_are_one_for_light_and_one_for_dark_grounds() -> None:
    light, dark = (cut_out(LOGOS[name]()) for name in ("logo-light", "logo-dark"))
    # The mean of the colours where there is any.
    lightness = [float(logo[1].numpy()[logo[3].numpy() > 200].mean()) for logo in (light, dark)]
    assert lightness[0] > 240
    assert lightness[1] < 60


def test_what_is_drawn_within_a_path_does_not_leave_it() -> None:
    drawing = Drawing(100, 100)
    with drawing.clipped("M0 0 H50 V100 H0 Z"):
        drawing.box(0, 0, 100, 100, "#ff0000")
    pixels = pyvips.Image.svgload_buffer(drawing.svg().encode()).numpy()
    assert pixels[50, 25].tolist() == [255, 0, 0, 255]
    assert pixels[50, 75, 3] == 0


def test_an_equal_gradient_is_written_once() -> None:
    drawing = Drawing(10, 10)
    first = drawing.linear(0, 0, 10, 0, ((0, "#000000"), (1, "#ffffff80")))
    assert drawing.linear(0, 0, 10, 0, ((0, "#000000"), (1, "#ffffff80"))) == first
    assert drawing.svg().count("<linearGradient") == 1
    assert 'stop-opacity="0.502"' in drawing.svg()


def test_tones_lie_between_their_colours() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#123456", "#ffffff", 0) == "#123456"
    assert lighter("#808080", 0.5) > "#808080" > darker("#808080", 0.5)
