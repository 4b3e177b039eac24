"""unCLIP, the architecture of DALL-E 2 (Ramesh et al. 2022, arXiv:2204.06125).

A prior draws the CLIP embedding of a picture from a prompt, a decoder draws the picture from the embedding; in the
original two more networks enlarge it. An embedding can also be taken from a picture: then variations of it are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.unclip import UnclipInput
from shared.errors import FieldProblem, GenerationFailed, InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.pictures.previews import webp_previews
from worker.families.prompt_lengths import cut_prompts
from worker.families.unclip_pipelines.cascade import Cascade, Request
from worker.families.unclip_pipelines.kandinsky import is_kandinsky, load_kandinsky
from worker.families.unclip_pipelines.original import load_original
from worker.media.base import Media
from worker.media.image import ImageMedia
from worker.media.source_image import UnreadablePicture, read_picture

_PIXELS_IN_FLIGHT = {"cpu": 8 * 256 * 256, "cuda": 8 * 1024 * 1024}
_LACKS = {
    "prior_num_inference_steps": "has no prior",
    "prior_guidance_scale": "has no prior",
    "super_res_num_inference_steps": "does not enlarge what its decoder draws",
}


@dataclass(frozen=True, slots=True)
class LoadedUnclip:
    """The networks of all stages on their device."""

    cascade: Cascade
    device: Device


class Unclip:
    """Draws from a prompt or varies a picture, in stages."""

    name = FamilyName.UNCLIP

    def load(self, model: ModelRef, device: Device) -> LoadedUnclip:
        """Read the stages: safetensors only, nothing from the network, no code from the folder."""
        load = load_kandinsky if is_kandinsky(model.path) else load_original
        return LoadedUnclip(load(model, device), device)

    def check(self, loaded: LoadedUnclip, job_input: UnclipInput) -> None:
        """Refuse the kind of input, the stages and the sizes that this model does not have, and what it would cut."""
        cascade = loaded.cascade
        if job_input.image is not None and not cascade.varies_pictures:
            raise InputRefused.of("input.image", "this model draws from prompts alone")
        if job_input.image is None and not cascade.draws_prompts:
            raise InputRefused.of("input.prompt", "this model varies pictures alone: give an image instead")
        problems = [
            FieldProblem(f"input.{name}", f"this model {lack}: leave it out")
            for name, lack in _LACKS.items()
            if getattr(job_input, name) is not None and name not in cascade.fields
        ]
        problems += [FieldProblem(f"input.{name}", problem) for name, problem in cascade.size_problems(job_input)]
        if job_input.image is None:
            problems += cut_prompts(cascade.reader, {"prompt": None}, job_input, "prompt")
        if problems:
            raise InputRefused(problems)

    def max_batch(self, loaded: LoadedUnclip, job_input: UnclipInput) -> int:
        """Members whose pictures fit the device together."""
        width, height = loaded.cascade.size(job_input)
        return max(1, _PIXELS_IN_FLIGHT[loaded.device.type] // (width * height * job_input.num_images))

    def generate(self, loaded: LoadedUnclip, inputs: Sequence[UnclipInput], control: StepControl) -> list[list[Media]]:
        """Draw every member's pictures together, stage by stage, ``num_images`` a member."""
        owners = [owner for owner, job_input in enumerate(inputs) for _ in range(job_input.num_images)]
        request = Request(
            inputs[0],
            [inputs[owner].prompt for owner in owners],
            [picture for job_input in inputs for picture in _sources(job_input)],
            [generator for job_input in inputs for generator in _generators(job_input)],
        )
        first_of = [owners.index(member) for member in range(len(inputs))]
        dropped: set[int] = set()
        try:
            with torch.no_grad(), _counted(loaded.cascade, request, first_of, control, dropped):
                images = loaded.cascade.draw(request)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        if not np.isfinite(images).all():
            raise GenerationFailed("The picture is not a number (NaN): the model overflowed. Try less guidance.")
        outputs: list[list[Media]] = [[] for _ in inputs]
        for owner, pixels in zip(owners, np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8), strict=True):
            if owner not in dropped:
                outputs[owner].append(ImageMedia(pixels))
        return outputs


def _sources(job_input: UnclipInput) -> list[Image.Image]:
    """The picture to vary, once for each that is drawn; none for a prompt."""
    if job_input.image is None:
        return []
    try:
        picture = Image.fromarray(read_picture(job_input.image.file()))
    except UnreadablePicture as error:
        raise InputRefused.of("input.image", str(error)) from error
    return [picture] * job_input.num_images


def _generators(job_input: UnclipInput) -> list[torch.Generator]:
    """One generator a picture: picture ``k`` of seed ``s`` is picture 0 of seed ``s + k``."""
    seed = job_input.seed or 0
    return [torch.Generator().manual_seed((seed + k) % (MAX_SEED + 1)) for k in range(job_input.num_images)]


@contextmanager
def _counted(
    cascade: Cascade, request: Request, first_of: Sequence[int], control: StepControl, dropped: set[int]
) -> Iterator[None]:
    """Report one step for each time that a stage's network has run, over all stages in one count.

    The pipelines call nothing after a step, or each in a way of its own; a hook on the networks is the same for all.
    """
    stages = cascade.stages(request)
    total = sum(stage.steps for stage in stages)
    done = 0

    def hook_of(preview: Callable[[torch.Tensor], torch.Tensor] | None) -> Callable[..., None]:
        def after_forward(_network: Any, _args: Any, kwargs: dict[str, Any], _output: Any) -> None:
            nonlocal done
            done += 1
            previews = None if preview is None else _previews(preview, kwargs["sample"], request, first_of)
            dropped.update(control.step(done, total, previews))

        return after_forward

    with ExitStack() as hooks:
        for stage in stages:
            for network in stage.networks:
                hooks.callback(network.register_forward_hook(hook_of(stage.preview), with_kwargs=True).remove)
        yield


def _previews(
    preview: Callable[[torch.Tensor], torch.Tensor], sample: torch.Tensor, request: Request, first_of: Sequence[int]
) -> Callable[[], list[bytes]]:
    """How to show each member's first picture; with guidance, the second half of the sample is the pictures'."""

    def draw() -> list[bytes]:
        pictures = sample[-len(request.generators) :]
        return webp_previews(preview(pictures[list(first_of)]))

    return draw
