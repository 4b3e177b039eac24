"""Drawing from a prompt, over a picture and inside of a mask, with every kind of pipeline."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import ForwardBatchInterrupted, GenerationFailed
from tests.conformance.image_jobs import (
    FAMILY,
    SIDE,
    TOLERANCE,
    difference,
    draw,
    drawn,
    left_half,
    load,
    photo,
    pixels,
    png,
    wanted,
)
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import flux, stable_diffusion, stable_diffusion_xl
from worker.families.text_to_image import LoadedPipeline
from worker.media.source_image import read_picture

_SAVED = {
    "stable-diffusion": stable_diffusion.save,
    "stable-diffusion-xl": stable_diffusion_xl.save,
    "flux": flux.save,
}
_TASKS = ("prompt", "picture", "mask")


@pytest.fixture(scope="module", params=_SAVED)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(_SAVED[request.param](tmp_path_factory.mktemp(request.param)))


@pytest.fixture(scope="module")
def stable(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(stable_diffusion.save(tmp_path_factory.mktemp("stable")))


def job(task: str, seed: int, **fields: Any) -> TextToImageInput:
    """Jobs of one task may share a forward batch; prompts and pictures go by the seed."""
    files = {} if task == "prompt" else {"image": photo(seed)}
    if task == "mask":
        files["mask_image"] = left_half()
    if task == "picture":
        fields = {"strength": 0.7, **fields}
    return wanted("red green blue"[: 3 * seed], seed, files, **fields)


@pytest.mark.parametrize("task", _TASKS)
def test_the_same_seed_draws_the_same_and_a_neighbour_changes_nothing(loaded: LoadedPipeline, task: str) -> None:
    together = draw(loaded, *(job(task, seed) for seed in (1, 2, 3)))

    for seed, (picture,) in zip((1, 2, 3), together, strict=True):
        alone = drawn(loaded, job(task, seed))
        assert alone.shape == (SIDE, SIDE, 3)
        assert difference(alone, pixels(picture)) <= TOLERANCE
    assert difference(drawn(loaded, job(task, 3)), alone) == 0
    assert difference(drawn(loaded, job(task, 3).model_copy(update={"seed": 9})), alone) > 10 * TOLERANCE


@pytest.mark.parametrize("task", _TASKS)
def test_picture_k_of_seed_s_is_picture_0_of_seed_s_plus_k(loaded: LoadedPipeline, task: str) -> None:
    several, _ = draw(loaded, job(task, 2, num_images=2), job(task, 1))

    assert difference(pixels(several[1]), drawn(loaded, job(task, 2).model_copy(update={"seed": 3}))) <= TOLERANCE


@pytest.mark.parametrize("task", _TASKS)
def test_every_step_is_counted_once_up_to_the_total(loaded: LoadedPipeline, task: str) -> None:
    control = Steps()
    draw(loaded, job(task, 1), job(task, 2), control=control)

    assert control.counted_to_the_end()


@pytest.mark.parametrize("task", _TASKS)
def test_a_canceled_batch_ends_within_a_step_and_the_model_goes_on(loaded: LoadedPipeline, task: str) -> None:
    control, before = Steps(interrupt_at=2), drawn(loaded, job(task, 1))
    with pytest.raises(ForwardBatchInterrupted):
        draw(loaded, job(task, 1), control=control)

    assert [done for done, _ in control.said] == [1, 2]
    assert difference(drawn(loaded, job(task, 1)), before) == 0


def test_a_dropped_member_leaves_its_neighbour_as_it_was(loaded: LoadedPipeline) -> None:
    dropped, (kept,) = draw(loaded, job("picture", 1), job("picture", 2), control=Steps(frozenset({0})))

    assert dropped == []
    assert difference(pixels(kept), drawn(loaded, job("picture", 2))) <= TOLERANCE


def test_the_picture_that_is_given_shows_in_what_is_drawn_the_less_strength_the_more(stable: LoadedPipeline) -> None:
    source = read_picture(photo(1), SIDE, SIDE).astype(np.int16)
    encoded = drawn(stable, job("picture", 1, strength=0.1, num_inference_steps=10))
    changed = drawn(stable, job("picture", 1, strength=0.9, num_inference_steps=10))

    other = drawn(stable, wanted("red", 1, {"image": photo(2)}, strength=0.1, num_inference_steps=10))
    assert difference(encoded, other) > 10, "another picture gives another result"
    assert np.abs(encoded - changed).mean() > 1, "strength changes it"
    assert source.shape == encoded.shape


def test_outside_of_the_mask_not_a_pixel_changes(loaded: LoadedPipeline) -> None:
    source = read_picture(photo(1), SIDE, SIDE).astype(np.int16)
    result = drawn(loaded, job("mask", 1))

    assert difference(result[:, SIDE // 2 :], source[:, SIDE // 2 :]) == 0
    assert difference(result[:, : SIDE // 2], source[:, : SIDE // 2]) > 10


def test_a_grey_mask_blends(stable: LoadedPipeline) -> None:
    source = read_picture(photo(1), SIDE, SIDE).astype(np.int16)
    grey = png(Image.new("L", (SIDE, SIDE), 128))
    white = png(Image.new("L", (SIDE, SIDE), 255))
    half = drawn(stable, wanted(files={"image": photo(1), "mask_image": grey}))
    whole = drawn(stable, wanted(files={"image": photo(1), "mask_image": white}))

    assert difference(half, np.rint(whole * (128 / 255) + source * (127 / 255)).astype(np.int16)) <= TOLERANCE


def test_pictures_of_any_size_are_brought_to_the_size_asked_for(loaded: LoadedPipeline) -> None:
    wide = wanted(files={"image": photo(5, (90, 20))}, width=48, height=24, strength=0.7)

    assert drawn(loaded, wide).shape == (24, 48, 3)


def test_a_size_left_out_is_the_models_own_for_pictures_too(stable: LoadedPipeline) -> None:
    own = (stable_diffusion.NATIVE, stable_diffusion.NATIVE, 3)

    assert drawn(stable, wanted(width=None, height=None)).shape == own
    assert drawn(stable, wanted(files={"image": photo(1)}, width=None, height=None)).shape == own


def test_a_network_trained_for_masks_draws_inside_of_them(tmp_path: Path) -> None:
    loaded = load(stable_diffusion.save_inpainting(tmp_path))
    first, second = draw(loaded, job("mask", 1), job("mask", 2))

    assert difference(pixels(first[0]), drawn(loaded, job("mask", 1))) <= TOLERANCE
    assert difference(pixels(second[0]), drawn(loaded, job("mask", 2))) <= TOLERANCE


def test_a_consistency_model_draws_from_prompts_and_over_pictures(tmp_path: Path) -> None:
    loaded = load(stable_diffusion.save_consistency_model(tmp_path))

    for task in ("prompt", "picture"):
        first, _ = draw(loaded, job(task, 1), job(task, 2))
        assert difference(pixels(first[0]), drawn(loaded, job(task, 1))) <= TOLERANCE


def test_all_tasks_share_one_set_of_weights(loaded: LoadedPipeline) -> None:
    networks = {id(getattr(each.pipeline, "unet", None) or each.pipeline.transformer) for each in loaded.tasks.values()}

    assert len(loaded.tasks) == 3
    assert len(networks) == 1


def test_a_model_that_is_let_go_frees_its_memory(tmp_path: Path) -> None:
    loaded = load(stable_diffusion.save(tmp_path))
    draw(loaded, job("mask", 1), control=Steps(watch=True))
    network, autoencoder = weakref.ref(loaded.pipeline.unet), weakref.ref(loaded.pipeline.vae)
    del loaded
    gc.collect()

    assert network() is None
    assert autoencoder() is None


def test_a_model_that_overflows_fails_rather_than_give_a_black_picture(tmp_path: Path) -> None:
    loaded = load(stable_diffusion.save(tmp_path))
    with torch.no_grad():
        loaded.pipeline.unet.conv_out.bias.fill_(float("nan"))

    with pytest.raises(GenerationFailed, match="NaN"):
        FAMILY.generate(loaded, [wanted()], Steps())
