"""Pictures as layers: read once, then scaled, cropped and trimmed for each box."""

from __future__ import annotations

import hashlib

import pyvips

from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.scene import ImageLayer
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Levels, Overlay
from worker.compositing.picture_cache import PictureCache
from worker.compositing.shapes import outline

_MAX_PIXELS = 64_000_000
# Less than this of 255 is a margin, not a faint part of the picture.
_FAINT = 8


class UnreadablePicture(ValueError):
    """This file is no picture that can be read."""


def drawn(layer: ImageLayer, cache: PictureCache) -> Overlay:
    """The layer's picture in its place, without its shadow.

    What was read and scaled is kept by its content: many creatives show the same. Raises ``UnreadablePicture``.
    """
    file = layer.image.file()
    content = hashlib.blake2b(file.body, digest_size=16).hexdigest()
    box = layer.box
    key = (content, box.width, box.height, layer.fit, layer.focus_x, layer.focus_y, layer.trim, layer.radius)
    try:
        picture = cache.get(key, lambda: Overlay.of_image(_placed(file, content, layer, cache), key))
    except pyvips.Error as error:
        raise UnreadablePicture(f"the picture cannot be read: {_first_line(error)}") from error
    # A picture that lies whole within its box may be smaller than it.
    x = box.x + round((box.width - picture.place.width) * layer.align_x)
    y = box.y + round((box.height - picture.place.height) * layer.align_y)
    return picture.moved(x, y)


def _placed(file: StoredFile, content: str, layer: ImageLayer, cache: PictureCache) -> pyvips.Image:
    levels = cache.get((content, layer.trim), lambda: _read(file, trim=layer.trim))
    picture = pyvips.Image.new_from_array(levels, interpretation="srgb")
    scaled = _covering(picture, layer) if layer.fit == "cover" else _contained(picture, layer)
    return _rounded(scaled, layer.radius)


def _read(file: StoredFile, *, trim: bool) -> Levels:
    """Upright, in sRGB, ``(height, width, 3)``, or 4 with an alpha."""
    image = pyvips.Image.new_from_buffer(file.body, "", fail_on="truncated")
    if image.width * image.height > _MAX_PIXELS:
        raise UnreadablePicture(
            f"the picture has {image.width * image.height:,} pixels; {_MAX_PIXELS:,} at most are read"
        )
    image = _in_srgb(image.autorot())
    image = image.extract_band(0, n=4 if image.hasalpha() else 3).cast("uchar").copy(interpretation="srgb")
    levels: Levels = (_trimmed(image) if trim and image.bands == 4 else image).numpy()
    return levels


def _in_srgb(image: pyvips.Image) -> pyvips.Image:
    """By its own colour profile where it has one; CMYK without one by libvips' own."""
    is_print = image.interpretation == "cmyk"
    if image.get_typeof("icc-profile-data") or is_print:
        try:
            image = image.icc_transform("srgb", embedded=True, input_profile="cmyk" if is_print else "srgb")
        except pyvips.Error:
            # A profile that fits no picture of this kind says nothing about its colours.
            image = image.copy()
            image.remove("icc-profile-data")
    return image.colourspace("srgb")


def _trimmed(image: pyvips.Image) -> pyvips.Image:
    left, top, width, height = image[3].find_trim(threshold=_FAINT, background=0)
    if width == 0 or height == 0:
        raise UnreadablePicture("the picture is transparent all over: nothing is left when it is trimmed")
    return image.crop(left, top, width, height)


def _covering(image: pyvips.Image, layer: ImageLayer) -> pyvips.Image:
    width, height = layer.box.width, layer.box.height
    scaled = _resized(image, max(width / image.width, height / image.height), (width, height))
    if layer.focus_x is None and layer.focus_y is None:
        if (scaled.width, scaled.height) == (width, height):
            return scaled
        return scaled.copy_memory().smartcrop(width, height, interesting="attention")
    x = _start(0.5 if layer.focus_x is None else layer.focus_x, scaled.width, width)
    y = _start(0.5 if layer.focus_y is None else layer.focus_y, scaled.height, height)
    return scaled.crop(x, y, width, height)


def _start(focus: float, whole: int, part: int) -> int:
    """Where the part begins whose middle is as near to the focus as the whole has room."""
    return min(max(round(focus * whole - part / 2), 0), whole - part)


def _contained(image: pyvips.Image, layer: ImageLayer) -> pyvips.Image:
    width, height = layer.box.width, layer.box.height
    scale = min(width / image.width, height / image.height)
    scaled = _resized(image, scale, (1, 1))
    within = Rectangle(0, 0, scaled.width, scaled.height).common(Rectangle(0, 0, width, height))
    return scaled.crop(0, 0, within.width, within.height)


def _resized(image: pyvips.Image, scale: float, least: tuple[int, int]) -> pyvips.Image:
    """Scaled, and at least so large: rounding may leave a pixel too little."""
    if scale != 1:
        clear = image.bands == 4
        ready = image.premultiply() if clear else image
        scaled = ready.resize(scale, kernel="lanczos3" if scale < 1 else "cubic")
        image = (scaled.unpremultiply() if clear else scaled).rint().cast("uchar").copy(interpretation="srgb")
    if image.width < least[0] or image.height < least[1]:
        image = image.embed(0, 0, max(least[0], image.width), max(least[1], image.height), extend="copy")
    return image


def _rounded(image: pyvips.Image, radius: int) -> pyvips.Image:
    if radius == 0:
        return image
    corners = outline(image.width, image.height, radius)
    if image.bands == 3:
        return image.bandjoin(corners)
    both = (image[3] * corners / 255).rint().cast("uchar")
    return image.extract_band(0, n=3).bandjoin(both)


def _first_line(error: pyvips.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "unknown reason"
