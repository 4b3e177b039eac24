"""Variational autoencoders (Kingma & Welling 2013, arXiv:1312.6114): pictures to latents and back.

Two kinds are read: the project's ``ConvolutionalVae``, whose latents follow a prior that can be drawn from, and the
``AutoencoderKL`` of latent diffusion models, which encodes and decodes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from torch import Tensor

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.files import ImageFile
from shared.catalog.inputs.vae import VaeInput
from shared.errors import InputRefused, ModelLoadFailed, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.families.networks.latents import decoded, pictures_at_once, walk
from worker.media.base import Media
from worker.media.source_image import UnreadablePicture, read_picture

_ARCHITECTURES: dict[str, Any] = {kind.__name__: kind for kind in (ConvolutionalVae, AutoencoderKL)}


@dataclass(frozen=True, slots=True)
class LoadedVae:
    """An autoencoder on its device. ``latent_size`` is none for latents that follow no prior."""

    network: Any
    size: int
    latent_size: int | None
    device: Device

    def encode(self, pixels: NDArray[np.uint8]) -> Tensor:
        """A picture ``(size, size, 3)`` to the mean of its latents."""
        picture = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
        encoded = self.network.encode(picture.to(self.network.device, self.network.dtype))
        mean: Tensor = encoded[0] if self.latent_size else encoded.latent_dist.mode()
        return mean[0].float().cpu()

    def decode(self, latents: Tensor) -> Tensor:
        """``(n, *shape)`` latents to pictures ``(n, 3, size, size)``."""
        found = self.network.decode(latents.to(self.network.device, self.network.dtype))
        pictures: Tensor = found if self.latent_size else found.sample
        return pictures


class VariationalAutoencoder:
    """Draws from the prior, reconstructs, and walks between pictures."""

    name = FamilyName.VAE

    def load(self, model: ModelRef, device: Device) -> LoadedVae:
        """Read the network: safetensors only, nothing from the network, no code from the folder."""
        kind = json.loads((model.path / "config.json").read_text("utf-8")).get("_class_name")
        if kind not in _ARCHITECTURES:
            raise ModelLoadFailed(f"{kind} is no autoencoder that is run here: {', '.join(_ARCHITECTURES)} are.")
        network = (
            _ARCHITECTURES[kind]
            .from_pretrained(
                model.path, use_safetensors=True, local_files_only=True, torch_dtype=getattr(torch, device.dtype)
            )
            .eval()
        )
        network.to(torch.device(device.type, device.index) if device.type == "cuda" else device.type)
        size = network.config["size" if kind == ConvolutionalVae.__name__ else "sample_size"]
        return LoadedVae(network, int(size), network.config.get("latent_size"), device)

    def check(self, loaded: LoadedVae, job_input: VaeInput) -> None:
        """Refuse to draw what a model has no prior for, and files that are no pictures."""
        if job_input.image is None and loaded.latent_size is None:
            raise InputRefused.of(
                "input.image", "this model draws nothing new: its latents follow no prior; give a picture"
            )
        for field in ("image", "target_image"):
            if getattr(job_input, field) is not None:
                _pixels(loaded, job_input, field)

    def max_batch(self, loaded: LoadedVae, job_input: VaeInput) -> int:
        """Members whose pictures fit a few passes."""
        return max(1, 4 * pictures_at_once(loaded.device.type) // job_input.output_count())

    def generate(self, loaded: LoadedVae, inputs: Sequence[VaeInput], control: StepControl) -> list[list[Media]]:
        """Make every member's pictures."""
        try:
            with torch.inference_mode():
                latents = [_latents(loaded, job_input) for job_input in inputs]
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        return decoded(loaded.decode, latents, loaded.device.type, control)


def _latents(loaded: LoadedVae, job_input: VaeInput) -> Tensor:
    """``(output_count, *shape)``; each picture is encoded by itself, so that its neighbours do not matter."""
    if job_input.image is None:
        return _drawn(loaded, job_input)
    start = loaded.encode(_pixels(loaded, job_input, "image"))
    if job_input.target_image is None:
        return start[None]
    return walk(start, loaded.encode(_pixels(loaded, job_input, "target_image")), job_input.output_count())


def _drawn(loaded: LoadedVae, job_input: VaeInput) -> Tensor:
    """From the prior: picture ``k`` of seed ``s`` is picture 0 of seed ``s + k``."""
    assert loaded.latent_size is not None, "check refuses this"
    seeds = [((job_input.seed or 0) + k) % (MAX_SEED + 1) for k in range(job_input.num_images)]
    drawn = [torch.randn(loaded.latent_size, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(drawn) * (1.0 if job_input.temperature is None else job_input.temperature)


def _pixels(loaded: LoadedVae, job_input: VaeInput, field: str) -> NDArray[np.uint8]:
    """A picture as the model takes it: square, of its size. Raises ``InputRefused``."""
    reference: ImageFile = getattr(job_input, field)
    try:
        return read_picture(reference.file(), loaded.size, loaded.size)
    except UnreadablePicture as error:
        raise InputRefused.of(f"input.{field}", str(error)) from error
