"""What the unCLIP family promises, with its own pipelines and with Kandinsky's, from prompts and from pictures."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.unclip import UnclipInput
from shared.errors import ForwardBatchInterrupted, GenerationFailed, InputRefused, ModelLoadFailed
from tests.conformance.image_jobs import difference, photo, pixels
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import kandinsky, stable_diffusion, unclip
from worker.families.base import Device, ModelRef
from worker.families.unclip import LoadedUnclip, Unclip
from worker.media.base import Media

FAMILY = Unclip()
# Noise is drawn at every step, and random weights carry a rounding of one level on to the next.
TOLERANCE = 2
SIDE = 32
_STEPS = {"prior_num_inference_steps": 2, "decoder_num_inference_steps": 3, "super_res_num_inference_steps": 2}


@dataclass(frozen=True)
class Kind:
    """A folder's architecture, and what a job for it says."""

    save: Callable[[Path], Path]
    from_picture: bool
    steps: int
    fields: dict[str, Any]


def _kind(save: Callable[[Path], Path], from_picture: bool, *stages: str, **fields: Any) -> Kind:
    steps = {name: count for name, count in _STEPS.items() if name.split("_num")[0] in stages}
    return Kind(save, from_picture, sum(steps.values()), {**steps, **fields})


_SIZED = {"width": SIDE, "height": SIDE}
_KINDS = {
    "unclip": _kind(unclip.save, False, "prior", "decoder", "super_res"),
    "unclip-variations": _kind(unclip.save_variations, True, "decoder", "super_res"),
    "kandinsky": _kind(kandinsky.save_in_two_folders, False, "prior", "decoder", **_SIZED),
    "kandinsky-variations": _kind(kandinsky.save_in_two_folders, True, "decoder", **_SIZED),
}


@dataclass(frozen=True)
class Subject:
    """A loaded model with the jobs that it is for."""

    loaded: LoadedUnclip
    kind: Kind

    def job(self, seed: int, **fields: Any) -> UnclipInput:
        source = {"image": {"upload": UUID(int=1)}} if self.kind.from_picture else {"prompt": "red green"[: 3 * seed]}
        job_input = UnclipInput.model_validate({"seed": seed, **source, **self.kind.fields, **fields})
        if job_input.image is not None:
            job_input.image.attach(photo(seed))
        return job_input

    def draw(self, *inputs: UnclipInput, control: Steps | None = None) -> list[list[Media]]:
        for job_input in inputs:
            FAMILY.check(self.loaded, job_input)
        return FAMILY.generate(self.loaded, inputs, control or Steps())

    def drawn(self, job_input: UnclipInput) -> Any:
        return pixels(self.draw(job_input)[0][0])


def load(folder: Path) -> LoadedUnclip:
    return FAMILY.load(ModelRef(folder.name, FamilyName.UNCLIP, "0" * 64, folder), Device())


@pytest.fixture(scope="module", params=_KINDS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    kind = _KINDS[request.param]
    return Subject(load(kind.save(tmp_path_factory.mktemp(request.param))), kind)


def test_the_same_seed_draws_the_same_and_a_neighbour_changes_nothing(subject: Subject) -> None:
    together = subject.draw(*(subject.job(seed) for seed in (1, 2, 3)))

    for seed, (picture,) in zip((1, 2, 3), together, strict=True):
        alone = subject.drawn(subject.job(seed))
        assert alone.shape == (SIDE, SIDE, 3)
        assert difference(alone, pixels(picture)) <= TOLERANCE
    assert difference(subject.drawn(subject.job(3)), alone) == 0
    assert difference(subject.drawn(subject.job(3).model_copy(update={"seed": 9})), alone) > 10 * TOLERANCE


def test_what_is_given_shows_in_the_picture(subject: Subject) -> None:
    given = subject.job(1)
    other = subject.job(2).model_copy(update={"seed": 1})

    assert difference(subject.drawn(given), subject.drawn(other)) > TOLERANCE


def test_picture_k_of_seed_s_is_picture_0_of_seed_s_plus_k(subject: Subject) -> None:
    several, _ = subject.draw(subject.job(2, num_images=2), subject.job(1))
    next_seed = subject.job(2).model_copy(update={"seed": 3})

    assert difference(pixels(several[1]), subject.drawn(next_seed)) <= TOLERANCE


def test_the_steps_of_all_stages_are_one_count(subject: Subject) -> None:
    control = Steps()
    subject.draw(subject.job(1), subject.job(2), control=control)

    assert control.said == [(step, subject.kind.steps) for step in range(1, subject.kind.steps + 1)]


@pytest.mark.parametrize("scale", [1.0, 6.0])
def test_guidance_does_not_change_the_count(subject: Subject, scale: float) -> None:
    control = Steps(watch=True)
    scales = {"decoder_guidance_scale": scale} | ({} if subject.kind.from_picture else {"prior_guidance_scale": scale})
    subject.draw(subject.job(1, **scales), subject.job(2, **scales), control=control)

    assert control.counted_to_the_end()
    assert all(len(previews) == 2 for previews in control.previews)


def test_a_canceled_batch_ends_within_a_step_and_the_model_goes_on(subject: Subject) -> None:
    control, before = Steps(interrupt_at=2), subject.drawn(subject.job(1))
    with pytest.raises(ForwardBatchInterrupted):
        subject.draw(subject.job(1), control=control)

    assert [done for done, _ in control.said] == [1, 2]
    after = Steps()
    assert difference(pixels(subject.draw(subject.job(1), control=after)[0][0]), before) == 0
    assert after.counted_to_the_end(), "no hook of the canceled batch counts on"


def test_a_dropped_member_leaves_its_neighbour_as_it_was(subject: Subject) -> None:
    dropped, (kept,) = subject.draw(subject.job(1), subject.job(2), control=Steps(frozenset({0})))

    assert dropped == []
    assert difference(pixels(kept), subject.drawn(subject.job(2))) <= TOLERANCE


def test_a_watched_picture_shows_itself_while_it_forms_and_stays_the_same(subject: Subject) -> None:
    control = Steps(watch=True)
    (watched,), _ = subject.draw(subject.job(1, num_images=1), subject.job(2), control=control)
    (unwatched,), _ = subject.draw(subject.job(1), subject.job(2))

    of_the_prior = subject.kind.fields.get("prior_num_inference_steps", 0)
    assert len(control.previews) == subject.kind.steps - of_the_prior
    assert all(image[8:12] == b"WEBP" for step in control.previews for image in step)
    assert difference(pixels(watched), pixels(unwatched)) == 0


def test_half_precision_is_taken_as_far_as_the_device_has_it(tmp_path: Path) -> None:
    for kind in (_KINDS["unclip"], _KINDS["kandinsky-variations"]):
        folder = kind.save(tmp_path / kind.save.__module__)
        ref = ModelRef(folder.name, FamilyName.UNCLIP, "0" * 64, folder, options={"dtype": "bfloat16"})
        subject = Subject(FAMILY.load(ref, Device()), kind)
        assert subject.drawn(subject.job(1)).shape == (SIDE, SIDE, 3)


def test_both_layouts_of_kandinskys_folders_draw_the_same(tmp_path: Path) -> None:
    kind = _KINDS["kandinsky"]
    apart = Subject(load(kandinsky.save_in_two_folders(tmp_path / "apart")), kind)
    combined = Subject(load(kandinsky.save_combined(tmp_path / "combined")), kind)

    assert np.array_equal(apart.drawn(apart.job(1)), combined.drawn(combined.job(1)))


def test_a_size_left_out_is_the_models_own(tmp_path: Path) -> None:
    loaded = load(unclip.save(tmp_path))

    assert loaded.cascade.size(UnclipInput(prompt="x")) == (unclip.SIDE, unclip.SIDE)


def refused(loaded: LoadedUnclip, job_input: UnclipInput) -> dict[str, str]:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, job_input)
    return {problem.path: problem.message for problem in refusal.value.problems}


def test_what_a_model_has_no_stage_for_is_refused_by_its_field(tmp_path: Path) -> None:
    of_prompts = load(unclip.save(tmp_path / "prompts"))
    of_pictures = load(unclip.save_variations(tmp_path / "pictures"))
    small = load(kandinsky.save_in_two_folders(tmp_path / "kandinsky"))
    picture = {"image": {"upload": UUID(int=1)}}

    assert "from prompts alone" in refused(of_prompts, UnclipInput.model_validate(picture))["input.image"]
    assert "pictures alone" in refused(of_pictures, UnclipInput(prompt="x"))["input.prompt"]
    assert refused(small, UnclipInput(prompt="x", super_res_num_inference_steps=7, width=33, height=30)) == {
        "input.super_res_num_inference_steps": "this model does not enlarge what its decoder draws: leave it out",
        "input.width": "this model draws multiples of 4 pixels: 32 or 36, not 33",
        "input.height": "this model draws multiples of 4 pixels: 28 or 32, not 30",
    }
    assert refused(of_prompts, UnclipInput(prompt="x", width=64)) == {
        "input.width": f"this model draws {unclip.SIDE} pixels alone, not 64"
    }


def test_a_folder_of_another_architecture_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match="no unCLIP model"):
        load(stable_diffusion.save(tmp_path / "another"))
    with pytest.raises(ModelLoadFailed, match="half a model"):
        load(kandinsky.save_in_two_folders(tmp_path / "two") / "prior")


def test_a_model_that_is_let_go_frees_its_memory(tmp_path: Path) -> None:
    subject = Subject(load(unclip.save(tmp_path)), _KINDS["unclip"])
    subject.draw(subject.job(1), control=Steps(watch=True))
    pipeline: Any = subject.loaded.cascade.pipeline  # type: ignore[attr-defined]
    networks = [weakref.ref(pipeline.prior), weakref.ref(pipeline.decoder)]
    del pipeline, subject
    gc.collect()

    assert [network() for network in networks] == [None, None]


def test_a_model_that_overflows_fails_rather_than_give_a_black_picture(tmp_path: Path) -> None:
    subject = Subject(load(unclip.save(tmp_path)), _KINDS["unclip"])
    with torch.no_grad():
        subject.loaded.cascade.pipeline.super_res_last.conv_out.bias.fill_(float("nan"))  # type: ignore[attr-defined]

    with pytest.raises(GenerationFailed, match="NaN"):
        subject.draw(subject.job(1))
