"""Pictures, decoded and written anew: what is stored holds pixels, and nothing else that came with them."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps

from shared.artifacts.inspection.refusal import Refused
from shared.storage.formats import MAX_PIXELS, PNG, Format

_COMPRESSION = 3
"""zlib's level: a third of the default's time, for files a few per cent larger."""


def rewrite(source: BinaryIO, found: Format, target: BinaryIO) -> dict[str, Any]:
    """Write a PNG of the picture's pixels: upright, in sRGB, 8 bits a channel, without metadata.

    The pixel cap is checked by the header, before anything is decoded, and only the format's own decoder is asked.
    Raises ``Refused``.
    """
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    source.seek(0)
    try:
        with Image.open(source, formats=[_decoder(found)]) as picture:
            _refuse_what_is_too_much(picture)
            # In place, here and below: a copy of the largest picture takes a quarter of a gigabyte.
            ImageOps.exif_transpose(picture, in_place=True)
            plain = _in_srgb(picture)
            plain.load()
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Refused(f"has more than {MAX_PIXELS // 1_000_000} megapixels") from error
    except Refused:
        raise
    except Exception as error:
        # Decoders fail in as many ways as there are to break a file.
        raise Refused(f"is a damaged {found.name}") from error
    plain.info.clear()
    plain.save(target, PNG.name, compress_level=_COMPRESSION)
    return {"width": plain.width, "height": plain.height}


def _decoder(found: Format) -> str:
    return found.name.upper()


def _refuse_what_is_too_much(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused(
            f"has {picture.width} × {picture.height} pixels; {MAX_PIXELS // 1_000_000} megapixels at most are taken"
        )
    if getattr(picture, "n_frames", 1) > 1:
        raise Refused("is an animation; a single picture is taken")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB, or RGBA where it can be seen through."""
    sees_through = "A" in picture.getbands() or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I") or picture.mode == "F":
        # 16 bits a channel, of which the upper eight are kept.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if profile and picture.mode in ("RGB", "CMYK"):
        # A profile that cannot be read is no reason to refuse the pixels.
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            assert converted is not None, "a new picture is asked for"
            return converted
    mode = "RGBA" if sees_through else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)
