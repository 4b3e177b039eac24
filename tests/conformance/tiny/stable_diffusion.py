"""Stable Diffusion 1 (Rombach et al. 2022) with random weights: the same networks, narrower."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    EulerDiscreteScheduler,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

from tests.conformance.tiny import clip

LATENT_SCALE = 2
NATIVE = 32 * LATENT_SCALE


def vae() -> AutoencoderKL:
    """Two pixels to a latent."""
    return AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        norm_num_groups=8,
    )


def unet(in_channels: int = 4, time_cond_proj_dim: int | None = None) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=NATIVE // LATENT_SCALE,
        in_channels=in_channels,
        out_channels=4,
        block_out_channels=(16, 32),
        layers_per_block=1,
        norm_num_groups=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=clip.WIDTH,
        attention_head_dim=2,
        time_cond_proj_dim=time_cond_proj_dim,
    )


def save(folder: Path, prediction_type: str = "epsilon") -> Path:
    """A folder as Stable Diffusion's are."""
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip.text_encoder(tokens),
        tokenizer=tokens,
        unet=unet(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing="trailing",
            prediction_type=prediction_type,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_inpainting(folder: Path) -> Path:
    """A UNet that is given the mask and what is around it: 4 + 1 + 4 channels."""
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    StableDiffusionInpaintPipeline(
        vae=vae(),
        text_encoder=clip.text_encoder(tokens),
        tokenizer=tokens,
        unet=unet(in_channels=9),
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", timestep_spacing="trailing", steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_consistency_model(folder: Path) -> Path:
    """A latent consistency model (Luo et al. 2023): guidance is an input of its UNet."""
    torch.manual_seed(0)
    tokens = clip.tokenizer()
    LatentConsistencyModelPipeline(
        vae=vae(),
        text_encoder=clip.text_encoder(tokens),
        tokenizer=tokens,
        unet=unet(time_cond_proj_dim=32),
        scheduler=LCMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_controlnet(folder: Path) -> Path:
    """A ControlNet whose outputs are not the zeros that training begins with."""
    torch.manual_seed(1)
    controlnet = ControlNetModel.from_unet(unet(), conditioning_embedding_out_channels=(8, 16))
    with torch.no_grad():
        for name, parameter in controlnet.named_parameters():
            if "controlnet_" in name:
                parameter.normal_(std=0.2)
    controlnet.save_pretrained(folder)
    return folder


def save_lora(folder: Path) -> Path:
    """Low-rank updates of the UNet's attention, in the file format that diffusers reads and writes."""
    torch.manual_seed(2)
    network = unet()
    network.add_adapter(LoraConfig(r=2, lora_alpha=2, target_modules=["to_q", "to_v"], init_lora_weights=False))
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=get_peft_model_state_dict(network))
    return folder


def save_ip_adapter(folder: Path) -> Path:
    """A projection of image embeddings to four tokens, and keys and values for them in every cross-attention."""
    torch.manual_seed(3)
    tokens = 4
    weights = {
        "image_proj.proj.weight": torch.randn(tokens * clip.WIDTH, clip.WIDTH),
        "image_proj.proj.bias": torch.zeros(tokens * clip.WIDTH),
        "image_proj.norm.weight": torch.ones(clip.WIDTH),
        "image_proj.norm.bias": torch.zeros(clip.WIDTH),
    }
    index = 1
    for name in unet().attn_processors:
        if name.endswith("attn2.processor"):
            width = 32
            for part in ("to_k_ip", "to_v_ip"):
                weights[f"ip_adapter.{index}.{part}.weight"] = torch.randn(width, clip.WIDTH)
            index += 2
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "ip-adapter.safetensors")
    clip.image_encoder().save_pretrained(folder / "image_encoder")
    return folder
