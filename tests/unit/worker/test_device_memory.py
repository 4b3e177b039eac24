"""Models are kept as long as their bytes fit together; what is let go is gone from memory."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.catalog.families import FamilyName
from shared.errors import ModelLoadFailed
from tests.unit.shared.catalog.inspection.folders import safetensors
from worker.families.base import Device, ModelRef
from worker.model_cache import ModelCache

torch = pytest.importorskip("torch")
from worker.device_memory import DeviceMemory, networks_of, weight_bytes  # noqa: E402 - needs torch

NUMBERS = {"small": 1_000, "medium": 3_000, "large": 5_000}


@dataclass
class Held:
    """What a family makes of weights: a record around a network."""

    network: Any
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Networks:
    """A family whose models are as large as their files say."""

    name: FamilyName = FamilyName.TEXT
    loaded: list[str] = field(default_factory=list)
    alive: dict[str, weakref.ref[Any]] = field(default_factory=dict)
    at_load: Callable[[], object] = lambda: None

    def load(self, model: ModelRef, device: Device) -> Held:
        self.at_load()
        network = torch.nn.Linear(NUMBERS[model.name], 1, bias=False)
        self.loaded.append(model.name)
        self.alive[model.name] = weakref.ref(network)
        return Held(network)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not for loading")


@pytest.fixture
def family() -> Networks:
    return Networks()


def ref(folder: Path, name: str, **options: Any) -> ModelRef:
    path = folder / name
    safetensors(path / "model.safetensors", {"weight": (NUMBERS[name],)}, "F16")
    return ModelRef(name, FamilyName.TEXT, "1", path, options=options)


def cache(family: Networks, budget: int) -> ModelCache:
    return ModelCache({FamilyName.TEXT: family}, Device(), DeviceMemory(Device(), budget))


def living(family: Networks) -> set[str]:
    gc.collect()
    return {name for name, network in family.alive.items() if network() is not None}


def test_several_models_stay_when_their_bytes_fit_together(tmp_path: Path, family: Networks) -> None:
    models = cache(family, 4 * 4_000)
    for name in ("small", "medium", "small", "medium"):
        models.get(ref(tmp_path, name))

    assert family.loaded == ["small", "medium"]


def test_room_is_made_before_a_load_and_what_is_let_go_leaves_no_memory(tmp_path: Path, family: Networks) -> None:
    models = cache(family, 4 * 6_000)
    for name in ("small", "medium", "small"):
        models.get(ref(tmp_path, name))
    seen: list[set[str]] = []
    family.at_load = lambda: seen.append(living(family))

    models.get(ref(tmp_path, "large"))

    assert seen == [{"small"}], "the one used longest ago is gone before the new one comes, the other fits beside it"
    assert living(family) == {"small", "large"}


def test_a_model_larger_than_the_budget_is_loaded_alone(tmp_path: Path, family: Networks) -> None:
    models = cache(family, 4 * 2_000)
    models.get(ref(tmp_path, "small"))
    models.get(ref(tmp_path, "large"))

    assert living(family) == {"large"}


def test_a_model_is_reckoned_in_the_precision_that_it_is_loaded_in(tmp_path: Path) -> None:
    memory = DeviceMemory(Device())

    assert memory.estimate(ref(tmp_path, "small")) == 4_000
    assert memory.estimate(ref(tmp_path, "small", dtype="bfloat16")) == 2_000
    assert memory.estimate(ref(tmp_path, "small", offload="sequential")) == 4_000, "a host has nowhere to offload to"


def test_whether_a_model_fits_beside_the_others_is_known_before_it_is_loaded(tmp_path: Path, family: Networks) -> None:
    models = cache(family, 4 * 4_000)
    models.get(ref(tmp_path, "small"))

    assert models.fits_beside(ref(tmp_path, "medium"))
    assert not models.fits_beside(ref(tmp_path, "large"))


def test_networks_are_found_wherever_a_family_keeps_them_and_shared_weights_count_once() -> None:
    one, other = torch.nn.Linear(10, 10, bias=False), torch.nn.Linear(10, 5, bias=False)
    tied = torch.nn.Linear(10, 10, bias=False)
    tied.weight = one.weight
    held = Held(one, {"parts": [other, (tied,)], "again": one})

    assert {id(network) for network in networks_of(held)} == {id(one), id(other), id(tied)}
    assert weight_bytes(held) == 4 * (100 + 50)


def test_weights_that_are_not_as_the_revision_says_are_not_loaded(tmp_path: Path, family: Networks) -> None:
    def refuse(ref: ModelRef) -> None:
        raise ModelLoadFailed(f"{ref.name} has changed")

    models = ModelCache({FamilyName.TEXT: family}, Device(), DeviceMemory(Device()), before_load=refuse)

    with pytest.raises(ModelLoadFailed, match="small has changed"):
        models.get(ref(tmp_path, "small"))
    assert family.loaded == []


def test_a_load_that_takes_long_says_how_far_it_is(tmp_path: Path, family: Networks) -> None:
    told: list[dict[str, Any]] = []
    heard = threading.Event()

    def hear(loading: dict[str, Any]) -> None:
        told.append(loading)
        heard.set()

    family.at_load = lambda: heard.wait(30)

    cache(family, 10**9).get(ref(tmp_path, "large"), hear)

    assert (told[0]["model"], told[0]["total_bytes"]) == ("large", 20_000)
    assert 0 <= told[0]["bytes"] <= 20_000
    assert told[0]["seconds"] > 0


def test_a_load_that_takes_no_time_says_nothing(tmp_path: Path, family: Networks) -> None:
    told: list[dict[str, Any]] = []
    cache(family, 10**9).get(ref(tmp_path, "small"), told.append)

    assert told == []
