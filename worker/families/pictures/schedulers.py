"""Schedulers by name, each with the models it can sample from.

Two kinds of model exist: those trained on a table of noise levels (DDPM, Ho et al. 2020, arXiv:2006.11239), whose
schedulers know ``alphas_cumprod``, and those trained to follow a straight flow (rectified flow, Liu et al. 2022,
arXiv:2209.03003). What samples one kind makes noise of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DEISMultistepScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    HeunDiscreteScheduler,
    LCMScheduler,
    PNDMScheduler,
    UniPCMultistepScheduler,
)

from shared.catalog.inputs.text_to_image import SchedulerName

_FLOW = "flow_prediction"
_OF_NOISE = frozenset({"epsilon", "v_prediction", "sample"})


@dataclass(frozen=True, slots=True)
class _Choice:
    """A scheduler's class, the predictions it can read, and what it is told beside the model's own settings."""

    kind: type
    predictions: frozenset[str] = _OF_NOISE
    settings: Mapping[str, Any] = field(default_factory=dict)


# The textbook's forms clip to the range of pixels, which latents do not keep to: only where the model's folder says so.
_UNCLIPPED = {"clip_sample": False}
_CHOICES: Mapping[SchedulerName, _Choice] = {
    "ddim": _Choice(DDIMScheduler, settings={**_UNCLIPPED, "set_alpha_to_one": False}),
    "ddpm": _Choice(DDPMScheduler, settings=_UNCLIPPED),
    "pndm": _Choice(PNDMScheduler, _OF_NOISE - {"sample"}, {"skip_prk_steps": True}),
    "deis": _Choice(DEISMultistepScheduler, _OF_NOISE | {_FLOW}),
    "euler": _Choice(EulerDiscreteScheduler),
    "euler-ancestral": _Choice(EulerAncestralDiscreteScheduler),
    "heun": _Choice(HeunDiscreteScheduler),
    "dpmpp-2m": _Choice(DPMSolverMultistepScheduler, _OF_NOISE | {_FLOW}),
    "dpmpp-2m-karras": _Choice(DPMSolverMultistepScheduler, settings={"use_karras_sigmas": True}),
    "dpmpp-2m-sde": _Choice(
        DPMSolverMultistepScheduler, _OF_NOISE | {_FLOW}, settings={"algorithm_type": "sde-dpmsolver++"}
    ),
    "unipc": _Choice(UniPCMultistepScheduler, _OF_NOISE | {_FLOW}),
    "lcm": _Choice(LCMScheduler, settings=_UNCLIPPED),
    "flow-match-euler": _Choice(FlowMatchEulerDiscreteScheduler, frozenset({_FLOW})),
}
# Settings with which the named form differs from the class's default: these win over the model's folder.
_DEFINING = frozenset({"use_karras_sigmas", "algorithm_type", "skip_prk_steps"})


def misfit(own: Any, name: SchedulerName, num_inference_steps: int) -> str | None:
    """Why the scheduler of that name cannot sample from the model whose folder came with ``own``; None if it can."""
    choice = _CHOICES[name]
    if isinstance(own, choice.kind) and not choice.settings:
        return None
    matches_flow = type(own).__name__.startswith("FlowMatch")
    if matches_flow != choice.kind.__name__.startswith("FlowMatch") or not (
        matches_flow or hasattr(own, "alphas_cumprod")
    ):
        return f"{name} cannot sample from this model, which came with {type(own).__name__}"
    prediction = _FLOW if matches_flow else own.config.get("prediction_type", "epsilon")
    if prediction not in choice.predictions:
        return f"{name} cannot read what this model predicts: {prediction}"
    if not matches_flow:
        try:
            scheduler_of(own, name).set_timesteps(num_inference_steps)
        except (ValueError, IndexError) as error:
            return f"{name} cannot do {num_inference_steps} steps: {str(error).splitlines()[0]}"
    return None


def scheduler_of(own: Any, name: SchedulerName | None) -> Any:
    """A scheduler for one forward batch, in the model's own settings: the named one, or a fresh one of its own."""
    if name is None:
        return type(own).from_config(own.config)
    choice = _CHOICES[name]
    told = {key: value for key, value in choice.settings.items() if key in _DEFINING or key not in own.config}
    return choice.kind.from_config(own.config, **told)  # type: ignore[attr-defined]
