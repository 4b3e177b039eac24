"""What the family of adversarial networks promises, with a tiny generator of the real architecture."""

from __future__ import annotations

import gc
import weakref
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.gan import GanInput
from shared.errors import ForwardBatchInterrupted
from tests.conformance.step_controls import Steps
from worker.families.base import Device, ModelRef
from worker.families.gan import AdversarialNetwork, LoadedGan
from worker.families.networks.dcgan import DcganGenerator
from worker.media.base import Media
from worker.media.image import ImageMedia

SIZE = 32
# Sums of another batch size round elsewhere.
TOLERANCE = 1
FAMILY = AdversarialNetwork()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedGan:
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("dcgan")
    generator = DcganGenerator(size=SIZE, latent_size=8, channels=(8, 8, 6, 4))
    # Fresh weights hardly react to their input.
    for weight in generator.parameters():
        weight.data.mul_(3)
    generator.save_pretrained(folder)
    return FAMILY.load(ModelRef("tests/gan", FamilyName.GAN, "1", folder), Device())


def made(loaded: LoadedGan, *inputs: GanInput, control: Steps | None = None) -> list[list[Media]]:
    return FAMILY.generate(loaded, inputs, control or Steps())


def pixels(media: Media) -> np.ndarray:
    assert isinstance(media, ImageMedia)
    return media.pixels.astype(np.int16)


def difference(first: Media, second: Media) -> int:
    return int(np.abs(pixels(first) - pixels(second)).max())


def test_picture_k_of_seed_s_is_picture_0_of_seed_s_plus_k(loaded: LoadedGan) -> None:
    (several,) = made(loaded, GanInput(seed=MAX_SEED, num_images=3))
    singles = [made(loaded, GanInput(seed=seed))[0][0] for seed in (MAX_SEED, 0, 1)]

    assert pixels(several[0]).shape == (SIZE, SIZE, 3)
    assert all(difference(*pair) <= TOLERANCE for pair in zip(several, singles, strict=True))
    assert difference(several[0], several[1]) > 5


def test_a_walk_leads_from_one_seeds_picture_to_the_others(loaded: LoadedGan) -> None:
    (walk, (start,), (end,)) = made(
        loaded, GanInput(seed=3, target_seed=11, steps=6), GanInput(seed=3), GanInput(seed=11)
    )
    assert len(walk) == 6
    assert difference(walk[0], start) <= TOLERANCE
    assert difference(walk[-1], end) <= TOLERANCE
    apart = np.abs(pixels(start) - pixels(end)).mean()
    assert all(np.abs(pixels(a) - pixels(b)).mean() < apart for a, b in pairwise(walk))


def test_truncated_pictures_differ_less_from_one_another(loaded: LoadedGan) -> None:
    def variety(truncation: float | None) -> float:
        (pictures,) = made(loaded, GanInput(seed=1, num_images=16, truncation=truncation))
        return float(np.std([pixels(picture) for picture in pictures], axis=0).mean())

    assert variety(0.2) < variety(1.0) < variety(None)


def test_a_loose_truncation_changes_a_picture_little(loaded: LoadedGan) -> None:
    ((free,), (loose,)) = made(loaded, GanInput(seed=4), GanInput(seed=4, truncation=4))
    assert np.abs(pixels(free) - pixels(loose)).mean() < 2


def test_a_members_pictures_do_not_depend_on_its_neighbours(loaded: LoadedGan) -> None:
    inputs = [
        GanInput(seed=1, num_images=9),
        GanInput(seed=2, truncation=0.5),
        GanInput(seed=3, target_seed=9),
        GanInput(seed=4),
    ]
    assert len({job_input.batch_shape() for job_input in inputs}) == 1
    for order in ((0, 1, 2, 3), (3, 2, 1, 0)):
        together = made(loaded, *(inputs[index] for index in order))
        for index, pictures in zip(order, together, strict=True):
            (alone,) = made(loaded, inputs[index])
            assert len(pictures) == len(alone) == inputs[index].output_count()
            assert all(difference(*pair) <= TOLERANCE for pair in zip(pictures, alone, strict=True))


def test_progress_counts_every_pass_and_a_dropped_member_gets_nothing(loaded: LoadedGan) -> None:
    inputs = [GanInput(seed=seed, num_images=16) for seed in range(3)]
    control = Steps(frozenset({1}))
    first, dropped, third = made(loaded, *inputs, control=control)

    assert control.said == [(1, 3), (2, 3), (3, 3)]
    assert (len(first), len(dropped), len(third)) == (16, 0, 16)
    assert difference(third[0], made(loaded, inputs[2])[0][0]) <= TOLERANCE


def test_an_interrupted_batch_stops_at_that_pass(loaded: LoadedGan) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        made(loaded, *(GanInput(seed=seed, num_images=16) for seed in range(4)), control=control)
    assert control.said[-1] == (2, 4)


def test_its_memory_is_free_when_nobody_holds_it(tmp_path: Path) -> None:
    DcganGenerator(size=SIZE, latent_size=4, channels=(4, 4, 4, 4)).save_pretrained(tmp_path)
    loaded = FAMILY.load(ModelRef("tests/gan", FamilyName.GAN, "1", tmp_path), Device())
    made(loaded, GanInput(seed=1))
    weights = weakref.ref(next(loaded.generator.parameters()))
    del loaded
    gc.collect()
    assert weights() is None
