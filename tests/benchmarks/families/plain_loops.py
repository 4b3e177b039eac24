"""Architectures of real size with random weights, through the family and through a plain loop over the same model.

Random weights cost what trained ones do. They are made on the device, saved once as safetensors, and loaded by the
family as any folder.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers

from shared.catalog.families import FamilyName
from tests.benchmarks.families import costs
from tests.benchmarks.families.subject import Subject
from tests.benchmarks.figure import Figure, at_least, at_most
from tests.conformance.tiny import clip
from worker.families.base import Device
from worker.starter import adcopy

# Both are typed in part only.
_diffusers: Any = diffusers
_transformers: Any = transformers

_STEPS = 20
_NEW_TOKENS = 128
_BATCH = 8
# Half precision rounds sums of another batch size elsewhere, and twenty steps carry that on.
_PIXEL_LEVELS = 16


def measure(folder: Path, device: Device, rounds: int) -> Iterator[Figure]:
    """SD 1.5, SDXL and a causal LM of 1.2 thousand million parameters."""
    yield from _pictures(folder / "sd15", "SD 1.5 size", _save_sd15, 512, device, rounds)
    yield from _pictures(folder / "sdxl", "SDXL size", _save_sdxl, 1024, device, rounds)
    yield from _texts(folder / "lm", device, rounds)


def _pictures(
    folder: Path, label: str, save: Callable[[Path], None], side: int, device: Device, rounds: int
) -> Iterator[Figure]:
    save(folder)

    def fields(member: int) -> dict[str, Any]:
        shape = {"width": side, "height": side, "num_inference_steps": _STEPS, "guidance_scale": 5.0}
        return {"prompt": f"a calm beach {member}", "seed": member, **shape}

    subject = Subject.load(FamilyName.TEXT_TO_IMAGE, folder, fields, device)
    yield from costs.measure(subject, label, rounds, at_most(_PIXEL_LEVELS))
    pipeline = subject.loaded.pipeline

    def plain() -> None:
        pipeline(
            prompt=[f"a calm beach {member}" for member in range(_BATCH)],
            generator=[torch.Generator().manual_seed(member) for member in range(_BATCH)],
            width=side,
            height=side,
            num_inference_steps=_STEPS,
            guidance_scale=5.0,
            output_type="np",
        )

    yield _ratio(label, "images a second, family ÷ plain loop", subject, plain, rounds)


def _texts(folder: Path, device: Device, rounds: int) -> Iterator[Figure]:
    label = "1.2 B causal LM"
    _save_lm(folder)

    def fields(member: int) -> dict[str, Any]:
        return {"prompt": f"Fresh bread {member}", "seed": member, "max_new_tokens": _NEW_TOKENS, "top_p": 0.9}

    subject = Subject.load(FamilyName.TEXT, folder, fields, device)
    yield from costs.measure(subject, label, rounds, None)
    network, tokenizer = subject.loaded.model, _transformers.AutoTokenizer.from_pretrained(folder, padding_side="left")
    tokenizer.pad_token = tokenizer.eos_token

    @torch.inference_mode()
    def plain() -> None:
        prompts = [f"Fresh bread {member}" for member in range(_BATCH)]
        encoded = tokenizer(prompts, return_tensors="pt", padding=True).to(network.device)
        network.generate(
            input_ids=encoded["input_ids"],
            attention_mask=encoded["attention_mask"],
            do_sample=True,
            top_p=0.9,
            max_new_tokens=_NEW_TOKENS,
            min_new_tokens=_NEW_TOKENS,
            pad_token_id=tokenizer.pad_token_id,
        )

    yield _ratio(label, "tokens a second, family ÷ plain loop", subject, plain, rounds)


def _ratio(label: str, name: str, subject: Subject, plain: Callable[[], None], rounds: int) -> Figure:
    """Rounds of both in turn, so that a device that slows down slows both."""
    inputs = subject.inputs(_BATCH)
    plain()
    ratios = []
    for _ in range(rounds):
        through = subject.run(inputs).seconds
        began = time.perf_counter()
        plain()
        subject.settle()
        ratios.append((time.perf_counter() - began) / through)
    return Figure(label, f"{label}: {name}", statistics.median(ratios), goal=at_least(0.98), rounds=ratios)


def _vae() -> Any:
    return _diffusers.AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
    )


def _text_config(width: int, layers: int, heads: int, projection: int = 768) -> Any:
    return _transformers.CLIPTextConfig(
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        projection_dim=projection,
        max_position_embeddings=77,
    )


def _save_sd15(folder: Path) -> None:
    """860 million parameters of denoiser, as runwayml's model card has them."""
    unet = _diffusers.UNet2DConditionModel(cross_attention_dim=768, attention_head_dim=8, sample_size=64)
    text = _transformers.CLIPTextModel(_text_config(768, 12, 12))
    _diffusers.StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=text,
        tokenizer=clip.tokenizer(),
        unet=unet,
        scheduler=_diffusers.DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).to(torch.float16).save_pretrained(folder)


def _save_sdxl(folder: Path) -> None:
    """2.6 thousand million parameters of denoiser, as Stability's configuration has them."""
    unet = _diffusers.UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
        use_linear_projection=True,
    )
    _diffusers.StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=_transformers.CLIPTextModel(_text_config(768, 12, 12)),
        text_encoder_2=_transformers.CLIPTextModelWithProjection(_text_config(1280, 32, 20, 1280)),
        tokenizer=clip.tokenizer(),
        tokenizer_2=clip.tokenizer(),
        unet=unet,
        scheduler=_diffusers.DDIMScheduler(),
    ).to(torch.float16).save_pretrained(folder)


def _save_lm(folder: Path) -> None:
    """The shape of Llama 3.2 1B, with the starter model's tokenizer: what is read and written is noise anyhow."""
    tokenizer = _transformers.AutoTokenizer.from_pretrained(adcopy.WEIGHTS, local_files_only=True)
    config = _transformers.LlamaConfig(
        vocab_size=128_256,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=16,
        num_attention_heads=32,
        num_key_value_heads=8,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        bos_token_id=128_000,
        # A token that the tokenizer does not have: every text is as long as it may be.
        eos_token_id=128_001,
    )
    _transformers.LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
