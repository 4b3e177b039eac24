from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import pyvips

from shared.errors import InputRefused
from tests.unit.worker.compositing.scenes import box, drawn, job, picture, png, shape
from worker.compositing.encoding import LEAST_QUALITY, Encoded, encoded

FORMATS = ("png", "jpeg", "webp", "avif")
LOSSY = FORMATS[1:]


def busy(width: int = 400, height: int = 200) -> bytes:
    """A picture that no format makes small: noise over a gradient, always the same."""
    noise = np.random.default_rng(5).integers(-60, 60, (height, width, 3))
    levels = noise + np.linspace(0, 255, width)[None, :, None]
    return png(pyvips.Image.new_from_array(np.clip(levels, 0, 255).astype(np.uint8)))


def file(output: dict[str, Any], **canvas: Any) -> Encoded:
    composite = job(picture(box(0, 0, 400, 200)), files=[busy()], output=output, **canvas)
    return encoded(drawn(composite).image, composite)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_scene_gives_the_same_bytes(form: str) -> None:
    assert file({"format": form}).body == file({"format": form}).body


@pytest.mark.parametrize("form", FORMATS)
def test_the_file_is_of_the_format_asked_for(form: str) -> None:
    image = pyvips.Image.new_from_buffer(file({"format": form}).body, "")

    assert image.get("vips-loader").startswith({"avif": "heif"}.get(form, form))
    assert (image.width, image.height, image.bands) == (400, 200, 3)


@pytest.mark.parametrize("form", LOSSY)
def test_the_quality_goes_down_no_further_than_the_bytes_ask_for(form: str) -> None:
    whole = file({"format": form, "quality": 95})
    limit = len(whole.body) * 3 // 4

    small = file({"format": form, "quality": 95, "max_bytes": limit})

    assert small.quality is not None
    assert len(small.body) <= limit
    assert LEAST_QUALITY <= small.quality < 95
    assert len(file({"format": form, "quality": small.quality + 1}).body) > limit


@pytest.mark.parametrize("form", LOSSY)
def test_a_file_that_cannot_be_made_small_enough_is_an_error_that_says_how_small_it_gets(form: str) -> None:
    with pytest.raises(InputRefused, match=r"input\.output\.max_bytes: is 1,000; at quality 40, the least, .* bytes"):
        file({"format": form, "max_bytes": 1000})


def test_a_png_gets_a_palette_before_it_is_refused() -> None:
    whole = file({"format": "png"})

    small = file({"format": "png", "max_bytes": len(whole.body) // 2})

    assert small.has_palette
    assert len(small.body) <= len(whole.body) // 2
    with pytest.raises(InputRefused, match=r"with a palette of 256 colours\. JPEG, WebP and AVIF become smaller"):
        file({"format": "png", "max_bytes": 1000})


def test_a_jpeg_has_no_alpha_even_of_a_canvas_that_has() -> None:
    composite = job(shape(box(0, 0, 10, 10), "#000000"), background="#ffffff00", output={"format": "jpeg"})

    image = pyvips.Image.new_from_buffer(encoded(drawn(composite).image, composite).body, "")

    assert image.bands == 3
    assert min(image.getpoint(200, 100)) >= 253


@pytest.mark.parametrize("form", ["png", "webp", "avif"])
def test_other_formats_keep_the_alpha(form: str) -> None:
    composite = job(shape(box(0, 0, 40, 40), "#000000"), background="#ffffff00", output={"format": form})

    image = pyvips.Image.new_from_buffer(encoded(drawn(composite).image, composite).body, "")

    assert image.bands == 4
    assert image.getpoint(300, 100)[3] <= 2


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_dots_an_inch_are_written_into_files_for_print(form: str) -> None:
    image = pyvips.Image.new_from_buffer(file({"format": form}, dpi=300).body, "")

    # In pixels a millimetre; PNG rounds to whole pixels a metre.
    assert image.xres == pytest.approx(300 / 25.4, abs=0.001)


def test_a_file_for_print_says_which_colours_it_means_and_others_carry_nothing() -> None:
    for_print = pyvips.Image.new_from_buffer(file({"format": "jpeg"}, dpi=300).body, "")
    for_screens = pyvips.Image.new_from_buffer(file({"format": "jpeg"}).body, "")

    assert "icc-profile-data" in for_print.get_fields()
    assert "icc-profile-data" not in for_screens.get_fields()
    assert "exif-data" not in for_screens.get_fields()
