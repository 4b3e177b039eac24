from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from shared.errors import InputRefused
from tests.unit.worker.compositing.scenes import box, drawn, inked, job, picture, pixels, plain, png, two_halves
from worker.compositing import pictures
from worker.compositing.picture_cache import PictureCache

RED, BLUE = (200, 30, 30), (30, 30, 200)
WHOLE = box(0, 0, 400, 200)


def test_a_picture_covers_its_box_and_keeps_its_shape() -> None:
    circle = pyvips.Image.svgload_buffer(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100" fill="#fff"/>'
        b'<circle cx="150" cy="50" r="25" fill="#000"/></svg>'
    )

    ink = inked(pixels(job(picture(WHOLE, focus_x=0.5, focus_y=0.5), files=[png(circle)])))

    assert ink["width"] == pytest.approx(ink["height"], abs=1)
    assert ink["width"] == pytest.approx(100, abs=3)


@pytest.mark.parametrize(("focus", "color"), [(0.0, RED), (0.2, RED), (0.8, BLUE), (1.0, BLUE)])
def test_what_the_focus_names_stays_in_view(focus: float, color: tuple[int, int, int]) -> None:
    wide = png(two_halves(800, 100, RED, BLUE))

    image = pixels(job(picture(box(0, 0, 100, 100), focus_x=focus), size=(100, 100), files=[wide]))

    assert np.abs(image.astype(int) - np.array(color)).max() <= 3


def test_without_a_focus_what_draws_the_eye_stays_in_view() -> None:
    scene = plain(900, 300, 90, 90, 95).insert(plain(90, 90, 250, 40, 20), 780, 100)

    image = pixels(job(picture(box(0, 0, 300, 300)), size=(300, 300), files=[png(scene)]))

    assert (image[..., 0] > 200).sum() > 7000


def test_a_contained_picture_lies_whole_where_it_is_aligned() -> None:
    files = [png(plain(100, 100, *RED))]

    ink = inked(pixels(job(picture(WHOLE, fit="contain", align_x=1.0), files=files)))

    assert ink == box(200, 0, 200, 200)


def test_a_transparent_margin_is_trimmed_before_the_picture_is_placed() -> None:
    cut_out = plain(200, 200, 0, 0, 0, 0).insert(plain(50, 50, *RED, 255), 20, 120)
    placed = picture(WHOLE, fit="contain", trim=True, align_x=0.0)

    assert inked(pixels(job(placed, files=[png(cut_out)]))) == box(0, 0, 200, 200)


def test_a_picture_that_is_transparent_all_over_is_an_error_when_it_is_trimmed() -> None:
    nothing = png(plain(20, 20, 0, 0, 0, 0))

    with pytest.raises(InputRefused, match=r"input\.layers\.0\.image: the picture is transparent all over"):
        drawn(job(picture(WHOLE, trim=True), files=[nothing]))


@pytest.mark.parametrize("body", [b"", b"no picture", png(plain(50, 50, *RED))[:120]])
def test_a_file_that_is_no_picture_is_an_error_that_says_so(body: bytes) -> None:
    with pytest.raises(InputRefused, match=r"input\.layers\.0\.image: the picture cannot be read: "):
        drawn(job(picture(WHOLE), files=[body]))


def test_rounded_corners_let_through_what_is_below() -> None:
    image = pixels(job(picture(WHOLE, radius=40), files=[png(plain(40, 20, *RED))]))

    assert (image[0, 0] == 255).all()
    assert (image[-1, -1] == 255).all()
    assert np.abs(image[100, 200].astype(int) - np.array(RED)).max() <= 1


def test_opacity_mixes_with_what_is_below() -> None:
    image = pixels(job(picture(WHOLE, opacity=0.5), files=[png(plain(40, 20, 0, 0, 0))]))

    assert image[100, 200] == pytest.approx(np.full(3, 127), abs=1)


def test_a_shadow_has_the_picture_s_own_outline() -> None:
    ring = plain(100, 100, 0, 0, 0, 0).insert(plain(40, 40, *RED, 255), 30, 30)
    shadow = {"color": "#000000ff", "blur": 3, "x": 60, "y": 0}

    image = pixels(job(picture(box(100, 50, 100, 100), shadow=shadow), files=[png(ring)]))

    assert image[100, 200].max() < 30
    assert (image[60, 165] == 255).all()


@pytest.mark.parametrize("blur", [2.0, 30.0])
def test_a_shadow_weighs_the_same_however_far_it_is_spread(blur: float) -> None:
    shadow = {"color": "#000000ff", "blur": blur, "x": 400, "y": 0}
    thrower = picture(box(250, 250, 100, 100), shadow=shadow)

    image = pixels(job(thrower, size=(900, 600), files=[png(plain(10, 10, 255, 255, 255))]))

    assert (255 - image[..., 0].astype(int)).sum() / 255 == pytest.approx(100 * 100, rel=0.02)


def test_cmyk_comes_out_as_the_colour_that_it_is_printed_for() -> None:
    cyan = plain(64, 64, 255, 0, 0, 0).copy(interpretation="cmyk").jpegsave_buffer()

    red, green, blue = pixels(job(picture(WHOLE), files=[bytes(cyan)]))[100, 200].tolist()

    assert red < 60
    assert green > 120
    assert blue > 180


def test_sixteen_bits_and_greys_are_read_as_the_colours_they_are() -> None:
    grey = (pyvips.Image.black(20, 20) + 128 * 257).cast("ushort").copy(interpretation="grey16").pngsave_buffer()

    assert (np.abs(pixels(job(picture(WHOLE), files=[bytes(grey)]))[0, 0].astype(int) - 128) <= 1).all()


def test_the_same_picture_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(pictures, "_read", _counting(read, pictures._read))
    cache, files = PictureCache(), [png(plain(40, 20, *RED))]

    for width in (100, 200, 100):
        layer = job(picture(box(0, 0, width, 100)), files=files).layers[0]
        pictures.drawn(layer, cache)  # type: ignore[arg-type]

    assert len(read) == 1


def _counting(calls: list[int], function: object) -> object:
    def counted(*args: object, **kwargs: object) -> object:
        calls.append(1)
        return function(*args, **kwargs)  # type: ignore[operator]

    return counted


def test_the_cache_holds_no_more_than_its_bytes() -> None:
    cache = PictureCache(max_bytes=1000)
    made: list[int] = []

    def make(key: int) -> NDArray[np.uint8]:
        made.append(key)
        return np.zeros(400, np.uint8)

    for key in (1, 2, 1, 3, 1, 2):
        cache.get(key, partial(make, key))

    # Two fit, and the one that was not asked for longest went.
    assert made == [1, 2, 3, 2]
