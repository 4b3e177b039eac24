"""What a job may ask of a loaded pipeline; the rest is refused with the field that asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import FieldProblem, InputRefused
from worker.families.pictures.schedulers import misfit
from worker.families.pictures.sizes import size_problems
from worker.families.pictures.tasks import Task, TaskPipeline, Tasks, task_of
from worker.families.prompt_lengths import cut_prompts

# Fields that pipelines call as we do, and what a model lacks that does not know them.
_LACKS = {
    "num_inference_steps": "draws in a fixed number of steps",
    "guidance_scale": "has no guidance to scale",
    "true_cfg_scale": "has no second guidance to scale",
    "max_sequence_length": "reads a fixed length of the prompt",
    "strength": "draws the whole picture anew",
    "controlnet_conditioning_scale": "keeps to its control picture as it was trained to",
}
_USUAL_STEPS = 50
_GUIDED_ABOVE = 1


def refuse_unmet(tasks: Tasks, scheduler: Any, has_ip_adapter: bool, job_input: TextToImageInput) -> None:
    """Raise ``InputRefused`` with every field that the model cannot do or would ignore."""
    task = _task(tasks, job_input)
    problems = [
        *size_problems(task.pipeline, job_input),
        *_lacking(task, job_input),
        *_unheard_negative_prompt(task, job_input),
        *_unfit_steps(task, scheduler, job_input),
        *cut_prompts(task.pipeline, task.parameters, job_input, "prompt", "negative_prompt"),
    ]
    if job_input.ip_adapter_image is not None and not has_ip_adapter:
        problems.append(FieldProblem("input.ip_adapter_image", "this model has no IP-Adapter to take it up with"))
    if problems:
        raise InputRefused(problems)


def _task(tasks: Tasks, job_input: TextToImageInput) -> TaskPipeline:
    wanted, controlled = task_of(job_input), job_input.control_image is not None
    if (found := tasks.get((wanted, controlled))) is not None:
        return found
    if (wanted, not controlled) in tasks:
        raise InputRefused.of(
            "input.control_image",
            "this model has no ControlNet for that" if controlled else "this model draws along a picture: give one",
        )
    known = {task for task, _ in tasks}
    if wanted is Task.TEXT_TO_IMAGE:
        needed = "an image" if Task.IMAGE_TO_IMAGE in known else "an image and a mask_image"
        raise InputRefused.of("input.image", f"this model does not draw from a prompt alone: give it {needed}")
    if wanted is Task.INPAINTING and Task.IMAGE_TO_IMAGE in known:
        raise InputRefused.of("input.mask_image", "this model cannot draw inside of a mask")
    if wanted is Task.IMAGE_TO_IMAGE and Task.INPAINTING in known:
        raise InputRefused.of("input.mask_image", "this model draws inside of a mask alone: give one")
    raise InputRefused.of("input.image", "this model cannot begin from a picture")


def _lacking(task: TaskPipeline, job_input: TextToImageInput) -> Iterator[FieldProblem]:
    for name, lack in _LACKS.items():
        if getattr(job_input, name) is not None and name not in task.parameters:
            yield FieldProblem(f"input.{name}", f"this model {lack}: leave it out")


def _unheard_negative_prompt(task: TaskPipeline, job_input: TextToImageInput) -> Iterator[FieldProblem]:
    if not job_input.negative_prompt:
        return
    if "negative_prompt" not in task.parameters:
        yield FieldProblem("input.negative_prompt", "this model takes no negative prompt")
        return
    guidance = "true_cfg_scale" if "true_cfg_scale" in task.parameters else "guidance_scale"
    given = getattr(job_input, guidance)
    scale = task.parameters.get(guidance) if given is None else given
    if isinstance(scale, int | float) and scale <= _GUIDED_ABOVE:
        yield FieldProblem("input.negative_prompt", f"has no effect with a {guidance} of {scale:g}: above 1 it has")


def _unfit_steps(task: TaskPipeline, scheduler: Any, job_input: TextToImageInput) -> Iterator[FieldProblem]:
    usual = task.parameters.get("num_inference_steps")
    steps = job_input.num_inference_steps or (usual if isinstance(usual, int) else _USUAL_STEPS)
    if job_input.scheduler is not None and (problem := misfit(scheduler, job_input.scheduler, steps)) is not None:
        yield FieldProblem("input.scheduler", problem)
    strength = task.parameters.get("strength") if job_input.strength is None else job_input.strength
    if isinstance(strength, int | float) and int(steps * strength) < 1:
        yield FieldProblem(
            "input.strength", f"{strength:g} leaves nothing to draw of {steps} steps; give {1 / steps:.3g} at least"
        )
