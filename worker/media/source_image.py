"""Pictures that people give, as models want them: upright, in sRGB, 8 bits a channel, without transparency."""

from __future__ import annotations

import numpy as np
import pyvips
from numpy.typing import NDArray

from shared.catalog.inputs.files import StoredFile

_WHITE = 255.0
_BLACK = 0.0
_COLOURS = 3


class UnreadablePicture(ValueError):
    """This file is no picture that can be read."""


def read_picture(file: StoredFile, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
    """The picture as ``(height, width, 3)``, sRGB; what is transparent is on white.

    With a size, it is scaled until it covers the size, and cropped evenly to it. Raises ``UnreadablePicture``.
    """
    return _pixels(file, _WHITE, width, height)


def read_mask(file: StoredFile, width: int, height: int) -> NDArray[np.uint8]:
    """The picture's lightness as ``(height, width)``, scaled and cropped as the picture it is for.

    What is transparent is black. Raises ``UnreadablePicture``.
    """
    colours = _pixels(file, _BLACK, width, height).astype(np.float32)
    # Rec. 709; a mask of greys stays as it is.
    return np.rint(colours @ np.array([0.2126, 0.7152, 0.0722], np.float32)).astype(np.uint8)


def _pixels(file: StoredFile, background: float, width: int | None, height: int | None) -> NDArray[np.uint8]:
    try:
        image = _in_srgb(pyvips.Image.new_from_buffer(file.body, "", fail_on="truncated").autorot())
        if image.hasalpha():
            image = image.flatten(background=[background] * (image.bands - 1))
        if width is not None and height is not None:
            image = _covering(image, width, height)
        pixels: NDArray[np.uint8] = image.extract_band(0, n=_COLOURS).cast("uchar").numpy()
    except pyvips.Error as error:
        raise UnreadablePicture(f"cannot be read as a picture: {_first_line(error)}") from error
    return pixels


def _in_srgb(image: pyvips.Image) -> pyvips.Image:
    """By its own colour profile where it has one; CMYK without one by libvips' own."""
    is_print = image.interpretation == "cmyk"
    if image.get_typeof("icc-profile-data") or is_print:
        try:
            image = image.icc_transform("srgb", embedded=True, input_profile="cmyk" if is_print else "srgb")
        except pyvips.Error:
            # A profile that fits no picture of this kind says nothing about its colours.
            image.remove("icc-profile-data")
    return image.colourspace("srgb")


def _covering(image: pyvips.Image, width: int, height: int) -> pyvips.Image:
    scale = max(width / image.width, height / image.height)
    if scale != 1:
        kernel = "lanczos3" if scale < 1 else "cubic"
        image = image.resize(scale, kernel=kernel)
    # Rounding may have left a pixel too little.
    if image.width < width or image.height < height:
        image = image.embed(0, 0, max(width, image.width), max(height, image.height), extend="copy")
    return image.crop((image.width - width) // 2, (image.height - height) // 2, width, height)


def _first_line(error: pyvips.Error) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "unknown reason")
