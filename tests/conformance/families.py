"""The one suite's table: for each family a small model of a genuine architecture, and jobs for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from worker.starter import adcopy

Build = Callable[[Path], object]
"""Writes the model's folder, or returns where one is."""
_FILE = {"upload": str(UUID(int=1))}
_PROMPTS = ("a calm beach at sunset", "Two green hearts and a yellow star", "Fresh")


@dataclass(frozen=True, slots=True)
class Case:
    """How one family is tried."""

    build: Build
    fields: Mapping[str, Any]
    """A job's input but for its seed and prompt; a file is one that the suite makes."""
    refused: tuple[str, Any]
    """A field, and a value that no job may have there."""
    has_prompt: bool = True
    tolerance: float = 0.0
    """By how much a number may differ between alone and in a batch: levels of 255, or parts of full scale."""
    may_end_early: bool = False
    """Whether what is written may be done before the last step there is room for."""
    outcome: str = field(default="differs")
    """What another seed does: the output ``differs``, or stays the ``same`` where nothing is drawn at random."""

    def job(self, member: int) -> dict[str, Any]:
        """The input of one of several jobs that share a forward batch."""
        prompt = {"prompt": _PROMPTS[member % len(_PROMPTS)]} if self.has_prompt else {}
        return {**self.fields, **prompt, "seed": 10 + member}


def _saved_by(module: str, function: str) -> Build:
    """A builder that is imported when its family is tried: one that is not run here needs none."""

    def build(folder: Path) -> object:
        return getattr(import_module(f"tests.conformance.tiny.{module}"), function)(folder)

    return build


def _network(module: str, kind: str, **config: Any) -> Build:
    """One of the project's own networks, with random weights."""

    def build(folder: Path) -> object:
        return getattr(import_module(f"worker.families.networks.{module}"), kind)(**config).save_pretrained(folder)

    return build


CASES: dict[str, Case] = {
    "text-to-image": Case(
        _saved_by("stable_diffusion", "save"),
        {"width": 32, "height": 32, "num_inference_steps": 3},
        ("width", 3),
        tolerance=1,
    ),
    "text": Case(lambda _folder: adcopy.WEIGHTS, {"max_new_tokens": 6}, ("temperature", -1), may_end_early=True),
    "unclip": Case(
        _saved_by("unclip", "save"),
        {"prior_num_inference_steps": 2, "decoder_num_inference_steps": 3, "super_res_num_inference_steps": 2},
        ("decoder_num_inference_steps", 0),
        tolerance=2,
    ),
    "text-to-video": Case(
        _saved_by("video", "save_ltx"),
        {"width": 32, "height": 32, "num_frames": 9, "num_inference_steps": 2},
        ("num_frames", 0),
        tolerance=1,
    ),
    "image-to-text": Case(
        _saved_by("captioners", "save_blip"),
        {"image": _FILE, "max_new_tokens": 5, "temperature": 1.0},
        ("image", {**_FILE, "job": _FILE["upload"]}),
        has_prompt=False,
        may_end_early=True,
    ),
    "text-to-audio": Case(
        _saved_by("sounds", "save_stable_audio"),
        {"seconds": 0.5, "num_inference_steps": 3},
        ("seconds", 0),
        tolerance=1e-4,
    ),
    "notes": Case(_saved_by("notes", "save_notes"), {"bars": 2}, ("bars", 0), has_prompt=False, may_end_early=True),
    "speech-to-text": Case(
        _saved_by("whisper", "save_whisper"),
        {"audio": _FILE},
        ("num_beams", 0),
        has_prompt=False,
        tolerance=1e-5,
        outcome="same",
    ),
    "text-to-speech": Case(_saved_by("vits", "save_vits"), {}, ("speaking_rate", 0), tolerance=1e-3),
    "vae": Case(
        _network("convolutional_vae", "ConvolutionalVae", size=32, latent_size=8, channels=(4, 6, 8, 8)),
        {"num_images": 1},
        ("temperature", 0),
        has_prompt=False,
        tolerance=1,
    ),
    "gan": Case(
        _network("dcgan", "DcganGenerator", size=32, latent_size=8, channels=(8, 8, 6, 4)),
        {"num_images": 1},
        ("truncation", 0),
        has_prompt=False,
        tolerance=1,
    ),
}
"""By the families' values. A family that is run and has no entry fails the suite."""
