"""What a clip can be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.text_to_video import TextToVideoInput
from shared.catalog.wording import problems_of
from shared.identifiers import new_id

PICTURE = {"upload": str(new_id())}


def refused(**fields: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        TextToVideoInput.model_validate(fields)
    return {problem.path: problem.message for problem in problems_of(caught.value, model=TextToVideoInput)}


@pytest.mark.parametrize("fields", [{"prompt": "waves"}, {"image": PICTURE}, {"prompt": "waves", "image": PICTURE}])
def test_a_clip_begins_with_a_prompt_or_a_picture_or_both(fields: dict[str, Any]) -> None:
    asked = TextToVideoInput.model_validate(fields)
    assert (bool(asked.prompt), asked.image is not None) == ("prompt" in fields, "image" in fields)


def test_nothing_to_show_is_refused() -> None:
    assert list(refused(seed=1)) == ["image"]
    assert list(refused(prompt="")) == ["image"]


def test_a_length_is_given_once_and_has_a_limit() -> None:
    assert refused(prompt="a", num_frames=9, seconds=1) == {"seconds": "num_frames is given too; give one of the two"}
    assert refused(prompt="a", seconds=50, fps=24) == {
        "seconds": "50 s of 24 frames a second are 1200 frames; 1000 at most are made"
    }
    assert TextToVideoInput(prompt="a", seconds=50, fps=20).seconds == 50


def test_a_clip_that_no_memory_holds_is_refused() -> None:
    size = {"prompt": "a", "width": 1920, "height": 1088}
    said = "150 frames of 1920 × 1088 are too many to keep in memory; of that size 143 are made at most"
    assert refused(**size, num_frames=150) == {"num_frames": said}
    assert refused(**size, seconds=6, fps=25) == {"seconds": said}
    assert TextToVideoInput.model_validate({**size, "num_frames": 143}).num_frames == 143


def test_texts_for_a_prompt_that_is_not_there_are_refused() -> None:
    inserts = {"slogan": {"job": str(new_id())}}
    assert list(refused(inserts=inserts, image=PICTURE)) == ["prompt"]
    assert TextToVideoInput.model_validate({"inserts": inserts, "prompt": "{slogan}"}).inserts is not None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"seconds": 2}, {"fps": 16}),
        ({"num_frames": 17}, {"fps": 16}),
        ({}, {"num_frames": 81, "fps": 16}),
    ],
)
def test_the_models_length_yields_to_the_callers(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert TextToVideoInput.applicable({"num_frames": 81, "fps": 16}, given) == kept


def test_clips_of_one_length_with_and_without_a_picture_do_not_share_a_forward_pass() -> None:
    alone = TextToVideoInput(prompt="a", seed=1)
    assert alone.batch_shape() == TextToVideoInput(prompt="b", seed=2, num_videos=3).batch_shape()
    others = [{"prompt": "a", "image": PICTURE}, {"prompt": "a", "fps": 8}, {"prompt": "a", "num_frames": 9}]
    assert alone.batch_shape() not in [TextToVideoInput.model_validate(other).batch_shape() for other in others]


def test_each_clip_is_three_files() -> None:
    assert TextToVideoInput(prompt="a", num_videos=2).output_count() == 6
