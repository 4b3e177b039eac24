"""Jobs that draw pictures, the files they are given, and what is compared of their results."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text_to_image import TextToImageInput
from tests.conformance.step_controls import Steps
from worker.families.base import Device, ModelRef
from worker.families.text_to_image import LoadedPipeline, TextToImage
from worker.media.base import Media
from worker.media.image import ImageMedia

FAMILY = TextToImage()
STEPS = 3
SIDE = 32
# Sums of another batch size round elsewhere: one level of 255, in a few values of a hundred thousand.
TOLERANCE = 1
_ANY = UUID(int=1)


@cache
def photo(seed: int, size: tuple[int, int] = (48, 40)) -> StoredFile:
    """A PNG of soft coloured blotches."""
    blotches = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), np.uint8)
    return png(Image.fromarray(blotches).resize(size, Image.Resampling.BICUBIC))


@cache
def left_half() -> StoredFile:
    """A mask: the left half is to be drawn anew."""
    mask = Image.new("L", (SIDE, SIDE), 0)
    mask.paste(255, (0, 0, SIDE // 2, SIDE))
    return png(mask)


def png(image: Image.Image) -> StoredFile:
    written = io.BytesIO()
    image.save(written, "PNG")
    return StoredFile("image/png", written.getvalue())


def wanted(
    prompt: str = "a red star", seed: int = 1, files: Mapping[str, StoredFile] | None = None, **fields: Any
) -> TextToImageInput:
    """A small job; ``files`` by field, already attached."""
    given = files or {}
    defaults = {"width": SIDE, "height": SIDE, "num_inference_steps": STEPS}
    references = {name: {"upload": _ANY} for name in given}
    job_input = TextToImageInput.model_validate({"prompt": prompt, "seed": seed, **defaults, **references, **fields})
    for name, file in given.items():
        getattr(job_input, name).attach(file)
    return job_input


def load(folder: Path, **options: Any) -> LoadedPipeline:
    ref = ModelRef(folder.name, FamilyName.TEXT_TO_IMAGE, "0" * 64, folder, options=options)
    return FAMILY.load(ref, Device())


def draw(loaded: LoadedPipeline, *inputs: TextToImageInput, control: Steps | None = None) -> list[list[Media]]:
    """What a worker does with accepted jobs."""
    for job_input in inputs:
        FAMILY.check(loaded, job_input)
    return FAMILY.generate(loaded, inputs, control or Steps())


def drawn(loaded: LoadedPipeline, job_input: TextToImageInput, control: Steps | None = None) -> NDArray[np.int16]:
    """The first picture of one job alone."""
    return pixels(draw(loaded, job_input, control=control)[0][0])


def pixels(media: Media) -> NDArray[np.int16]:
    assert isinstance(media, ImageMedia)
    return media.pixels.astype(np.int16)


def difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> int:
    """In the value that differs most, of 255."""
    return int(np.abs(one - other).max())
