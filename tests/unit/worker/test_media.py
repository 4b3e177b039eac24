"""Outputs as files: what is stored, and what a list says of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from worker.media.image import ImageMedia
from worker.media.text import TextMedia

pyvips = pytest.importorskip("pyvips")


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    """A picture of 48 × 32 pixels in which no two rows or columns are alike."""
    return np.random.default_rng(7).integers(0, 256, (32, 48, 3), dtype=np.uint8)


def decoded(body: bytes) -> NDArray[np.uint8]:
    image: NDArray[np.uint8] = pyvips.Image.new_from_buffer(body, "").numpy()
    return image


def test_a_picture_is_stored_without_loss(pixels: NDArray[np.uint8]) -> None:
    encoded = ImageMedia(pixels).encode()

    assert np.array_equal(decoded(encoded.body), pixels)
    assert (encoded.media_type, encoded.extension) == ("image/png", "png")
    assert encoded.facts == {"width": 48, "height": 32}


def test_the_same_picture_gives_the_same_file(pixels: NDArray[np.uint8]) -> None:
    assert ImageMedia(pixels).encode() == ImageMedia(pixels.copy()).encode()


def test_a_view_into_a_larger_array_is_stored_as_it_looks(pixels: NDArray[np.uint8]) -> None:
    flipped = pixels[::-1, ::2]

    assert np.array_equal(decoded(ImageMedia(flipped).encode().body), flipped)


def test_a_preview_is_small_and_keeps_the_shape() -> None:
    preview = ImageMedia(np.full((400, 800, 3), 120, dtype=np.uint8)).preview()

    image = pyvips.Image.new_from_buffer(preview, "")
    assert (image.width, image.height) == (256, 128)
    assert preview[8:12] == b"WEBP"
    assert len(preview) < 2_000


def test_a_picture_smaller_than_a_preview_is_not_enlarged(pixels: NDArray[np.uint8]) -> None:
    image = pyvips.Image.new_from_buffer(ImageMedia(pixels).preview(), "")

    assert (image.width, image.height) == (48, 32)


def test_a_text_is_stored_as_utf_8_and_counted_in_characters() -> None:
    encoded = TextMedia("café ☕", "stop").encode()

    assert encoded.body.decode("utf-8") == "café ☕"
    assert (encoded.media_type, encoded.extension) == ("text/plain; charset=utf-8", "txt")
    assert encoded.facts == {"characters": 6, "finish_reason": "stop"}
