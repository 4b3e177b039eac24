"""What the text-to-image family promises, kept with the starter model's real weights (Stable Diffusion 3's form)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.catalog.families import FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from tests.conformance.step_controls import Steps
from worker.families.base import Device, ModelRef
from worker.families.text_to_image import LoadedPipeline, TextToImage
from worker.media.base import Media
from worker.media.image import ImageMedia
from worker.starter import backdrops

STEPS = 4
# Sums of another batch size round elsewhere: one level of 255, in a few values of a hundred thousand.
TOLERANCE = 1
FAMILY = TextToImage()
PROMPTS = ("a calm beach at sunset", "a teal studio sweep", "golden bokeh lights", "purple mountains at dawn")


@pytest.fixture(scope="module")
def loaded() -> LoadedPipeline:
    ref = ModelRef("starter/backdrops", FamilyName.TEXT_TO_IMAGE, "0" * 64, Path(backdrops.WEIGHTS))
    return FAMILY.load(ref, Device())


def wanted(prompt: str, seed: int, num_images: int = 1) -> TextToImageInput:
    return TextToImageInput(
        prompt=prompt,
        seed=seed,
        width=backdrops.WIDTH,
        height=backdrops.HEIGHT,
        num_inference_steps=STEPS,
        guidance_scale=backdrops.GUIDANCE_SCALE,
        max_sequence_length=backdrops.MAX_SEQUENCE_LENGTH,
        num_images=num_images,
    )


def pixels(media: Media) -> NDArray[np.int16]:
    assert isinstance(media, ImageMedia)
    return media.pixels.astype(np.int16)


def draw(loaded: LoadedPipeline, *inputs: TextToImageInput, control: Steps | None = None) -> list[list[Media]]:
    return FAMILY.generate(loaded, inputs, control or Steps())


def test_the_picture_has_the_size_that_was_asked_for(loaded: LoadedPipeline) -> None:
    ((picture,),) = draw(loaded, wanted(PROMPTS[0], 1))
    assert pixels(picture).shape == (backdrops.HEIGHT, backdrops.WIDTH, 3)
    encoded = picture.encode()
    assert encoded.body.startswith(b"\x89PNG")
    assert encoded.facts == {"width": backdrops.WIDTH, "height": backdrops.HEIGHT}


def test_the_same_seed_draws_the_same_picture_and_another_seed_another(loaded: LoadedPipeline) -> None:
    ((first,),) = draw(loaded, wanted(PROMPTS[0], 7))
    ((again,),) = draw(loaded, wanted(PROMPTS[0], 7))
    ((other,),) = draw(loaded, wanted(PROMPTS[0], 8))
    assert first.encode().body == again.encode().body
    assert np.abs(pixels(first) - pixels(other)).max() > 10 * TOLERANCE


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0)])
def test_a_jobs_picture_does_not_depend_on_its_neighbours(loaded: LoadedPipeline, order: tuple[int, ...]) -> None:
    together = draw(loaded, *(wanted(PROMPTS[index], index) for index in order))
    for index, (picture,) in zip(order, together, strict=True):
        ((alone,),) = draw(loaded, wanted(PROMPTS[index], index))
        assert np.abs(pixels(alone) - pixels(picture)).max() <= TOLERANCE


def test_picture_k_of_seed_s_is_picture_0_of_seed_s_plus_k(loaded: LoadedPipeline) -> None:
    several, _ = draw(loaded, wanted(PROMPTS[1], 5, num_images=3), wanted(PROMPTS[2], 1))
    assert len(several) == 3
    ((third,),) = draw(loaded, wanted(PROMPTS[1], 7))
    assert np.abs(pixels(several[2]) - pixels(third)).max() <= TOLERANCE


def test_progress_counts_every_step_up_to_the_total(loaded: LoadedPipeline) -> None:
    control = Steps()
    draw(loaded, wanted(PROMPTS[0], 1), control=control)
    assert control.said == [(step, STEPS) for step in range(1, STEPS + 1)]


def test_a_dropped_member_has_no_picture_and_its_neighbour_the_same_as_ever(loaded: LoadedPipeline) -> None:
    dropped, (kept,) = draw(loaded, wanted(PROMPTS[0], 1), wanted(PROMPTS[1], 2), control=Steps(frozenset({0})))
    ((alone,),) = draw(loaded, wanted(PROMPTS[1], 2))
    assert dropped == []
    assert np.abs(pixels(kept) - pixels(alone)).max() <= TOLERANCE


def test_an_interrupted_batch_stops_at_that_step_and_leaves_the_pipeline_usable(loaded: LoadedPipeline) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        draw(loaded, wanted(PROMPTS[0], 1), control=control)
    assert control.said[-1] == (2, STEPS)
    ((picture,),) = draw(loaded, wanted(PROMPTS[0], 1))
    assert pixels(picture).shape == (backdrops.HEIGHT, backdrops.WIDTH, 3)


def test_a_watched_picture_shows_itself_while_it_forms(loaded: LoadedPipeline) -> None:
    control = Steps(watch=True)
    draw(loaded, wanted(PROMPTS[0], 1, num_images=2), wanted(PROMPTS[1], 2), control=control)
    assert len(control.previews) == STEPS
    assert all(len(step) == 2 for step in control.previews), "one preview a member"
    assert all(image[8:12] == b"WEBP" for step in control.previews for image in step)


def test_looking_at_a_picture_while_it_forms_does_not_change_it(loaded: LoadedPipeline) -> None:
    ((watched,),) = draw(loaded, wanted(PROMPTS[0], 1), control=Steps(watch=True))
    ((alone,),) = draw(loaded, wanted(PROMPTS[0], 1))
    assert watched.encode().body == alone.encode().body


def test_the_starter_draws_over_pictures_the_more_anew_the_more_strength(loaded: LoadedPipeline) -> None:
    ((source,),) = draw(loaded, wanted(PROMPTS[0], 3))
    file = StoredFile("image/png", source.encode().body)

    def over(strength: float) -> NDArray[np.int16]:
        job_input = wanted(PROMPTS[3], 3).model_copy(
            update={"image": FileReference(upload=UUID(int=1)), "strength": strength}
        )
        assert job_input.image is not None
        job_input.image.attach(file)
        FAMILY.check(loaded, job_input)
        ((picture,),) = draw(loaded, job_input)
        return pixels(picture)

    little, much = (np.abs(over(strength) - pixels(source)).mean() for strength in (0.25, 1.0))
    assert little < much


def test_a_mask_is_refused_where_diffusers_draws_inside_of_none(loaded: LoadedPipeline) -> None:
    file = {"upload": UUID(int=1)}
    with_mask = TextToImageInput.model_validate({"prompt": "x", "image": file, "mask_image": file})

    with pytest.raises(InputRefused, match=r"input\.mask_image: this model cannot draw inside of a mask"):
        FAMILY.check(loaded, with_mask)
