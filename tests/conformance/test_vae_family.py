"""What the family of variational autoencoders promises, with tiny ones of both kinds that it reads."""

from __future__ import annotations

import gc
import io
import weakref
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.vae import VaeInput
from shared.errors import ForwardBatchInterrupted, InputRefused, ModelLoadFailed
from tests.conformance.step_controls import Steps
from worker.families.base import Device, ModelRef
from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.families.vae import LoadedVae, VariationalAutoencoder
from worker.media.base import Media
from worker.media.image import ImageMedia

SIZE = 32
# Sums of another batch size round elsewhere.
TOLERANCE = 1
FAMILY = VariationalAutoencoder()


def load(folder: Path) -> LoadedVae:
    return FAMILY.load(ModelRef("tests/vae", FamilyName.VAE, "1", folder), Device())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedVae:
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("convolutional")
    vae = ConvolutionalVae(size=SIZE, latent_size=8, channels=(4, 6, 8, 8))
    # Fresh weights hardly react to their input.
    for weight in vae.parameters():
        weight.data.mul_(2)
    vae.save_pretrained(folder)
    return load(folder)


@pytest.fixture(scope="module")
def latent_diffusion(tmp_path_factory: pytest.TempPathFactory) -> LoadedVae:
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("autoencoder-kl")
    kind: Any = AutoencoderKL  # diffusers leaves its models untyped
    kind(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=4,
        sample_size=SIZE,
    ).save_pretrained(folder)
    return load(folder)


def picture(colour: tuple[int, int, int], width: int = 40, height: int = 56) -> FileReference:
    pixels = np.full((height, width, 3), colour, np.uint8)
    pixels[10:20, 10:20] = 255 - pixels[10:20, 10:20]
    body = io.BytesIO()
    Image.fromarray(pixels).save(body, "PNG")
    reference = FileReference(upload=uuid4())
    reference.attach(StoredFile("image/png", body.getvalue()))
    return reference


def restored(colour: tuple[int, int, int]) -> VaeInput:
    return VaeInput(image=picture(colour))


def made(loaded: LoadedVae, *inputs: VaeInput, control: Steps | None = None) -> list[list[Media]]:
    return FAMILY.generate(loaded, inputs, control or Steps())


def pixels(media: Media) -> np.ndarray:
    assert isinstance(media, ImageMedia)
    return media.pixels.astype(np.int16)


def difference(first: Media, second: Media) -> int:
    return int(np.abs(pixels(first) - pixels(second)).max())


def test_new_pictures_follow_their_seeds(loaded: LoadedVae) -> None:
    ((first, second),) = made(loaded, VaeInput(seed=7, num_images=2))
    ((again,),) = made(loaded, VaeInput(seed=7))
    ((next_seed,),) = made(loaded, VaeInput(seed=8))

    assert pixels(first).shape == (SIZE, SIZE, 3)
    assert difference(first, again) <= TOLERANCE
    assert difference(second, next_seed) <= TOLERANCE
    assert difference(first, second) > 5


def test_less_temperature_is_nearer_to_the_typical_picture(loaded: LoadedVae) -> None:
    typical = pixels(ImageMedia(_decoded(loaded, torch.zeros(1, 8))))
    distances = [
        np.abs(pixels(made(loaded, VaeInput(seed=7, temperature=value))[0][0]) - typical).mean()
        for value in (0.2, 1, 2)
    ]
    assert distances == sorted(distances)
    assert distances[0] < distances[2] / 2


def _decoded(loaded: LoadedVae, latents: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        values = loaded.decode(latents)[0]
    return np.asarray(((values + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).numpy())


def test_a_picture_is_restored_from_its_latents_mean(loaded: LoadedVae) -> None:
    ((red,), (blue,)) = made(loaded, restored((220, 30, 30)), restored((20, 40, 230)))
    ((again,),) = made(loaded, VaeInput(image=picture((220, 30, 30)), seed=99))

    assert difference(red, again) <= TOLERANCE, "nothing is drawn, whatever the seed"
    assert difference(red, blue) > 0


def test_a_walk_leads_from_one_restored_picture_to_the_other(loaded: LoadedVae) -> None:
    walk = VaeInput(image=picture((220, 30, 30)), target_image=picture((20, 40, 230)), steps=5)
    (pictures, (start,), (end,)) = made(loaded, walk, restored((220, 30, 30)), restored((20, 40, 230)))

    assert len(pictures) == walk.output_count() == 5
    assert difference(pictures[0], start) <= TOLERANCE
    assert difference(pictures[-1], end) <= TOLERANCE


def test_a_members_pictures_do_not_depend_on_its_neighbours(loaded: LoadedVae) -> None:
    inputs = [
        VaeInput(seed=1, num_images=9),
        restored((90, 200, 30)),
        VaeInput(image=picture((220, 30, 30)), target_image=picture((20, 40, 230))),
        VaeInput(seed=5, temperature=0.5),
    ]
    assert len({job_input.batch_shape() for job_input in inputs}) == 1
    for order in ((0, 1, 2, 3), (3, 2, 1, 0)):
        together = made(loaded, *(inputs[index] for index in order))
        for index, pictures in zip(order, together, strict=True):
            (alone,) = made(loaded, inputs[index])
            assert len(pictures) == len(alone) == inputs[index].output_count()
            assert all(difference(*pair) <= TOLERANCE for pair in zip(pictures, alone, strict=True))


def test_progress_counts_every_pass_and_a_dropped_member_gets_nothing(loaded: LoadedVae) -> None:
    inputs = [VaeInput(seed=seed, num_images=16) for seed in range(3)]
    control = Steps(frozenset({1}))
    first, dropped, third = made(loaded, *inputs, control=control)

    assert control.said == [(1, 3), (2, 3), (3, 3)]
    assert (len(first), len(dropped), len(third)) == (16, 0, 16)
    assert difference(third[0], made(loaded, inputs[2])[0][0]) <= TOLERANCE


def test_an_interrupted_batch_stops_at_that_pass(loaded: LoadedVae) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        made(loaded, *(VaeInput(seed=seed, num_images=16) for seed in range(4)), control=control)
    assert control.said[-1] == (2, 4)


def test_the_autoencoder_of_a_latent_diffusion_model_restores_and_walks(latent_diffusion: LoadedVae) -> None:
    walk = VaeInput(image=picture((220, 30, 30)), target_image=picture((20, 40, 230)), steps=3)
    (pictures, (start,)) = made(latent_diffusion, walk, restored((220, 30, 30)))

    assert [pixels(each).shape for each in pictures] == [(SIZE, SIZE, 3)] * 3
    assert difference(pictures[0], start) <= TOLERANCE


def test_a_model_without_a_prior_draws_nothing_new(latent_diffusion: LoadedVae) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(latent_diffusion, VaeInput(seed=1))
    assert [problem.path for problem in refusal.value.problems] == ["input.image"]


def test_a_file_that_is_no_picture_is_refused_by_its_field(loaded: LoadedVae) -> None:
    broken = FileReference(upload=uuid4())
    broken.attach(StoredFile("image/png", b"\x89PNG\r\n\x1a\n nothing"))
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, VaeInput(image=picture((1, 2, 3)), target_image=broken))
    assert [problem.path for problem in refusal.value.problems] == ["input.target_image"]


def test_an_architecture_that_is_not_known_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"_class_name": "VQModel"}')
    with pytest.raises(ModelLoadFailed):
        load(tmp_path)


def test_its_memory_is_free_when_nobody_holds_it(tmp_path: Path) -> None:
    ConvolutionalVae(size=SIZE, latent_size=4, channels=(4, 4, 4, 4)).save_pretrained(tmp_path)
    loaded = load(tmp_path)
    made(loaded, VaeInput(seed=1))
    weights = weakref.ref(next(loaded.network.parameters()))
    del loaded
    gc.collect()
    assert weights() is None
