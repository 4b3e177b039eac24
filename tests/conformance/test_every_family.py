"""What every family promises, kept by one suite: a family is new here with an entry in ``families.CASES``."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from shared.catalog.wording import problems_of
from shared.errors import ForwardBatchInterrupted
from shared.queue.names import QueueName
from tests.conformance.differences import difference
from tests.conformance.families import CASES, Case
from tests.conformance.step_controls import Steps
from worker.device_memory import networks_of, weight_bytes
from worker.families.base import Device, Family, ModelRef
from worker.families.registry import FAMILY_RUNNERS
from worker.media.base import Media
from worker.sample_input import attach_samples

_AT_ONCE = 3


@dataclass(frozen=True)
class Subject:
    """A family with its model loaded."""

    name: FamilyName
    family: Family[Any, Any]
    case: Case
    loaded: Any

    def input(self, member: int) -> JobInput:
        job_input = FAMILIES[self.name].input_type.model_validate(self.case.job(member))
        attach_samples(job_input)
        self.family.check(self.loaded, job_input)
        return job_input

    def generate(self, *inputs: JobInput, control: Steps | None = None) -> list[list[Media]]:
        return self.family.generate(self.loaded, inputs, control or Steps())

    def alone(self, member: int) -> list[Media]:
        (media,) = self.generate(self.input(member))
        return media

    def several(self) -> list[JobInput]:
        """As many jobs as may share a forward batch, of different prompts and seeds."""
        inputs = [self.input(member) for member in range(_AT_ONCE)]
        assert len({each.batch_shape() for each in inputs}) == 1
        return inputs[: self.family.max_batch(self.loaded, inputs[0])]


def load(name: FamilyName, folder: Path) -> Any:
    """The family's tiny model, saved and read again by its path."""
    built = CASES[name.value].build(folder)
    path = built if isinstance(built, Path) else folder
    return FAMILY_RUNNERS[name].load(ModelRef(f"tiny/{name}", name, "0" * 64, path), Device())


@pytest.fixture(scope="module", params=list(FAMILY_RUNNERS), ids=str)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    name: FamilyName = request.param
    return Subject(name, FAMILY_RUNNERS[name], CASES[name.value], load(name, tmp_path_factory.mktemp(name.value)))


def test_every_family_that_is_run_is_tried_here() -> None:
    assert {name.value for name in FAMILY_RUNNERS} - CASES.keys() == set()
    assert {name for name, spec in FAMILIES.items() if spec.queue is QueueName.GENERATION} == set(FAMILY_RUNNERS)


def test_the_outputs_are_those_that_the_family_announces(subject: Subject) -> None:
    media = subject.alone(0)

    assert len(media) == len(FAMILIES[subject.name].output_kinds) == subject.input(0).output_count()


def test_bad_input_is_refused_before_it_is_accepted_naming_the_field(subject: Subject) -> None:
    name, value = subject.case.refused
    with pytest.raises(ValidationError) as refused:
        FAMILIES[subject.name].input_type.model_validate({**subject.case.job(0), name: value})

    assert {problem.path for problem in problems_of(refused.value, "input")} == {f"input.{name}"}


def test_the_same_seed_gives_the_same_file_byte_for_byte(subject: Subject) -> None:
    first, again = subject.alone(0), subject.alone(0)

    assert [media.encode().body for media in first] == [media.encode().body for media in again]


def test_another_seed_gives_something_else_where_anything_is_drawn(subject: Subject) -> None:
    if subject.case.outcome != "differs":
        pytest.skip("nothing is drawn at random by default")
    other = subject.input(0).model_copy(update={"seed": 99})
    attach_samples(other)
    (media,) = subject.generate(other)

    assert difference(subject.alone(0), media) > 0, "and the same seed's are the same byte for byte"


def test_a_member_of_a_batch_gets_what_it_would_get_alone(subject: Subject) -> None:
    inputs = subject.several()
    alone = [subject.alone(member) for member in range(len(inputs))]
    together = subject.generate(*inputs)
    backwards = subject.generate(*inputs[::-1])[::-1]

    assert max(difference(*pair) for pair in zip(alone, together, strict=True)) <= subject.case.tolerance
    assert max(difference(*pair) for pair in zip(alone, backwards, strict=True)) <= subject.case.tolerance


def test_progress_never_goes_back_and_ends_at_the_total(subject: Subject) -> None:
    control = Steps()
    subject.generate(subject.input(0), control=control)

    done = [step for step, _ in control.said]
    (total,) = {total for _, total in control.said}
    assert done == sorted(done)
    assert done[0] >= 0
    assert done[-1] <= total if subject.case.may_end_early else done[-1] == total


def test_a_canceled_member_gets_nothing_and_its_neighbour_what_it_would_get_alone(subject: Subject) -> None:
    inputs = subject.several()
    if len(inputs) < 2:
        pytest.skip("this family runs its jobs one by one")
    dropped, kept = subject.generate(*inputs[:2], control=Steps(drop=frozenset({0})))

    assert list(dropped) == []
    assert difference(kept, subject.alone(1)) <= subject.case.tolerance


def test_a_canceled_batch_ends_within_the_step_and_the_model_goes_on(subject: Subject) -> None:
    before = subject.alone(0)
    control = Steps(interrupt_at=1)
    with pytest.raises(ForwardBatchInterrupted):
        subject.generate(*subject.several(), control=control)

    assert len(control.said) == 1
    assert difference(before, subject.alone(0)) == 0


def test_what_is_let_go_leaves_no_network_in_memory(subject: Subject, tmp_path: Path) -> None:
    loaded = load(subject.name, tmp_path)
    networks: Sequence[Any] = networks_of(loaded)
    assert weight_bytes(loaded) > 0, "the memory that a model takes can be measured"
    alive = [weakref.ref(network) for network in networks]
    job_input = subject.input(0)
    FAMILY_RUNNERS[subject.name].generate(loaded, [job_input], Steps())

    del loaded, networks
    gc.collect()
    assert [network for each in alive if (network := each()) is not None] == []
