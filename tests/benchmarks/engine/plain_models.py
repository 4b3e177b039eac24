"""The starter models as their libraries' documentation shows them: no platform in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from diffusers import DiffusionPipeline
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.benchmarks.engine.starter_jobs import IMAGE_STEPS, NEW_TOKENS, image_prompt, text_prompt
from worker.media.base import Media
from worker.media.image import ImageMedia
from worker.media.text import TextMedia
from worker.starter import adcopy, backdrops


class PlainModel(Protocol):
    """A loaded model."""

    def generate(self, numbers: Sequence[int]) -> list[Media]:
        """What the jobs with these numbers ask for, in one forward batch."""
        ...


class PlainImages:
    """A diffusers pipeline."""

    def __init__(self) -> None:
        pipeline: Any = DiffusionPipeline
        self._pipeline = pipeline.from_pretrained(
            backdrops.WEIGHTS, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        self._pipeline.set_progress_bar_config(disable=True)

    def generate(self, numbers: Sequence[int]) -> list[Media]:
        images = self._pipeline(
            prompt=[image_prompt(number) for number in numbers],
            generator=[torch.Generator().manual_seed(number) for number in numbers],
            width=backdrops.WIDTH,
            height=backdrops.HEIGHT,
            num_inference_steps=IMAGE_STEPS,
            guidance_scale=backdrops.GUIDANCE_SCALE,
            max_sequence_length=backdrops.MAX_SEQUENCE_LENGTH,
            output_type="np",
        ).images
        return [ImageMedia((image * 255).round().astype("uint8")) for image in images]


class PlainTexts:
    """A transformers model and its tokenizer."""

    def __init__(self) -> None:
        model: Any = AutoModelForCausalLM.from_pretrained(adcopy.WEIGHTS, dtype=torch.float32)
        self._model = model.eval()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(adcopy.WEIGHTS, padding_side="left")

    def generate(self, numbers: Sequence[int]) -> list[Media]:
        encoded = self._tokenizer([text_prompt(number) for number in numbers], return_tensors="pt", padding=True)
        torch.manual_seed(numbers[0])
        with torch.inference_mode():
            tokens = self._model.generate(
                **encoded, do_sample=True, temperature=0.7, top_p=0.9, max_new_tokens=NEW_TOKENS
            )
        written = tokens[:, encoded["input_ids"].shape[1] :]
        return [TextMedia(text, "stop") for text in self._tokenizer.batch_decode(written, skip_special_tokens=True)]


PLAIN_MODELS: dict[str, type[PlainImages] | type[PlainTexts]] = {"images": PlainImages, "texts": PlainTexts}
