"""Stable Audio: sound denoised as latents by a transformer (Evans et al. 2024, arXiv:2407.14358), through diffusers."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from diffusers import DiffusionPipeline

from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.errors import InputRefused
from worker.families.audio.sounds import Sounds, generators
from worker.families.base import Device, ModelRef, StepControl
from worker.families.placement import dtype_for, place

_DEFAULT_STEPS = 100
_DEFAULT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class StableAudio:
    """The pipeline on its device."""

    pipeline: Any

    @classmethod
    def load(cls, model: ModelRef, device: Device) -> StableAudio:
        """Read the pipeline: safetensors only, nothing from the network, no code from the folder."""
        pipeline = DiffusionPipeline.from_pretrained(
            model.path,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=dtype_for(device, model.options),
        )
        if "audio_end_in_s" not in inspect.signature(pipeline.__call__).parameters:
            raise ValueError(f"{type(pipeline).__name__} is no pipeline that makes a sound of a given length")
        pipeline.set_progress_bar_config(disable=True)
        place(pipeline, device, model.options)
        return cls(pipeline)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return int(self.pipeline.vae.config.sampling_rate)

    @property
    def longest_seconds(self) -> float:
        """As long as the transformer's latents are: it always denoises all of them."""
        frames = int(self.pipeline.transformer.config.sample_size) * int(self.pipeline.vae.hop_length)
        return frames / self.sample_rate

    def check(self, job_input: TextToAudioInput) -> None:
        """Refuse what only a model that writes tokens understands, and prompts that would be cut."""
        for name in ("temperature", "top_k"):
            if getattr(job_input, name) is not None:
                raise InputRefused.of(f"input.{name}", "this model denoises and does not draw tokens; leave it out")
        tokenizer = self.pipeline.tokenizer
        for name in ("prompt", "negative_prompt"):
            length = len(tokenizer(getattr(job_input, name))["input_ids"])
            if length > tokenizer.model_max_length:
                raise InputRefused.of(
                    f"input.{name}", f"is {length} tokens long; this model reads {tokenizer.model_max_length} at most"
                )

    def generate(self, inputs: Sequence[TextToAudioInput], control: StepControl) -> Sounds:
        """Denoise all sounds in one call of the pipeline."""
        owners = [index for index, job_input in enumerate(inputs) for _ in range(job_input.num_sounds)]
        first = inputs[0]
        steps = first.num_inference_steps or _DEFAULT_STEPS
        dropped: set[int] = set()

        def on_step(step: int, _timestep: Any, _latents: Any) -> None:
            dropped.update(control.step(step + 1, steps))

        optional: dict[str, Any] = {} if first.guidance_scale is None else {"guidance_scale": first.guidance_scale}
        if first.negative_prompt:
            optional["negative_prompt"] = [inputs[owner].negative_prompt for owner in owners]
        samples = self.pipeline(
            prompt=[inputs[owner].prompt for owner in owners],
            audio_end_in_s=first.seconds or min(_DEFAULT_SECONDS, self.longest_seconds),
            num_inference_steps=steps,
            generator=generators(inputs),
            callback=on_step,
            output_type="np",
            **optional,
        ).audios
        return Sounds(np.asarray(samples), owners, frozenset(dropped))
