"""Pipelines that are called otherwise than the rest: older ones, ones that edit, ones that draw noise on their own."""

from __future__ import annotations

import pytest

from shared.errors import ForwardBatchInterrupted, InputRefused
from tests.conformance.image_jobs import FAMILY, TOLERANCE, difference, draw, drawn, load, photo, pixels, wanted
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import flux, pixart, stable_diffusion_3
from worker.families.pictures.sizes import refuse_other_size
from worker.families.text_to_image import LoadedPipeline


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(pixart.save(tmp_path_factory.mktemp("pixart")))


@pytest.fixture(scope="module")
def editing(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(flux.save_kontext(tmp_path_factory.mktemp("kontext")))


@pytest.fixture(scope="module")
def unseeded(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    """Its pipeline encodes the control picture with noise from no generator."""
    folder = stable_diffusion_3.save(tmp_path_factory.mktemp("sd3"))
    stable_diffusion_3.save_controlnet(folder / "outlines")
    return load(folder, controlnet={"path": "outlines"})


def test_an_older_pipeline_tells_its_steps_and_draws_the_size_asked_for(older: LoadedPipeline) -> None:
    control = Steps()
    picture = drawn(older, wanted(width=48, height=32, num_inference_steps=2), control)

    assert control.counted_to_the_end()
    assert picture.shape == (32, 48, 3), "which is not among the sizes it was trained on"


def test_an_older_pipeline_stops_within_a_step(older: LoadedPipeline) -> None:
    canceled = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        draw(older, wanted(), control=canceled)

    assert [done for done, _ in canceled.said] == [1, 2]


def test_a_transformer_on_patches_draws_whole_patches(older: LoadedPipeline) -> None:
    with pytest.raises(InputRefused, match=r"input\.width: this model draws multiples of 4 pixels: 32 or 36, not 34"):
        FAMILY.check(older, wanted(width=34))


def test_a_model_that_edits_draws_the_size_asked_for(editing: LoadedPipeline) -> None:
    assert drawn(editing, wanted(files={"image": photo(1)}, width=48, height=24)).shape == (24, 48, 3)
    assert drawn(editing, wanted(width=48, height=24)).shape == (24, 48, 3)


def test_a_model_that_edits_is_given_each_members_picture_alone(editing: LoadedPipeline) -> None:
    jobs = [wanted(seed=seed, files={"image": photo(seed)}, num_images=seed) for seed in (1, 2)]
    control = Steps()
    together = draw(editing, *jobs, control=control)

    assert control.counted_to_the_end(), "one count over all calls"
    assert [FAMILY.max_batch(editing, job) for job in jobs] == [1, 1]
    for job, (picture, *_) in zip(jobs, together, strict=True):
        assert difference(pixels(picture), drawn(editing, job)) == 0
    other = wanted(seed=1, files={"image": photo(3)})
    assert difference(drawn(editing, other), pixels(together[0][0])) > 0


def test_a_model_that_edits_has_no_strength_to_set(editing: LoadedPipeline) -> None:
    with pytest.raises(InputRefused, match=r"input\.strength: this model draws the whole picture anew"):
        FAMILY.check(editing, wanted(files={"image": photo(1)}, strength=0.5))


def test_noise_from_no_generator_is_the_same_each_time_and_each_members_own(unseeded: LoadedPipeline) -> None:
    jobs = [wanted(seed=seed, files={"control_image": photo(seed)}) for seed in (1, 2)]
    together = draw(unseeded, *jobs)

    for job, (picture,) in zip(jobs, together, strict=True):
        assert difference(pixels(picture), drawn(unseeded, job)) == 0
    several = draw(unseeded, wanted(seed=1, files={"control_image": photo(2)}, num_images=2))[0]
    assert difference(pixels(several[1]), pixels(together[1][0])) == 0, "picture 1 of seed 1 is picture 0 of seed 2"
    other = wanted(seed=1, files={"control_image": photo(3)})
    assert difference(drawn(unseeded, other), pixels(together[0][0])) > TOLERANCE


def test_stable_diffusion_3_has_every_task(unseeded: LoadedPipeline) -> None:
    assert {task.value for task, _ in unseeded.tasks} == {"text-to-image", "image-to-image", "inpainting"}


def test_learned_positions_end_where_the_largest_picture_does(unseeded: LoadedPipeline) -> None:
    with pytest.raises(InputRefused, match=r"input\.height: this model draws 128 pixels at most, not 256"):
        FAMILY.check(unseeded, wanted(height=256))


def test_a_picture_of_another_size_than_asked_for_is_no_result() -> None:
    refuse_other_size(wanted(width=32, height=None), 32, 99)
    with pytest.raises(InputRefused, match=r"input\.width: this model draws 40 pixels instead of 32"):
        refuse_other_size(wanted(width=32, height=32), 40, 32)
