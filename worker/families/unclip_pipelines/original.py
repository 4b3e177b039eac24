"""unCLIP as published: pixels throughout, enlarged by two more networks. Karlo's weights are of this kind.

diffusers keeps its two pipelines among the deprecated ones, where they do not find the module any more that their
folders name: it is put back in both places where folders look for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.deprecated import unclip as _deprecated_unclip
from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel
from numpy.typing import NDArray

from shared.catalog.inputs.unclip import UnclipInput
from shared.errors import ModelLoadFailed
from worker.families.base import Device, ModelRef
from worker.families.placement import dtype_for, place
from worker.families.unclip_pipelines.cascade import DECODER_STEPS, PRIOR_STEPS, Cascade, Request, Stage

# Both are lazy modules, which type checkers know no attributes of.
vars(diffusers)["UnCLIPTextProjModel"] = UnCLIPTextProjModel
vars(diffusers.pipelines)["unclip"] = _deprecated_unclip

_SUPER_RES_STEPS = 7
_OF_THE_PRIOR = {"prior_num_inference_steps", "prior_guidance_scale"}


def load_original(model: ModelRef, device: Device) -> Cascade:
    """A folder of ``UnCLIPPipeline`` (prompts) or ``UnCLIPImageVariationPipeline`` (pictures).

    Raises ``ModelLoadFailed`` for any other.
    """
    pipeline = DiffusionPipeline.from_pretrained(
        model.path,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        # A CPU cannot enlarge pictures in half precision.
        dtype=dtype_for(device, model.options) if device.type == "cuda" else torch.float32,
    )
    if not hasattr(pipeline, "super_res_last"):
        raise ModelLoadFailed(f"A {type(pipeline).__name__} is no unCLIP model.")
    pipeline.set_progress_bar_config(disable=True)
    place(pipeline, device, model.options)
    return OriginalCascade(pipeline)


@dataclass(frozen=True, slots=True)
class OriginalCascade:
    """Prior, decoder, and two networks that enlarge: the second takes the last step alone."""

    pipeline: Any

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({"super_res_num_inference_steps", *(_OF_THE_PRIOR if self.draws_prompts else ())})

    @property
    def draws_prompts(self) -> bool:
        return hasattr(self.pipeline, "prior")

    @property
    def varies_pictures(self) -> bool:
        return hasattr(self.pipeline, "image_encoder")

    @property
    def reader(self) -> Any:
        return self.pipeline

    def size(self, job_input: UnclipInput) -> tuple[int, int]:  # noqa: ARG002  (the same for every input)
        side: int = self.pipeline.super_res_last.config.sample_size
        return side, side

    def size_problems(self, job_input: UnclipInput) -> list[tuple[str, str]]:
        width, height = self.size(job_input)
        asked = {"width": (job_input.width, width), "height": (job_input.height, height)}
        return [
            (name, f"this model draws {drawn} pixels alone, not {given}")
            for name, (given, drawn) in asked.items()
            if given not in (None, drawn)
        ]

    def stages(self, request: Request) -> list[Stage]:
        given, pipeline = request.job_input, self.pipeline
        prior = [Stage([pipeline.prior], given.prior_num_inference_steps or PRIOR_STEPS)] if self.draws_prompts else []
        return [
            *prior,
            Stage([pipeline.decoder], given.decoder_num_inference_steps or DECODER_STEPS, lambda sample: sample),
            # What is to be enlarged lies beside the sample, in three more channels.
            Stage(
                [pipeline.super_res_first, pipeline.super_res_last],
                given.super_res_num_inference_steps or _SUPER_RES_STEPS,
                lambda sample: sample[:, :3],
            ),
        ]

    def draw(self, request: Request) -> NDArray[np.float32]:
        given = request.job_input
        wanted: dict[str, Any] = {
            "generator": list(request.generators),
            "decoder_num_inference_steps": given.decoder_num_inference_steps or DECODER_STEPS,
            "super_res_num_inference_steps": given.super_res_num_inference_steps or _SUPER_RES_STEPS,
            "decoder_guidance_scale": given.decoder_guidance_scale,
            "output_type": "np",
        }
        if self.draws_prompts:
            wanted["prompt"] = list(request.prompts)
            wanted["prior_num_inference_steps"] = given.prior_num_inference_steps or PRIOR_STEPS
            wanted["prior_guidance_scale"] = given.prior_guidance_scale
        else:
            wanted["image"] = list(request.pictures)
        drawn = self.pipeline(**{name: value for name, value in wanted.items() if value is not None}).images
        return np.asarray(drawn, np.float32)
