"""Text to video: any diffusers pipeline that makes a clip of a prompt, of a picture, or of both.

The pipeline is asked what it accepts. A job's clip does not depend on its neighbours: each clip has a generator of its
own, drawn on the CPU so that the device does not matter either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text_to_video import MAX_CLIP_PIXELS, MAX_FRAMES, TextToVideoInput, too_many_pixels
from shared.errors import InputRefused, ModelLoadFailed, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.placement import dtype_for, place
from worker.families.prompt_lengths import cut_prompts
from worker.families.video.pipeline import VideoPipeline, sibling_of
from worker.families.video.preview import previews_of
from worker.media.base import Media
from worker.media.source_image import UnreadablePicture, read_picture
from worker.media.video import can_encode, media_of_clip

_PIXELS_IN_FLIGHT = {"cpu": 8 * 16 * 256 * 256, "cuda": 4 * 49 * 832 * 480}


@dataclass(frozen=True, slots=True)
class LoadedVideo:
    """The weights on their device: as a pipeline without a picture, as one with a picture, or as both."""

    without_picture: VideoPipeline | None
    with_picture: VideoPipeline | None
    device: Device

    def pipeline_for(self, job_input: TextToVideoInput) -> VideoPipeline:
        """The pipeline that this input is for. Raises ``InputRefused`` when there is none."""
        pipeline = self.without_picture if job_input.image is None else self.with_picture
        if pipeline is None:
            problem = "this model takes no picture" if job_input.image is not None else "this model needs a picture"
            raise InputRefused.of("input.image", problem)
        return pipeline


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip to be made: its member's index and input, and which of the member's clips it is."""

    member: int
    job_input: TextToVideoInput
    number: int

    def generator(self) -> torch.Generator:
        """Clip ``k`` of seed ``s`` is clip 0 of seed ``s + k``."""
        return torch.Generator().manual_seed(((self.job_input.seed or 0) + self.number) % (MAX_SEED + 1))


class TextToVideo:
    """Makes clips with ``DiffusionPipeline.from_pretrained`` weights."""

    name = FamilyName.TEXT_TO_VIDEO

    def load(self, model: ModelRef, device: Device) -> LoadedVideo:
        """Read the pipeline: safetensors only, nothing from the network, no code from the folder.

        Raises ``ModelLoadFailed`` for a pipeline that makes something else.
        """
        pipeline = DiffusionPipeline.from_pretrained(
            model.path,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=dtype_for(device, model.options),
        )
        # They share their networks: what is done to those of one is done to the other's.
        both = [each for each in (pipeline, sibling_of(pipeline)) if each is not None]
        place(pipeline, device, model.options)
        for each in both:
            each.set_progress_bar_config(disable=True)
        asked = [VideoPipeline.of(each) for each in both]
        if not asked[0].takes("num_frames"):
            raise ModelLoadFailed(f"{type(pipeline).__name__} makes no clips: its call has no `num_frames`.")
        return LoadedVideo(
            next((each for each in asked if not each.needs_picture), None),
            next((each for each in asked if each.needs_picture), None),
            device,
        )

    def check(self, loaded: LoadedVideo, job_input: TextToVideoInput) -> None:
        """Refuse what this model takes no account of, or cannot make."""
        pipeline = loaded.pipeline_for(job_input)
        if job_input.image is not None:
            _check_picture(job_input.image.file())
        if job_input.prompt and not pipeline.takes("prompt"):
            raise InputRefused.of("input.prompt", "this model takes no prompt: it sets the picture in motion")
        if not job_input.prompt and pipeline.takes("prompt"):
            raise InputRefused.of("input.prompt", "is missing; this model needs one, with a picture, too")
        if job_input.negative_prompt and not pipeline.takes("negative_prompt"):
            raise InputRefused.of("input.negative_prompt", "this model takes no negative prompt")
        if cut := list(cut_prompts(pipeline.call, pipeline.parameters, job_input, "prompt", "negative_prompt")):
            raise InputRefused(cut)
        _check_size(pipeline, job_input)
        _check_frames(pipeline, job_input)
        if not can_encode(job_input.video_codec):
            raise InputRefused.of("input.video_codec", f"this worker has no encoder for {job_input.video_codec}")

    def max_batch(self, loaded: LoadedVideo, job_input: TextToVideoInput) -> int:
        """Members whose clips fit the device together; one for a pipeline that takes only one picture."""
        pipeline = loaded.pipeline_for(job_input)
        return max(1, _clips_at_once(loaded, pipeline, job_input) // job_input.num_videos)

    def generate(
        self, loaded: LoadedVideo, inputs: Sequence[TextToVideoInput], control: StepControl
    ) -> list[list[Media]]:
        """Make every member's clips, in one call of the pipeline where it takes them and the device has the room."""
        pipeline = loaded.pipeline_for(inputs[0])
        fps = pipeline.fps(inputs[0].fps)
        clips = [Clip(index, each, number) for index, each in enumerate(inputs) for number in range(each.num_videos)]
        at_once = _clips_at_once(loaded, pipeline, inputs[0])
        calls = [clips[start : start + at_once] for start in range(0, len(clips), at_once)]
        dropped: set[int] = set()
        outputs: list[list[Media]] = [[] for _ in inputs]
        for number, call in enumerate(calls):
            together = [clip for clip in call if clip.member not in dropped]
            if not together:
                continue
            on_step = _on_step(together, len(inputs), (number, len(calls)), control, dropped)
            try:
                made = pipeline.call(**_arguments(pipeline, together, on_step)).frames
            except torch.OutOfMemoryError as error:
                raise OutOfDeviceMemory from error
            for clip, frames in zip(together, made, strict=True):
                if clip.member not in dropped:
                    outputs[clip.member] += media_of_clip(_in_8_bits(frames), fps, clip.job_input.video_codec)
        return [[] if member in dropped else media for member, media in enumerate(outputs)]


def _frames(pipeline: VideoPipeline, job_input: TextToVideoInput) -> int:
    return pipeline.frames(job_input.num_frames, job_input.seconds, pipeline.fps(job_input.fps))


def _clips_at_once(loaded: LoadedVideo, pipeline: VideoPipeline, job_input: TextToVideoInput) -> int:
    """How many clips one call makes at most; one, where the pipeline takes only one picture."""
    if not pipeline.batches:
        return 1
    width, height = pipeline.size(job_input.width, job_input.height)
    return max(1, _PIXELS_IN_FLIGHT[loaded.device.type] // (width * height * _frames(pipeline, job_input)))


def _check_picture(file: StoredFile) -> None:
    try:
        read_picture(file)
    except UnreadablePicture as error:
        raise InputRefused.of("input.image", str(error)) from error


def _check_size(pipeline: VideoPipeline, job_input: TextToVideoInput) -> None:
    unit = pipeline.size_unit
    for name in ("width", "height"):
        side = getattr(job_input, name)
        if side is not None and side % unit:
            below = side // unit * unit
            near = f"{below} or {below + unit}" if below else str(unit)
            raise InputRefused.of(f"input.{name}", f"this model takes multiples of {unit}: {near}, not {side}")


def _check_frames(pipeline: VideoPipeline, job_input: TextToVideoInput) -> None:
    frames, most = _frames(pipeline, job_input), pipeline.most_frames or MAX_FRAMES
    field = "input.seconds" if job_input.seconds is not None else "input.num_frames"
    if frames > most:
        fps = pipeline.fps(job_input.fps)
        raise InputRefused.of(field, f"this model makes {most} frames at most ({most / fps:g} s), not {frames}")
    width, height = pipeline.size(job_input.width, job_input.height)
    if frames * width * height > MAX_CLIP_PIXELS:
        raise InputRefused.of(field, too_many_pixels(frames, width, height))
    nearest = pipeline.nearest_counts(frames)
    if job_input.num_frames is not None and frames not in nearest:
        raise InputRefused.of(
            field,
            f"this model makes {pipeline.frame_unit} × n + 1 frames: {' or '.join(map(str, nearest))}, not {frames}",
        )


def _arguments(
    pipeline: VideoPipeline, clips: Sequence[Clip], on_step: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    first = clips[0].job_input
    width, height = pipeline.size(first.width, first.height)
    guidance = first.guidance_scale
    pictures = [_picture(clip.job_input, width, height) for clip in clips]
    wanted = {
        "prompt": [clip.job_input.prompt for clip in clips],
        "negative_prompt": [clip.job_input.negative_prompt for clip in clips],
        "image": pictures if pipeline.batches else pictures[0],
        "generator": [clip.generator() for clip in clips],
        "width": width,
        "height": height,
        "num_frames": _frames(pipeline, first),
        "frame_rate": pipeline.fps(first.fps),
        "fps": pipeline.fps(first.fps),
        "num_inference_steps": first.num_inference_steps,
        "guidance_scale": guidance,
        # Stable Video Diffusion's grows from the first frame to the last (arXiv:2311.15127, appendix D.3).
        "min_guidance_scale": None if guidance is None else min(1.0, guidance),
        "max_guidance_scale": guidance,
        "callback_on_step_end": on_step,
        "output_type": "np",
    }
    return {name: value for name, value in wanted.items() if value is not None and pipeline.takes(name)}


def _picture(job_input: TextToVideoInput, width: int, height: int) -> Image.Image | None:
    if job_input.image is None:
        return None
    return Image.fromarray(read_picture(job_input.image.file(), width, height))


def _on_step(
    clips: Sequence[Clip], members: int, call: tuple[int, int], control: StepControl, dropped: set[int]
) -> Callable[..., dict[str, Any]]:
    """Reports each step of one of several calls, as if they were one; ``call`` is its number and how many there are."""
    first_of: dict[int, int] = {}
    for index, clip in enumerate(clips):
        first_of.setdefault(clip.member, index)
    number, calls = call

    def on_step(pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        steps = pipeline.num_timesteps
        # There is one preview for each member, or none: not those of the members that this call is for.
        previews = (
            previews_of(pipeline, tensors["latents"], list(first_of.values())) if len(first_of) == members else None
        )
        dropped.update(control.step(number * steps + step + 1, calls * steps, previews))
        return {}

    return on_step


def _in_8_bits(frames: Any) -> NDArray[np.uint8]:
    """``(frames, height, width, 3)`` of 0 to 1 to 8 bits."""
    return np.rint(np.clip(np.asarray(frames), 0.0, 1.0) * 255).astype(np.uint8)
