"""MusicGen: sound as tokens of a codec, written by a transformer (Copet et al. 2023, arXiv:2306.05284).

Every frame has one token of each codebook, and every codebook is a frame later than the one before it (the delay
pattern); in a batch, the codebooks of a sound are consecutive rows. All of a sound's rows draw with its one generator,
in their order, so that its tokens are the same alone and beside others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import LongTensor, Tensor
from transformers import (
    AutoTokenizer,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    MusicgenForConditionalGeneration,
    StoppingCriteria,
    StoppingCriteriaList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
)

from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.errors import InputRefused
from worker.families.audio.sounds import Sounds, generators
from worker.families.base import Device, ModelRef, StepControl
from worker.families.decoding.seeded_sampling import SeededDraw
from worker.families.placement import dtype_for, place

_DEFAULT_SECONDS = 10.0
_DEFAULT_GUIDANCE = 3.0


@dataclass(frozen=True, slots=True)
class MusicGen:
    """The model on its device and its tokenizer; ``defaults`` are the drawing parameters of its folder."""

    model: Any
    tokenizer: Any
    defaults: GenerationConfig

    @classmethod
    def load(cls, model: ModelRef, device: Device) -> MusicGen:
        """Read model and tokenizer: safetensors only, nothing from the network, no code from the folder."""
        network = MusicgenForConditionalGeneration.from_pretrained(
            model.path, use_safetensors=True, dtype=dtype_for(device, model.options), local_files_only=True
        ).eval()
        place(network, device, model.options)
        tokenizer = AutoTokenizer.from_pretrained(model.path, local_files_only=True, trust_remote_code=False)
        return cls(network, tokenizer, network.generation_config)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return int(self.model.config.audio_encoder.sampling_rate)

    @property
    def longest_seconds(self) -> float:
        """What the folder says it was made for, or else the positions that the decoder has."""
        decoder = self.model.config.decoder
        positions = min(self.defaults.max_length or decoder.max_position_embeddings, decoder.max_position_embeddings)
        return float((positions - self._delay - 1) / self._frames_a_second)

    @property
    def _frames_a_second(self) -> float:
        return float(self.model.config.audio_encoder.frame_rate)

    @property
    def _delay(self) -> int:
        """Frames that the last codebook is late; the two channels of a stereo sound keep step."""
        decoder = self.model.config.decoder
        return int(decoder.num_codebooks // decoder.audio_channels) - 1

    def check(self, job_input: TextToAudioInput) -> None:
        """Refuse what only a model that denoises understands, and prompts that would be cut."""
        for name in ("num_inference_steps", "negative_prompt"):
            if getattr(job_input, name):
                raise InputRefused.of(f"input.{name}", "this model writes tokens and does not denoise; leave it out")
        length, most = len(self.tokenizer(job_input.prompt)["input_ids"]), self.tokenizer.model_max_length
        if length > most:
            raise InputRefused.of("input.prompt", f"is {length} tokens long; this model reads {most} at most")

    def generate(self, inputs: Sequence[TextToAudioInput], control: StepControl) -> Sounds:
        """Write all sounds in one call of the model."""
        owners = [index for index, job_input in enumerate(inputs) for _ in range(job_input.num_sounds)]
        first = inputs[0]
        seconds = first.seconds or min(_DEFAULT_SECONDS, self.longest_seconds)
        tokens = math.ceil(seconds * self._frames_a_second) + self._delay
        counted = _CountedTokens(tokens, control)
        samples = self._write([inputs[owner].prompt for owner in owners], inputs, counted, tokens)
        return Sounds(samples[..., : round(seconds * self.sample_rate)], owners, counted.dropped)

    @torch.inference_mode()
    def _write(
        self, prompts: Sequence[str], inputs: Sequence[TextToAudioInput], counted: _CountedTokens, tokens: int
    ) -> NDArray[np.float32]:
        first, defaults = inputs[0], self.defaults
        guidance = defaults.guidance_scale if first.guidance_scale is None else first.guidance_scale
        described = self.tokenizer(list(prompts), padding=True, return_tensors="pt").to(self.model.device)
        written = self.model.generate(
            **described,
            generation_config=GenerationConfig(
                do_sample=False,
                guidance_scale=_DEFAULT_GUIDANCE if guidance is None else guidance,
                max_new_tokens=tokens,
                decoder_start_token_id=defaults.decoder_start_token_id,
                bos_token_id=defaults.bos_token_id,
                pad_token_id=defaults.pad_token_id,
            ),
            logits_processor=self._processors(inputs),
            stopping_criteria=StoppingCriteriaList([counted]),
        )
        samples: NDArray[np.float32] = written.float().cpu().numpy()
        return samples

    def _processors(self, inputs: Sequence[TextToAudioInput]) -> LogitsProcessorList:
        first, defaults = inputs[0], self.defaults
        processors: list[LogitsProcessor] = []
        if (temperature := first.temperature or defaults.temperature) not in (None, 1.0):
            processors.append(TemperatureLogitsWarper(float(temperature)))
        if top_k := first.top_k or defaults.top_k:
            processors.append(TopKLogitsWarper(top_k))
        codebooks = self.model.config.decoder.num_codebooks
        rows = [generator for each in generators(inputs) for generator in [each] * codebooks]
        return _GuidedFirst([*processors, SeededDraw(rows)])


class _GuidedFirst(LogitsProcessorList):
    """``generate`` appends the guidance, which halves the rows, to what it is given: it has to come before the draw."""

    def append(self, processor: LogitsProcessor) -> None:
        self.insert(0, processor)


class _CountedTokens(StoppingCriteria):
    """Reports every frame of tokens. No row is ended early, for all sounds of a batch are as long."""

    def __init__(self, total: int, control: StepControl) -> None:
        self._total = total
        self._control = control
        self.dropped: frozenset[int] = frozenset()

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(sounds x codebooks, length)`` ids, the first of which is the start, to a flag a row."""
        self.dropped |= self._control.step(input_ids.shape[1] - 1, self._total)
        return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)
