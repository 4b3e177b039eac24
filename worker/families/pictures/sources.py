"""The pictures that a forward batch is drawn from, in the size it is drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from shared.catalog.inputs.files import FileReference
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import InputRefused
from worker.families.pictures.tasks import TaskPipeline
from worker.media.source_image import UnreadablePicture, read_mask, read_picture

_GREY = Image.new("RGB", (32, 32), (127, 127, 127))


@dataclass(frozen=True, slots=True)
class Sources:
    """One entry a picture to draw, or None where the jobs give none. Equal files are read once."""

    images: list[Image.Image] | None
    masks: list[Image.Image] | None
    controls: list[Image.Image] | None
    references: list[Image.Image] | None

    def any(self) -> bool:
        """Whether something is given whose size the drawn picture must have."""
        return self.images is not None or self.controls is not None


def read_sources(inputs: Sequence[TextToImageInput], width: int, height: int) -> Sources:
    """The files of each picture's input. Raises ``InputRefused`` naming the field of one that cannot be read."""
    read: dict[tuple[str, int], Image.Image] = {}

    def all_of(field: str, one_of: Any) -> list[Image.Image] | None:
        found = []
        for job_input in inputs:
            reference: FileReference | None = getattr(job_input, field)
            if reference is None:
                return None
            key = (field, id(reference))
            if key not in read:
                try:
                    read[key] = Image.fromarray(one_of(reference.file()))
                except UnreadablePicture as error:
                    raise InputRefused.of(f"input.{field}", str(error)) from error
            found.append(read[key])
        return found

    return Sources(
        all_of("image", lambda file: read_picture(file, width, height)),
        all_of("mask_image", lambda file: read_mask(file, width, height)),
        all_of("control_image", lambda file: read_picture(file, width, height)),
        all_of("ip_adapter_image", read_picture),
    )


def kept_outside_the_mask(drawn: Sequence[NDArray[np.uint8]], sources: Sources) -> list[NDArray[np.uint8]]:
    """The drawn pictures, with the given ones where their masks are black: an autoencoder changes every pixel.

    Greys blend the two.
    """
    if sources.images is None or sources.masks is None:
        return list(drawn)
    blended = []
    for pixels, image, mask in zip(drawn, sources.images, sources.masks, strict=True):
        share = np.asarray(mask, np.float32)[..., None] / 255
        mixed = pixels * share + np.asarray(image, np.float32) * (1 - share)
        blended.append(np.rint(mixed).astype(np.uint8))
    return blended


@contextmanager
def taken_up(
    task: TaskPipeline, job_input: TextToImageInput, references: Sequence[Image.Image] | None
) -> Iterator[list[torch.Tensor]]:
    """While a pipeline with an IP-Adapter runs: ``ip_adapter_image_embeds`` for its call.

    The networks ask for a picture even where the job gives none: then a grey one, at a scale of 0. Pipelines repeat
    one picture's embedding for the whole batch; the adapter is handed each picture's own instead.
    """
    pipeline = task.pipeline
    scale = 1.0 if job_input.ip_adapter_scale is None else job_input.ip_adapter_scale
    pipeline.set_ip_adapter_scale(scale if references is not None else 0.0)
    given = job_input.guidance_scale
    guidance = task.parameters.get("guidance_scale", 0.0) if given is None else given
    guided = guidance > 1 and pipeline.unet.config.time_cond_proj_dim is None

    def embedded(picture: Image.Image) -> torch.Tensor:
        """``(1, 1, width)``; with guidance ``(2, 1, width)``, that of nothing first."""
        prepared = pipeline.prepare_ip_adapter_image_embeds([picture], None, pipeline._execution_device, 1, guided)
        embedding: torch.Tensor = prepared[0]
        return embedding

    each = [embedded(picture) for picture in references or [_GREY]]
    halves = [embedding.chunk(2 if guided else 1) for embedding in each]
    whole = torch.cat([torch.cat(half) for half in zip(*halves, strict=True)])
    projection = pipeline.unet.encoder_hid_proj
    hook = projection.register_forward_pre_hook(lambda _module, _given: ([whole],)) if references else None
    try:
        yield each[:1]
    finally:
        if hook is not None:
            hook.remove()
