from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.worker.compositing.scenes import box, inked, job, pixels, shape

WHOLE = box(0, 0, 400, 200)


def gradient(kind: str, first: str, last: str, **fields: Any) -> dict[str, Any]:
    paint = {"kind": kind, "stops": [{"at": 0, "color": first}, {"at": 1, "color": last}], **fields}
    return shape(WHOLE, "#000000") | {"paint": paint}


def test_a_rectangle_is_its_colour_to_the_last_pixel() -> None:
    image = pixels(job(shape(box(10, 20, 30, 40), "#12ab34")))

    assert inked(image) == box(10, 20, 30, 40)
    assert (image[20:60, 10:40] == (0x12, 0xAB, 0x34)).all()


def test_a_shape_beyond_the_canvas_is_cut_off() -> None:
    image = pixels(job(shape(box(-50, -50, 5000, 120), "#000000")))

    assert inked(image) == box(0, 0, 400, 70)


def test_an_ellipse_touches_its_box_and_leaves_its_corners() -> None:
    image = pixels(job(shape(box(100, 50, 200, 100), "#000000", form="ellipse")))

    assert inked(image) == box(100, 50, 200, 100)
    assert (image[50, 100] == 255).all()
    assert (image[100, 200] == 0).all()


def test_a_radius_larger_than_the_box_makes_a_pill() -> None:
    image = pixels(job(shape(box(100, 50, 200, 100), "#000000", radius=500)))

    assert inked(image) == box(100, 50, 200, 100)
    assert (image[51, 101] == 255).all()


@pytest.mark.parametrize(("angle", "dark"), [(180, "top"), (0, "bottom"), (90, "left"), (270, "right")])
def test_a_gradient_runs_as_in_css(angle: float, dark: str) -> None:
    image = pixels(job(gradient("linear", "#000000", "#ffffff", angle=angle)))[..., 0]

    edges = {"top": image[0], "bottom": image[-1], "left": image[:, 0], "right": image[:, -1]}
    assert edges[dark].max() <= 3


def test_a_slanted_gradient_gives_the_corners_the_outermost_colours() -> None:
    image = pixels(job(gradient("linear", "#000000", "#ffffff", angle=135)))

    assert image[0, 0].max() <= 2
    assert image[-1, -1].min() >= 253


def test_a_radial_gradient_reaches_the_corners() -> None:
    image = pixels(job(gradient("radial", "#ffffff", "#000000")))

    assert image[100, 200].min() >= 250
    assert image[0, 0].max() <= 3
    assert image[100, 0].min() > 50


def test_half_a_colour_mixes_with_the_background() -> None:
    image = pixels(job(shape(WHOLE, "#00000080"), background="#ffffff"))

    assert (np.abs(image.astype(int) - 127) <= 1).all()


def test_a_background_that_lets_through_stays_so_until_something_covers_it() -> None:
    image = pixels(job(shape(box(0, 0, 200, 200), "#ff000080"), background="#00000000"))

    assert image[100, 300].tolist() == [0, 0, 0, 0]
    assert image[100, 100].tolist() == [255, 0, 0, 128]
