"""Which family runs an architecture, by the names that transformers and diffusers write into a model's folder.

The names are matched in order: the first that fits decides. One that fits none has to be named by whoever adds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Families by their value: a table may name one that an installation does not run.
_PIPELINES: Sequence[tuple[str, str]] = (
    (r"UnCLIP|KandinskyV22", "unclip"),
    (r"StableAudio|AudioLDM|MusicLDM|ACEStep|LongCatAudio", "text-to-audio"),
    (
        (
            r"AnimateDiff|LTX|^Wan|CogVideo|HunyuanVideo|SkyReels|Skyreels|StableVideoDiffusion|TextToVideo|Mochi"
            r"|Allegro|Latte|EasyAnimate|ConsisID|SanaVideo|Kandinsky[56](?!\w*T2I)|Cosmos|Lucy|Motif"
        ),
        "text-to-video",
    ),
    (
        (
            r"StableDiffusion|StableCascade|LatentConsistency|Flux|PixArt|Sana|Lumina|Chroma|HiDream|QwenImage|ZImage"
            r"|Kandinsky|IFPipeline|AuraFlow|CogView|HunyuanDiT|HunyuanImage|GlmImage|Kolors|OmniGen|Bria|^LDMText"
        ),
        "text-to-image",
    ),
)
_MODELS: Sequence[tuple[str, str]] = (
    (r"Whisper|Speech2Text|Moonshine|SpeechSeq2Seq", "speech-to-text"),
    (r"Musicgen", "text-to-audio"),
    (r"^Vits|^SpeechT5ForTextToSpeech|^Bark|^FastSpeech2|^Csm|^Dia", "text-to-speech"),
    (r"^Blip|^Git|VisionEncoderDecoder|^Pix2Struct|^Kosmos|^Llava|^PaliGemma|^Florence", "image-to-text"),
    (r"ForCausalLM$|LMHeadModel$", "text"),
)
_SINGLE: Sequence[tuple[str, str]] = (
    (r"^Autoencoder|VQModel|ConvolutionalVae", "vae"),
    (r"^Dcgan", "gan"),
)

NOTES = "notes"
NOTES_FORMAT = "bar-voices-"
"""How the format begins that a vocabulary of notes names."""

PIPELINE_MODULES = frozenset(
    {
        "ace_step",
        "audioldm2",
        "deepfloyd_if",
        "flux",
        "ideogram4",
        "kandinsky",
        "kolors",
        "latent_diffusion",
        "ltx",
        "ltx2",
        "paint_by_example",
        "shap_e",
        "stable_audio",
        "stable_audio_3",
        "stable_diffusion",
        "stable_diffusion_safe",
        "unclip",
        "unidiffuser",
        "wuerstchen",
    }
)
"""Where diffusers keeps components that belong to one pipeline; ``model_index.json`` names them so."""


def family_of_pipeline(class_name: str) -> str | None:
    """The family, by value, that runs a diffusers pipeline."""
    return _first(_PIPELINES, class_name)


def family_of_model(architecture: str) -> str | None:
    """The family, by value, that runs a transformers architecture."""
    return _first(_MODELS, architecture)


def family_of_single(class_name: str) -> str | None:
    """The family, by value, that runs a single network: one of diffusers', or of the project's own making."""
    return _first(_SINGLE, class_name)


def _first(table: Sequence[tuple[str, str]], name: str) -> str | None:
    return next((family for pattern, family in table if re.search(pattern, name)), None)
