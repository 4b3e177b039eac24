"""The two shipped models do what their cards say, through the families that run them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.gan import GanInput
from shared.catalog.inputs.vae import VaeInput
from tests.conformance.step_controls import Steps
from worker.families.base import Device, ModelRef
from worker.families.gan import AdversarialNetwork
from worker.families.vae import VariationalAutoencoder
from worker.media.base import Media
from worker.media.image import ImageMedia
from worker.starter.shapes import GAN_WEIGHTS, SIZE, VAE_WEIGHTS
from worker.starter.shapes.dataset import HELD_OUT_SEED, SUBJECTS, rendered
from worker.starter.shapes.judged import recognised

VAE, GAN = VariationalAutoencoder(), AdversarialNetwork()


def pixels(outputs: Sequence[Sequence[Media]]) -> np.ndarray:
    return np.stack([media.pixels for member in outputs for media in member if isinstance(media, ImageMedia)])


def as_file(picture: np.ndarray) -> FileReference:
    body = io.BytesIO()
    Image.fromarray(picture).save(body, "PNG")
    reference = FileReference(upload=uuid4())
    reference.attach(StoredFile("image/png", body.getvalue()))
    return reference


@pytest.mark.parametrize("weights", [VAE_WEIGHTS, GAN_WEIGHTS], ids=["vae", "gan"])
def test_the_weights_are_small_and_have_a_card(weights: Path) -> None:
    assert sum(path.stat().st_size for path in weights.glob("*.safetensors")) < 2_000_000
    assert "What it cannot do" in (weights / "README.md").read_text("utf-8")


def test_the_autoencoder_restores_renders_that_it_never_saw() -> None:
    loaded = VAE.load(ModelRef("starter/shapes-vae", FamilyName.VAE, "1", VAE_WEIGHTS), Device())
    unseen = rendered(24, HELD_OUT_SEED).permute(0, 2, 3, 1).numpy()
    restored = pixels(VAE.generate(loaded, [VaeInput(image=as_file(picture)) for picture in unseen], Steps()))

    error = np.square((restored.astype(np.float64) - unseen) / 255).mean()
    assert restored.shape == (24, SIZE, SIZE, 3)
    assert -10 * np.log10(error) > 24, "decibels"
    assert recognised(restored).seen > 0.9


def test_the_adversarial_network_draws_subjects_of_every_kind() -> None:
    loaded = GAN.load(ModelRef("starter/shapes-gan", FamilyName.GAN, "1", GAN_WEIGHTS), Device())
    drawn = pixels(GAN.generate(loaded, [GanInput(seed=seed, num_images=16) for seed in range(0, 192, 16)], Steps()))
    found = recognised(drawn)

    assert found.seen > 0.6
    assert sum(count >= 3 for count in found.subjects.values()) >= len(SUBJECTS) - 2, "no collapse onto a few"
