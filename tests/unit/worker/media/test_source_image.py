"""Pictures as people have them: turned, transparent, grey, deep, printed, damaged."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from shared.catalog.inputs.files import StoredFile
from worker.media.source_image import UnreadablePicture, read_mask, read_picture

RED = (200, 30, 40)
SIZE = (40, 20)
_SIDEWAYS = 6
_ORIENTATION = 274


def stored(image: Image.Image, written_as: str = "PNG", **options: Any) -> StoredFile:
    body = io.BytesIO()
    image.save(body, written_as, **options)
    return StoredFile(f"image/{written_as.lower()}", body.getvalue())


def deep(*levels: int, interpretation: str) -> StoredFile:
    """A PNG of 16 bits a channel."""
    image = (pyvips.Image.black(*SIZE, bands=len(levels)) + list(levels)).cast("ushort")
    return StoredFile("image/png", bytes(image.copy(interpretation=interpretation).pngsave_buffer()))


@pytest.mark.parametrize(
    ("file", "colour"),
    [
        (stored(Image.new("RGB", SIZE, RED)), RED),
        (stored(Image.new("L", SIZE, 77)), (77, 77, 77)),
        (stored(Image.new("1", SIZE, 1)), (255, 255, 255)),
        (stored(Image.new("RGBA", SIZE, (*RED, 0))), (255, 255, 255)),
        (stored(Image.new("RGBA", SIZE, (*RED, 255))), RED),
        (stored(Image.new("LA", SIZE, (0, 128))), (127, 127, 127)),
        (stored(Image.new("P", SIZE)), (0, 0, 0)),
        (deep(77 * 257, interpretation="grey16"), (77, 77, 77)),
        (deep(65535, 0, 0, 32768, interpretation="rgb16"), (255, 127, 127)),
        (stored(Image.new("RGB", SIZE, RED), "WEBP", lossless=True), RED),
    ],
    ids=("rgb", "grey", "bilevel", "transparent", "opaque", "grey-alpha", "palette", "grey16", "rgba16", "webp"),
)
def test_every_kind_of_pixel_becomes_eight_bits_of_srgb_on_white(file: StoredFile, colour: tuple[int, ...]) -> None:
    pixels = read_picture(file)

    assert pixels.shape == (20, 40, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.reshape(-1, 3).astype(int) - colour).max() <= 1


def test_inks_become_the_colours_they_print() -> None:
    cyan_and_nothing = Image.new("CMYK", SIZE, (255, 0, 0, 0))
    red, green, blue = (int(level) for level in read_picture(stored(cyan_and_nothing, "JPEG"))[0, 0])

    assert red < 60
    assert 120 < green < blue


def test_a_colour_profile_is_followed() -> None:
    plain = stored(Image.new("RGB", SIZE, RED))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tagged = stored(Image.new("RGB", SIZE, RED), icc_profile=lab)

    assert np.abs(read_picture(plain).astype(int) - read_picture(tagged)).max() <= 1
    spoiled = stored(Image.new("RGB", SIZE, RED), icc_profile=b"no profile at all")
    assert (read_picture(spoiled) == read_picture(plain)).all()


def test_a_photograph_taken_sideways_is_turned_upright() -> None:
    image = Image.new("RGB", SIZE)
    image.paste(RED, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[_ORIENTATION] = _SIDEWAYS
    pixels = read_picture(stored(image, "JPEG", exif=exif, quality=95))

    assert pixels.shape == (40, 20, 3)
    assert pixels[2, 10, 0] > 150, "what was left is above"
    assert pixels[-3, 10, 0] < 50


@pytest.mark.parametrize("size", [(333, 517), (3, 700), (1, 1), (900, 17), (64, 48)])
def test_any_picture_covers_the_size_asked_for(size: tuple[int, int]) -> None:
    pixels = read_picture(stored(Image.new("RGB", size, RED)), 64, 48)

    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.reshape(-1, 3).astype(int) - RED).max() <= 1, "nothing but the picture"


def test_what_stands_over_is_cropped_evenly() -> None:
    image = Image.new("RGB", (60, 20), (0, 0, 0))
    image.paste(RED, (20, 0, 40, 20))

    assert (read_picture(stored(image), 20, 20) == RED).all()


def test_a_mask_is_light_where_it_is_white_and_dark_where_there_is_nothing() -> None:
    mask = Image.new("LA", SIZE, (255, 0))
    mask.paste((255, 255), (0, 0, 20, 20))
    mask.paste((128, 255), (10, 0, 20, 20))
    lightness = read_mask(stored(mask), *SIZE)

    assert lightness.shape == (20, 40)
    assert [int(lightness[10, column]) for column in (5, 15, 30)] == [255, 128, 0]


@pytest.mark.parametrize("written_as", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("kept", [0.0, 0.1, 0.6])
def test_a_damaged_picture_is_no_picture(written_as: str, kept: float) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 60, 3), np.uint8))
    whole = stored(noise, written_as).body

    with pytest.raises(UnreadablePicture, match="cannot be read as a picture"):
        read_picture(StoredFile("image/png", whole[: int(len(whole) * kept)]))
