"""The finished picture as a file, no larger than asked for."""

from __future__ import annotations

from dataclasses import dataclass

import pyvips

from shared.catalog.inputs.composite import CompositeInput, OutputFile
from shared.errors import InputRefused

LEAST_QUALITY = 40
_MM_PER_INCH = 25.4
_PALETTE_QUALITY = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A format of files."""

    media_type: str
    extension: str


KINDS = {
    "png": Kind("image/png", "png"),
    "jpeg": Kind("image/jpeg", "jpg"),
    "webp": Kind("image/webp", "webp"),
    "avif": Kind("image/avif", "avif"),
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file, and how it was made as small as it is: the quality, or whether its colours are a palette."""

    body: bytes
    quality: int | None
    has_palette: bool = False


def encoded(image: pyvips.Image, job: CompositeInput) -> Encoded:
    """The file. Raises ``InputRefused`` where it cannot be made as small as asked for."""
    output = job.output
    image = _prepared(image, output, job.canvas.dpi)
    # A file for print says how large it is and which colours are meant; on screens, no profile means sRGB.
    marks = {"keep": "none"} if job.canvas.dpi is None else {"profile": "srgb"}
    if output.format == "png":
        return _png(image, output, marks)
    best = Encoded(_lossy(image, output.format, output.quality, marks), output.quality)
    if output.max_bytes is None or len(best.body) <= output.max_bytes:
        return best
    return _smaller(image, output, marks, len(best.body))


def _prepared(image: pyvips.Image, output: OutputFile, dpi: int | None) -> pyvips.Image:
    if output.format == "jpeg" and image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    if dpi is not None:
        image = image.copy(xres=dpi / _MM_PER_INCH, yres=dpi / _MM_PER_INCH)
    return image


def _png(image: pyvips.Image, output: OutputFile, marks: dict[str, str]) -> Encoded:
    body = image.pngsave_buffer(compression=3, filter="sub", **marks)
    if output.max_bytes is None or len(body) <= output.max_bytes:
        return Encoded(body, None)
    small = image.pngsave_buffer(compression=9, palette=True, Q=_PALETTE_QUALITY, effort=7, **marks)
    if len(small) <= output.max_bytes:
        return Encoded(small, None, has_palette=True)
    raise InputRefused.of(
        "input.output.max_bytes",
        f"is {output.max_bytes:,}; as a PNG the picture has {len(body):,} bytes, {len(small):,} with a palette of 256"
        " colours. JPEG, WebP and AVIF become smaller",
    )


def _smaller(image: pyvips.Image, output: OutputFile, marks: dict[str, str], size: int) -> Encoded:
    """The best quality below the one asked for whose file is small enough, by bisection."""
    limit = output.max_bytes or 0
    found: Encoded | None = None
    low, high = LEAST_QUALITY, output.quality - 1
    while low <= high:
        # The least comes first: where it is too large, nothing else need be tried.
        quality = LEAST_QUALITY if found is None else (low + high + 1) // 2
        body = _lossy(image, output.format, quality, marks)
        size = len(body)
        if size <= limit:
            found, low = Encoded(body, quality), quality + 1
        elif found is None:
            break
        else:
            high = quality - 1
    if found is None:
        least = min(LEAST_QUALITY, output.quality)
        raise InputRefused.of(
            "input.output.max_bytes",
            f"is {limit:,}; at quality {least}, the least, the file has {size:,} bytes",
        )
    return found


def _lossy(image: pyvips.Image, form: str, quality: int, marks: dict[str, str]) -> bytes:
    match form:
        case "jpeg":
            body = image.jpegsave_buffer(Q=quality, **marks)
        case "webp":
            body = image.webpsave_buffer(Q=quality, effort=0, **marks)
        case _:
            body = image.heifsave_buffer(Q=quality, compression="av1", effort=0, **marks)
    return bytes(body)
