"""What a catalog entry loads beside the weights: LoRA, a ControlNet, an IP-Adapter."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from shared.catalog.inputs.files import StoredFile
from shared.errors import ModelLoadFailed
from tests.conformance.image_jobs import (
    TOLERANCE,
    difference,
    draw,
    drawn,
    left_half,
    load,
    photo,
    pixels,
    wanted,
)
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import flux, stable_diffusion
from worker.families.text_to_image import LoadedPipeline

_CONTROLLED: tuple[dict[str, StoredFile], ...] = (
    {},
    {"image": photo(7)},
    {"image": photo(7), "mask_image": left_half()},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that carries everything in its own folder."""
    saved = stable_diffusion.save(tmp_path_factory.mktemp("model"))
    stable_diffusion.save_lora(saved / "lora" / "style")
    stable_diffusion.save_controlnet(saved / "outlines")
    stable_diffusion.save_ip_adapter(saved / "ip")
    return saved


@pytest.fixture(scope="module")
def plain(folder: Path) -> LoadedPipeline:
    return load(folder)


@pytest.fixture(scope="module")
def adapted(folder: Path) -> LoadedPipeline:
    return load(folder, controlnet={"path": "outlines"}, ip_adapter={"path": "ip"})


def test_a_lora_adds_its_scaled_product_to_the_weights(folder: Path, plain: LoadedPipeline) -> None:
    loaded = load(folder, lora=[{"path": "lora/style", "scale": 0.5}])
    updates = load_file(folder / "lora" / "style" / "pytorch_lora_weights.safetensors")
    down = next(name for name in sorted(updates) if name.endswith("to_q.lora_A.weight"))
    layer = down.removeprefix("unet.").removesuffix(".lora_A.weight")
    product = updates[down.replace("lora_A", "lora_B")] @ updates[down]

    before = plain.pipeline.unet.get_submodule(layer).weight
    after = loaded.pipeline.unet.get_submodule(layer).weight
    torch.testing.assert_close(after, before + 0.5 * product)
    assert difference(drawn(loaded, wanted()), drawn(plain, wanted())) > 0


def test_loras_are_applied_together(folder: Path) -> None:
    twice = load(folder, lora=[{"path": "lora/style", "scale": 0.5}, {"path": "lora/style", "scale": 0.5}])
    once = load(folder, lora=[{"path": "lora/style"}])

    assert difference(drawn(twice, wanted()), drawn(once, wanted())) <= TOLERANCE


@pytest.mark.parametrize("beside", _CONTROLLED, ids=("prompt", "picture", "mask"))
def test_a_control_picture_shapes_what_is_drawn_and_nobody_elses(
    adapted: LoadedPipeline, beside: dict[str, StoredFile]
) -> None:
    jobs = [wanted(seed=seed, files={**beside, "control_image": photo(seed)}) for seed in (1, 2)]
    control = Steps()
    together = draw(adapted, *jobs, control=control)

    assert control.counted_to_the_end()
    for job, (picture,) in zip(jobs, together, strict=True):
        assert difference(pixels(picture), drawn(adapted, job)) <= TOLERANCE
    other = wanted(seed=1, files={**beside, "control_image": photo(3)})
    assert difference(drawn(adapted, other), pixels(together[0][0])) > TOLERANCE


def test_a_control_picture_of_no_weight_changes_nothing(adapted: LoadedPipeline, plain: LoadedPipeline) -> None:
    ignored = wanted(files={"control_image": photo(1)}, controlnet_conditioning_scale=0)

    assert difference(drawn(adapted, ignored), drawn(plain, wanted())) <= TOLERANCE


@pytest.mark.parametrize("guidance_scale", [None, 1.0], ids=("guided", "unguided"))
def test_a_picture_taken_up_shows_in_its_own_result_alone(
    adapted: LoadedPipeline, guidance_scale: float | None
) -> None:
    jobs = [
        wanted(seed=seed, files={"ip_adapter_image": photo(seed)}, guidance_scale=guidance_scale) for seed in (1, 2, 3)
    ]
    together = draw(adapted, *jobs)

    for job, (picture,) in zip(jobs, together, strict=True):
        assert difference(pixels(picture), drawn(adapted, job)) <= TOLERANCE
    other = wanted(seed=1, files={"ip_adapter_image": photo(4)}, guidance_scale=guidance_scale)
    assert difference(drawn(adapted, other), pixels(together[0][0])) > TOLERANCE


def test_without_its_pictures_an_adapted_model_draws_as_ever(adapted: LoadedPipeline, plain: LoadedPipeline) -> None:
    drawn(adapted, wanted(files={"ip_adapter_image": photo(1)}))

    for job in (wanted(), wanted(files={"image": photo(1)})):
        assert difference(drawn(adapted, job), drawn(plain, job)) <= TOLERANCE


def test_everything_works_in_half_precision(folder: Path) -> None:
    beside = {"lora": [{"path": "lora/style"}], "controlnet": {"path": "outlines"}, "ip_adapter": {"path": "ip"}}
    loaded = load(folder, dtype="bfloat16", **beside)
    files = {"image": photo(1), "mask_image": left_half(), "control_image": photo(2), "ip_adapter_image": photo(3)}
    control = Steps(watch=True)
    draw(loaded, wanted(files=files), wanted("b", 2, files=files), control=control)

    assert loaded.pipeline.unet.dtype == torch.bfloat16
    assert control.counted_to_the_end()


def test_a_lora_file_outside_of_the_models_folder_is_found(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "style.safetensors"
    shutil.copy(folder / "lora" / "style" / "pytorch_lora_weights.safetensors", elsewhere)
    beside, inside = load(folder, lora=[{"path": str(elsewhere)}]), load(folder, lora=[{"path": "lora/style"}])

    assert np.array_equal(drawn(beside, wanted()), drawn(inside, wanted()))


def test_weights_that_are_no_safetensors_are_not_read(folder: Path, tmp_path: Path) -> None:
    torch.save({"anything": torch.zeros(1)}, tmp_path / "style.bin")

    for path in (tmp_path, tmp_path / "style.bin"):
        with pytest.raises(ModelLoadFailed, match=r"option lora .* 0 safetensors files"):
            load(folder, lora=[{"path": str(path)}])


def test_a_lora_of_another_architecture_is_refused(folder: Path, tmp_path: Path) -> None:
    weights = {
        "transformer.single.lora_A.weight": torch.zeros(2, 8),
        "transformer.single.lora_B.weight": torch.zeros(8, 2),
    }
    save_file(weights, tmp_path / "other.safetensors")

    with pytest.raises(ModelLoadFailed, match=r"option lora .* fits no layer"):
        load(folder, lora=[{"path": str(tmp_path)}])


def test_what_is_not_there_is_named(folder: Path) -> None:
    for option in ("lora", "controlnet", "ip_adapter"):
        named = {"path": "nowhere"}
        with pytest.raises(ModelLoadFailed, match=f"option {option} .* there is no nowhere"):
            load(folder, **{option: [named] if option == "lora" else named})


def test_an_ip_adapter_for_a_transformer_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match=r"option ip_adapter .* UNet"):
        load(flux.save(tmp_path), ip_adapter={"path": str(folder / "ip")})
