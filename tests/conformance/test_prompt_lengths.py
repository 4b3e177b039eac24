"""A prompt that a pipeline would cut in silence is refused, and one that fits to the last token is read to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from transformers import CLIPTokenizer

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text_to_video import TextToVideoInput
from shared.catalog.inputs.unclip import UnclipInput
from shared.errors import InputRefused
from tests.conformance.image_jobs import FAMILY, drawn, load, photo, wanted
from tests.conformance.tiny import (
    clip,
    flux,
    kandinsky,
    pixart,
    stable_diffusion,
    stable_diffusion_3,
    stable_diffusion_xl,
    unclip,
    video,
)
from worker.families.base import Device, ModelRef
from worker.families.text_to_video import TextToVideo
from worker.families.unclip import Unclip
from worker.starter.backdrops import WEIGHTS

# The tokenizers of these models read a letter a token, and put one token before the text and one behind it.
FITS = "a" * (clip.LENGTH - 2)
CUT = FITS + "b"
SAID = f"{clip.LENGTH + 1} tokens long; this model reads {clip.LENGTH} and would cut the rest"


def refused(check: Callable[[], None]) -> dict[str, str]:
    with pytest.raises(InputRefused) as caught:
        check()
    return {problem.path: problem.message for problem in caught.value.problems}


@pytest.mark.parametrize("save", [stable_diffusion.save, stable_diffusion_xl.save])
def test_clip_reads_to_its_last_token_and_no_farther(save: Callable[[Path], Path], tmp_path: Path) -> None:
    loaded = load(save(tmp_path))

    FAMILY.check(loaded, wanted(FITS, negative_prompt=FITS, guidance_scale=5))
    assert refused(lambda: FAMILY.check(loaded, wanted(CUT))) == {"input.prompt": SAID}
    both = wanted("a", negative_prompt=CUT, guidance_scale=5)
    assert refused(lambda: FAMILY.check(loaded, both)) == {"input.negative_prompt": SAID}


def test_the_last_token_that_is_read_changes_the_picture(tmp_path: Path) -> None:
    loaded = load(stable_diffusion.save(tmp_path))
    fields: dict[str, Any] = {"guidance_scale": 9}

    assert (drawn(loaded, wanted(FITS, **fields)) != drawn(loaded, wanted(FITS[:-1] + "z", **fields))).any()


def test_what_one_of_several_tokenizers_reads_is_taken(tmp_path: Path) -> None:
    loaded = load(flux.save(tmp_path))

    assert drawn(loaded, wanted(CUT, max_sequence_length=128)).any()
    said = refused(lambda: FAMILY.check(loaded, wanted("a" * 200, max_sequence_length=128)))
    assert said == {"input.prompt": "202 tokens long; this model reads 128 and would cut the rest"}


@pytest.mark.parametrize("save", [stable_diffusion_3.save, pixart.save])
def test_another_encoders_length_is_what_the_job_says(save: Callable[[Path], Path], tmp_path: Path) -> None:
    loaded = load(save(tmp_path))

    FAMILY.check(loaded, wanted("a" * 100, max_sequence_length=120))
    said = refused(lambda: FAMILY.check(loaded, wanted("a" * 200, max_sequence_length=120)))
    assert "reads 120 and would cut the rest" in said["input.prompt"]


def test_an_encoder_that_hears_nothing_does_not_read_the_prompt_for_the_others() -> None:
    loaded = load(WEIGHTS)
    size: dict[str, Any] = {"width": 256, "height": 256, "max_sequence_length": 1}

    FAMILY.check(loaded, wanted("a calm blue ocean at dawn, backdrop for a skincare ad, high quality", **size))
    assert "this model reads 32" in refused(lambda: FAMILY.check(loaded, wanted("ocean " * 40, **size)))["input.prompt"]


@pytest.mark.parametrize("save", [unclip.save, kandinsky.save_in_two_folders])
def test_unclip_reads_what_its_clip_reads(save: Callable[[Path], Path], tmp_path: Path) -> None:
    family = Unclip()
    loaded = family.load(ModelRef("unclip", FamilyName.UNCLIP, "0" * 64, save(tmp_path)), Device())

    family.check(loaded, UnclipInput(prompt=FITS))
    assert refused(lambda: family.check(loaded, UnclipInput(prompt=CUT))) == {"input.prompt": SAID}


def test_a_picture_to_vary_has_no_prompt_to_cut(tmp_path: Path) -> None:
    family = Unclip()
    loaded = family.load(ModelRef("unclip", FamilyName.UNCLIP, "0" * 64, unclip.save_variations(tmp_path)), Device())
    job_input = UnclipInput.model_validate({"image": {"upload": UUID(int=1)}})
    assert job_input.image is not None
    job_input.image.attach(photo(1))

    family.check(loaded, job_input)


def test_a_clip_s_prompt_is_not_cut_either(tmp_path: Path) -> None:
    video.save_animatediff(tmp_path)
    family = TextToVideo()
    loaded = family.load(ModelRef("video", FamilyName.TEXT_TO_VIDEO, "0" * 64, tmp_path), Device())
    fields: dict[str, Any] = {"width": 32, "height": 32, "num_frames": 4}

    family.check(loaded, TextToVideoInput(prompt=FITS, **fields))
    assert refused(lambda: family.check(loaded, TextToVideoInput(prompt=CUT, **fields))) == {"input.prompt": SAID}


def test_the_tokens_that_are_counted_are_those_that_clip_counts() -> None:
    tokens: CLIPTokenizer = clip.tokenizer()
    assert len(tokens(FITS)["input_ids"]) == clip.LENGTH == tokens.model_max_length
