"""Schedulers by name: each draws, each for the models that it can sample from."""

# diffusers is typed in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from diffusers import DPMSolverMultistepScheduler, EDMEulerScheduler, FlowMatchEulerDiscreteScheduler

from shared.catalog.inputs.text_to_image import SchedulerName
from shared.errors import InputRefused
from tests.conformance.image_jobs import TOLERANCE, difference, draw, drawn, load, photo, pixels, wanted
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import flux, stable_diffusion
from worker.families.pictures.schedulers import misfit, scheduler_of
from worker.families.text_to_image import LoadedPipeline

_NAMES: tuple[SchedulerName, ...] = get_args(SchedulerName)
_FLOW: SchedulerName = "flow-match-euler"
_OF_NOISE = tuple(name for name in _NAMES if name != _FLOW)


@pytest.fixture(scope="module")
def stable(tmp_path_factory: pytest.TempPathFactory) -> LoadedPipeline:
    return load(stable_diffusion.save(tmp_path_factory.mktemp("stable")))


@pytest.mark.parametrize("name", _OF_NOISE)
def test_every_scheduler_draws_each_member_as_alone(stable: LoadedPipeline, name: SchedulerName) -> None:
    jobs = [wanted("abc"[:seed], seed, scheduler=name) for seed in (1, 2)]
    control = Steps()
    together = draw(stable, *jobs, control=control)

    assert control.counted_to_the_end()
    for job, (picture,) in zip(jobs, together, strict=True):
        # Of 3072 values a few are rounded to the neighbouring level.
        assert difference(pixels(picture), drawn(stable, job)) <= TOLERANCE


@pytest.mark.parametrize("name", _OF_NOISE)
def test_every_scheduler_draws_over_pictures(stable: LoadedPipeline, name: SchedulerName) -> None:
    over = wanted(files={"image": photo(1)}, strength=0.7, scheduler=name)

    assert difference(drawn(stable, over), drawn(stable, over)) == 0


def test_schedulers_differ_and_the_models_own_comes_back(stable: LoadedPipeline) -> None:
    before = drawn(stable, wanted())
    results = {name: drawn(stable, wanted(scheduler=name)).tobytes() for name in _OF_NOISE}

    assert len(set(results.values())) > len(_OF_NOISE) // 2
    assert results["euler"] == before.tobytes(), "the folder came with Euler's"
    assert difference(drawn(stable, wanted()), before) == 0


def test_a_scheduler_of_the_other_kind_is_refused(stable: LoadedPipeline, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"input\.scheduler: flow-match-euler cannot sample"):
        draw(stable, wanted(scheduler=_FLOW))
    flowing = load(flux.save(tmp_path))
    for name in _OF_NOISE:
        with pytest.raises(InputRefused, match=rf"input\.scheduler: {name} cannot sample"):
            draw(flowing, wanted(scheduler=name))
    assert difference(drawn(flowing, wanted(scheduler=_FLOW)), drawn(flowing, wanted())) == 0


def test_a_scheduler_that_cannot_do_so_many_steps_says_so(stable: LoadedPipeline) -> None:
    with pytest.raises(InputRefused, match=r"input\.scheduler: lcm cannot do 60 steps"):
        draw(stable, wanted(scheduler="lcm", num_inference_steps=60))


def test_a_model_of_flow_among_the_others_takes_those_that_read_a_flow() -> None:
    own = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)

    fitting = {name for name in _NAMES if misfit(own, name, 10) is None}
    assert fitting == {"deis", "dpmpp-2m", "dpmpp-2m-sde", "unipc"}


def test_noise_levels_without_a_table_take_no_other_scheduler() -> None:
    assert all(misfit(EDMEulerScheduler(), name, 10) is not None for name in _NAMES)


def test_a_named_scheduler_keeps_the_models_own_settings() -> None:
    own = FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=False)

    assert scheduler_of(own, _FLOW).config.shift == 3.0
    assert scheduler_of(own, None) is not own, "a fresh one for every forward batch"
