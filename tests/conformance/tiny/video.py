"""Video pipelines of genuine architectures at toy size, with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import torch
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    T5Config,
    T5EncoderModel,
    UMT5Config,
    UMT5EncoderModel,
)

from tests.conformance.tiny import clip, words

# Typed in part: what its constructors make is checked by the pipelines that are loaded from it.
library: Any = diffusers
MOST_MOTION_FRAMES = 16
_WIDTH = 32
_ENCODER: dict[str, Any] = {"d_model": _WIDTH, "d_kv": 8, "d_ff": 64, "num_layers": 1, "num_heads": 4}


def save_animatediff(folder: Path) -> None:
    """Guo et al. 2023, arXiv:2307.04725: a motion module inside of Stable Diffusion's UNet."""
    torch.manual_seed(0)
    tokenizer = clip.tokenizer()
    unet = library.UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(32, 64),
        layers_per_block=1,
        norm_num_groups=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=_WIDTH,
        attention_head_dim=2,
    )
    adapter = library.MotionAdapter(
        block_out_channels=(32, 64),
        motion_layers_per_block=1,
        motion_norm_num_groups=2,
        motion_num_attention_heads=4,
        motion_max_seq_length=MOST_MOTION_FRAMES,
    )
    pipeline = library.AnimateDiffPipeline(
        vae=_picture_vae(),
        text_encoder=clip.text_encoder(tokenizer),
        tokenizer=tokenizer,
        unet=unet,
        motion_adapter=adapter,
        scheduler=library.DDIMScheduler(beta_schedule="linear", clip_sample=False, steps_offset=1),
    )
    pipeline.save_pretrained(folder)


def save_ltx(folder: Path) -> None:
    """HaCohen et al. 2025, arXiv:2501.00103: one latent frame for eight frames."""
    torch.manual_seed(0)
    tokenizer = words.t5_tokenizer()
    encoder = T5EncoderModel(T5Config(vocab_size=len(tokenizer), **_ENCODER))
    transformer = library.LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        num_layers=1,
        caption_channels=_WIDTH,
    )
    vae = library.AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True, False),
        decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4,
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    scheduler = library.FlowMatchEulerDiscreteScheduler()
    pipeline = library.LTXPipeline(scheduler, vae, encoder, tokenizer, transformer)
    pipeline.save_pretrained(folder)


def save_wan(folder: Path, time_step_a_token: bool = False) -> None:
    """Wan Team 2025, arXiv:2503.20314: one latent frame for four frames.

    With a time step for each token, as Wan 2.2 TI2V, the same weights set a picture in motion, too.
    """
    torch.manual_seed(0)
    tokenizer = words.t5_tokenizer()
    encoder = UMT5EncoderModel(UMT5Config(vocab_size=len(tokenizer), **_ENCODER))
    transformer = library.WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=16,
        out_channels=16,
        text_dim=_WIDTH,
        freq_dim=32,
        ffn_dim=32,
        num_layers=2,
        rope_max_seq_len=32,
    )
    vae = library.AutoencoderKLWan(base_dim=3, dim_mult=[1, 1, 1, 1], num_res_blocks=1)
    pipeline = library.WanPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=vae,
        scheduler=library.FlowMatchEulerDiscreteScheduler(shift=7.0),
        transformer=transformer,
        expand_timesteps=time_step_a_token,
    )
    pipeline.save_pretrained(folder)


def save_stable_video(folder: Path) -> None:
    """Blattmann et al. 2023, arXiv:2311.15127: sets a picture in motion, without a prompt."""
    torch.manual_seed(0)
    unet = library.UNetSpatioTemporalConditionModel(
        sample_size=16,
        num_frames=4,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=_WIDTH,
        num_attention_heads=2,
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )
    vae = library.AutoencoderKLTemporalDecoder(
        block_out_channels=(32, 32), down_block_types=("DownEncoderBlock2D",) * 2, layers_per_block=1
    )
    vision = CLIPVisionConfig(
        hidden_size=_WIDTH,
        projection_dim=_WIDTH,
        intermediate_size=37,
        num_hidden_layers=1,
        num_attention_heads=4,
        # The pipeline scales every picture to this size, whatever its feature extractor says.
        image_size=224,
        patch_size=56,
    )
    scheduler = library.EulerDiscreteScheduler(
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        timestep_type="continuous",
        use_karras_sigmas=True,
    )
    pipeline = library.StableVideoDiffusionPipeline(
        vae=vae,
        image_encoder=CLIPVisionModelWithProjection(vision),
        unet=unet,
        scheduler=scheduler,
        feature_extractor=CLIPImageProcessor(),
    )
    pipeline.save_pretrained(folder)


def _picture_vae() -> Any:
    return library.AutoencoderKL(
        block_out_channels=(16, 32),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=8,
    )
