"""The finished pipeline folder: put together, saved in half precision, loaded back, and called."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from diffusers import (
    DiffusionPipeline,
    FlowMatchEulerDiscreteScheduler,
    StableDiffusion3Pipeline,
)

from worker.starter.backdrops import GUIDANCE_SCALE, MAX_SEQUENCE_LENGTH, NUM_INFERENCE_STEPS
from worker.starter.backdrops.autoencoder import Vae
from worker.starter.backdrops.silent_t5 import build_silent_t5, build_silent_tokenizer
from worker.starter.backdrops.text import JOINT, Reader
from worker.starter.backdrops.transformer import Transformer

# A `StableDiffusion3Pipeline`; diffusers leaves the methods of its pipelines untyped.
Pipeline = Any
SHIFT = 3.0


def export(out: Path, vae: Vae, reader: Reader, net: Transformer) -> None:
    """Save everything as one diffusers pipeline folder of fp16 safetensors; leaves the parts in fp16 on the CPU."""
    first, second = reader.encoders
    pipeline: Pipeline = StableDiffusion3Pipeline(
        transformer=net,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=SHIFT),
        vae=vae,
        text_encoder=first,
        tokenizer=reader.tokenizer,
        text_encoder_2=second,
        tokenizer_2=reader.tokenizer,
        text_encoder_3=build_silent_t5(JOINT),
        tokenizer_3=build_silent_tokenizer(),
    )
    for part in (net, vae, first, second, pipeline.text_encoder_3):
        part.to(device="cpu", dtype=torch.float16)
    pipeline.save_pretrained(out, safe_serialization=True)
    _drop_derived_key(out / "vae" / "config.json")


def _drop_derived_key(config: Path) -> None:
    """Remove what `AutoencoderTiny` saves, derives again on loading, and warns about when it finds it."""
    entries = json.loads(config.read_text())
    entries.pop("block_out_channels", None)
    config.write_text(json.dumps(entries, indent=2) + "\n")


def load(folder: Path, device: torch.device | str = "cpu") -> Pipeline:
    """Load the folder in full precision, exactly as the platform loads any local pipeline."""
    pipeline: Pipeline = DiffusionPipeline.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def generate(
    pipeline: Pipeline,
    prompts: Sequence[str],
    seeds: Sequence[int],
    steps: int = NUM_INFERENCE_STEPS,
    guidance: float = GUIDANCE_SCALE,
    batch: int = 8,
) -> npt.NDArray[np.uint8]:
    """One picture for each prompt and seed, 8-bit ``(n, 256, 256, 3)``."""
    pictures = []
    for start in range(0, len(prompts), batch):
        generators = [torch.Generator().manual_seed(seed) for seed in seeds[start : start + batch]]
        output = pipeline(
            list(prompts[start : start + batch]),
            num_inference_steps=steps,
            guidance_scale=guidance,
            max_sequence_length=MAX_SEQUENCE_LENGTH,
            generator=generators,
            output_type="np",
        )
        pictures.append((output.images * 255 + 0.5).astype(np.uint8))
    return np.concatenate(pictures)
