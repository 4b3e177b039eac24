"""Scenes as tests write them, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pyvips
from numpy.typing import NDArray

from shared.catalog.inputs.composite import CompositeInput
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.scene import ImageLayer, TextLayer
from worker.compositing import scene
from worker.compositing.picture_cache import PictureCache
from worker.compositing.scene import Drawn

UPLOAD = {"upload": str(UUID(int=1))}
Pixels = NDArray[np.uint8]


def box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def text(written: str | None, place: dict[str, int], **fields: Any) -> dict[str, Any]:
    """A text layer, black, of 40 pixels if nothing else is said."""
    return {"kind": "text", "name": "text", "text": written, "box": place, "size_min": 40, "size_max": 40, **fields}


def picture(place: dict[str, int], **fields: Any) -> dict[str, Any]:
    return {"kind": "image", "name": "picture", "image": UPLOAD, "box": place, **fields}


def shape(place: dict[str, int], color: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "shape", "name": "shape", "box": place, "paint": {"kind": "solid", "color": color}, **fields}


def job(
    *layers: Mapping[str, Any],
    size: tuple[int, int] = (400, 200),
    files: Sequence[bytes] = (),
    output: Mapping[str, Any] | None = None,
    **canvas: Any,
) -> CompositeInput:
    """A composite's input; ``files`` are those of its pictures and text files, in their order."""
    made = CompositeInput.model_validate(
        {
            "canvas": {"width": size[0], "height": size[1], **canvas},
            "layers": list(layers),
            **({} if output is None else {"output": output}),
        }
    )
    left = list(files)
    for layer in made.layers:
        if isinstance(layer, ImageLayer):
            layer.image.attach(StoredFile("image/png", left.pop(0)))
        elif isinstance(layer, TextLayer) and layer.text_file is not None:
            layer.text_file.attach(StoredFile("text/plain; charset=utf-8", left.pop(0)))
    return made


def drawn(composite: CompositeInput) -> Drawn:
    scene.check(composite)
    return scene.draw(composite, PictureCache())


def pixels(composite: CompositeInput) -> Pixels:
    made: Pixels = drawn(composite).image.numpy()
    return made


def inked(image: Pixels) -> dict[str, int]:
    """The box around everything that is not white."""
    rows, columns = np.nonzero((image < 250).any(axis=2))
    left, top = int(columns.min()), int(rows.min())
    return box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)


def png(image: pyvips.Image) -> bytes:
    return bytes(image.copy(interpretation="srgb").cast("uchar").pngsave_buffer())


def plain(width: int, height: int, *levels: int) -> pyvips.Image:
    """A picture of one colour."""
    return (pyvips.Image.black(width, height, bands=len(levels)) + list(levels)).cast("uchar")


def two_halves(width: int, height: int, left: Sequence[int], right: Sequence[int]) -> pyvips.Image:
    """A picture whose left half has one colour and whose right half another."""
    return plain(width, height, *left).insert(plain(width // 2, height, *right), width - width // 2, 0)
