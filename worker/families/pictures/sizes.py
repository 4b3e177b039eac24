"""Which sizes a pipeline can draw, asked of its networks."""

from __future__ import annotations

import inspect
import math
from typing import Any

from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import FieldProblem, InputRefused

_LARGEST = 4096
# diffusers' pipelines with a UNet take no others, whatever their autoencoder.
_STEP_OF_UNETS = 8
_COMMON = 1024


def size_problems(pipeline: Any, job_input: TextToImageInput) -> list[FieldProblem]:
    """What is wrong with the sizes asked for, with the nearest that can be drawn."""
    step, largest = size_step(pipeline), _largest_size(pipeline)
    problems = []
    for name, value in (("width", job_input.width), ("height", job_input.height)):
        if value is None:
            continue
        if value > largest:
            problems.append(FieldProblem(f"input.{name}", f"this model draws {largest} pixels at most, not {value}"))
        elif value % step:
            below = value // step * step
            nearest = [size for size in (below, below + step) if 0 < size <= largest]
            problems.append(
                FieldProblem(
                    f"input.{name}",
                    f"this model draws multiples of {step} pixels: {' or '.join(map(str, nearest))}, not {value}",
                )
            )
    return problems


def refuse_other_size(job_input: TextToImageInput, width: int, height: int) -> None:
    """Raise ``InputRefused`` if what was drawn has another size than was asked for: a rule of this pipeline's own."""
    drawn = {"width": (job_input.width, width), "height": (job_input.height, height)}
    problems = [
        FieldProblem(f"input.{name}", f"this model draws {got} pixels instead of {asked}")
        for name, (asked, got) in drawn.items()
        if asked not in (None, got)
    ]
    if problems:
        raise InputRefused(problems)


def size_step(pipeline: Any) -> int:
    """Sides are multiples of this: what the autoencoder makes one latent of, times the latents in a patch."""
    scale = _latent_scale(pipeline)
    patch = _denoiser_setting(pipeline, "patch_size")
    # FLUX and its kin pack latents two by two before the transformer, and tell it to their image processor alone.
    packed = getattr(getattr(pipeline, "image_processor", None), "config", {}).get("vae_scale_factor", scale)
    step = math.lcm(packed, scale * patch if isinstance(patch, int) else scale)
    return step if getattr(pipeline, "unet", None) is None else math.lcm(step, _STEP_OF_UNETS)


def size_of(pipeline: Any, job_input: TextToImageInput) -> tuple[int, int]:
    """Width and height in pixels: those asked for, or those the model was made for."""
    width, height = _native_size(pipeline)
    return job_input.width or width, job_input.height or height


def _native_size(pipeline: Any) -> tuple[int, int]:
    declared = inspect.signature(pipeline.__call__).parameters
    width, height = (declared[name].default if name in declared else None for name in ("width", "height"))
    if isinstance(width, int) and isinstance(height, int):
        return width, height
    latents = getattr(pipeline, "default_sample_size", None) or _denoiser_setting(pipeline, "sample_size")
    if latents is None:
        return _COMMON, _COMMON
    height, width = (latents, latents) if isinstance(latents, int) else latents
    return width * _latent_scale(pipeline), height * _latent_scale(pipeline)


def _largest_size(pipeline: Any) -> int:
    """Learned positions end somewhere."""
    positions = _denoiser_setting(pipeline, "pos_embed_max_size")
    if not isinstance(positions, int):
        return _LARGEST
    return min(_LARGEST, positions * (_denoiser_setting(pipeline, "patch_size") or 1) * _latent_scale(pipeline))


def _latent_scale(pipeline: Any) -> int:
    scale = getattr(pipeline, "vae_scale_factor", None)
    return scale if isinstance(scale, int) else 1


def _denoiser_setting(pipeline: Any, name: str) -> Any | None:
    """A setting of the network that denoises; None for pipelines of several such networks."""
    network = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    return None if network is None else getattr(network.config, name, None)
