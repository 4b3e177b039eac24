"""What a loaded model cannot do is refused before it draws, naming the field that asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import InputRefused
from tests.conformance.image_jobs import FAMILY, draw, drawn, left_half, load, photo, wanted
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import flux, stable_diffusion, stable_diffusion_xl
from worker.families.text_to_image import LoadedPipeline


@pytest.fixture(scope="module")
def stable(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(stable_diffusion.save(tmp_path_factory.mktemp("stable")))


@pytest.fixture(scope="module")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(flux.save(tmp_path_factory.mktemp("flux")))


@pytest.fixture(scope="module")
def inpainting(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(stable_diffusion.save_inpainting(tmp_path_factory.mktemp("inpainting")))


@pytest.fixture(scope="module")
def consistent(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(stable_diffusion.save_consistency_model(tmp_path_factory.mktemp("consistent")))


def refused(loaded: LoadedPipeline, job_input: TextToImageInput) -> dict[str, str]:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, job_input)
    return {problem.path: problem.message for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("fields", "files", "field", "says"),
    [
        ({"width": 33}, {}, "width", "multiples of 8 pixels: 32 or 40, not 33"),
        ({"height": 17}, {}, "height", "multiples of 8 pixels: 16 or 24, not 17"),
        ({"true_cfg_scale": 2}, {}, "true_cfg_scale", "no second guidance"),
        ({"max_sequence_length": 8}, {}, "max_sequence_length", "fixed length"),
        (
            {"negative_prompt": "rain", "guidance_scale": 1},
            {},
            "negative_prompt",
            "no effect with a guidance_scale of 1",
        ),
        ({"scheduler": "flow-match-euler"}, {}, "scheduler", "cannot sample from this model"),
        ({"num_inference_steps": None, "strength": 0.01}, ("image",), "strength", "of 50 steps; give 0.02"),
        ({}, ("control_image",), "control_image", "no ControlNet"),
        ({}, ("ip_adapter_image",), "ip_adapter_image", "no IP-Adapter"),
    ],
)
def test_stable_diffusion_names_what_it_cannot_do(
    stable: LoadedPipeline, fields: dict[str, Any], files: tuple[str, ...], field: str, says: str
) -> None:
    problems = refused(stable, wanted(files={name: photo(1) for name in files}, **fields))

    assert set(problems) == {f"input.{field}"}
    assert says in problems[f"input.{field}"]


def test_every_problem_is_named_at_once(stable: LoadedPipeline) -> None:
    problems = refused(stable, wanted(width=33, height=35, true_cfg_scale=2, scheduler="flow-match-euler"))

    assert set(problems) == {"input.width", "input.height", "input.true_cfg_scale", "input.scheduler"}


def test_every_size_that_is_not_refused_is_drawn(stable: LoadedPipeline, flowing: LoadedPipeline) -> None:
    for loaded, step in ((stable, 8), (flowing, flux.SIZE_STEP)):
        assert drawn(loaded, wanted(width=16 + step, height=40 - step)).shape == (40 - step, 16 + step, 3)
        assert "input.width" in refused(loaded, wanted(width=16 + step // 2))


def test_a_transformer_on_packed_latents_needs_both_sides_in_whole_patches(flowing: LoadedPipeline) -> None:
    assert refused(flowing, wanted(width=34)) == {
        "input.width": "this model draws multiples of 4 pixels: 32 or 36, not 34"
    }


def test_built_in_guidance_hears_a_negative_prompt_by_its_second_scale_alone(flowing: LoadedPipeline) -> None:
    assert "true_cfg_scale of 1" in refused(flowing, wanted(negative_prompt="rain"))["input.negative_prompt"]
    heard = drawn(flowing, wanted(negative_prompt="rain", true_cfg_scale=4))
    assert (heard != drawn(flowing, wanted())).any()


def test_a_network_for_masks_asks_for_picture_and_mask(inpainting: LoadedPipeline) -> None:
    assert "an image and a mask_image" in refused(inpainting, wanted())["input.image"]
    assert "inside of a mask alone" in refused(inpainting, wanted(files={"image": photo(1)}))["input.mask_image"]


def test_what_diffusers_has_no_pipeline_for_is_refused(consistent: LoadedPipeline) -> None:
    with_mask = wanted(files={"image": photo(1), "mask_image": left_half()})

    assert "cannot draw inside of a mask" in refused(consistent, with_mask)["input.mask_image"]
    assert "no negative prompt" in refused(consistent, wanted(negative_prompt="rain"))["input.negative_prompt"]


def test_a_refiner_does_not_draw_from_a_prompt_alone(tmp_path: Path) -> None:
    refiner = load(stable_diffusion_xl.save_refiner(tmp_path))

    assert "give it an image" in refused(refiner, wanted())["input.image"]


def test_a_models_own_strength_that_leaves_no_step_is_refused(tmp_path: Path) -> None:
    loaded = load(stable_diffusion_xl.save(tmp_path))
    problems = refused(loaded, wanted(files={"image": photo(1)}, num_inference_steps=3))

    assert problems == {"input.strength": "0.3 leaves nothing to draw of 3 steps; give 0.333 at least"}


@pytest.mark.parametrize("field", ["image", "mask_image", "ip_adapter_image", "control_image"])
def test_a_damaged_picture_is_refused_by_its_field(tmp_path: Path, field: str) -> None:
    folder = stable_diffusion.save(tmp_path)
    stable_diffusion.save_controlnet(folder / "outlines")
    stable_diffusion.save_ip_adapter(folder / "ip")
    loaded = load(folder, controlnet={"path": "outlines"}, ip_adapter={"path": "ip"})
    cut_off = StoredFile("image/png", photo(1).body[:90])
    files = {"image": photo(1), field: cut_off} if field == "mask_image" else {field: cut_off}

    with pytest.raises(InputRefused, match=rf"input\.{field}: cannot be read as a picture"):
        draw(loaded, wanted(files=files), control=Steps())


def test_a_negative_prompt_is_heard_where_it_is_taken(stable: LoadedPipeline) -> None:
    plain = drawn(stable, wanted(guidance_scale=9))

    assert (drawn(stable, wanted(guidance_scale=9, negative_prompt="rain")) != plain).any()
