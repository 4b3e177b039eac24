"""The models in memory: loaded once, let go in order, and alone where there is no room for two."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.catalog.families import FamilyName
from shared.errors import ModelLoadFailed, OutOfDeviceMemory
from tests.model_slots import Slots
from worker.families.base import Device, ModelRef
from worker.model_cache import ModelCache

torch = pytest.importorskip("torch")


@dataclass
class Loader:
    """A family that can only load, and has room for so many."""

    name: FamilyName = FamilyName.TEXT
    loaded: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def load(self, model: ModelRef, device: Device) -> str:
        self.loaded.append(f"{model.name}@{model.revision}")
        if self.failures:
            raise self.failures.pop(0)
        return model.name

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not for loading")


@pytest.fixture
def loader() -> Loader:
    return Loader()


def ref(name: str, revision: str = "1") -> ModelRef:
    return ModelRef(name, FamilyName.TEXT, revision, Path("weights"))


def cache(loader: Loader, capacity: int = 2) -> ModelCache:
    return ModelCache({FamilyName.TEXT: loader}, Device(), Slots(capacity))


def test_a_model_is_loaded_once(loader: Loader) -> None:
    models = cache(loader)

    assert models.get(ref("a")) is models.get(ref("a"))
    assert loader.loaded == ["a@1"]


def test_other_weights_of_one_name_are_another_model(loader: Loader) -> None:
    models = cache(loader)
    models.get(ref("a", "1"))
    models.get(ref("a", "2"))

    assert loader.loaded == ["a@1", "a@2"]


def test_the_least_recently_used_model_is_let_go_first(loader: Loader) -> None:
    models = cache(loader)
    for name in ("a", "b", "a", "c", "a", "b"):
        models.get(ref(name))

    assert loader.loaded == ["a@1", "b@1", "c@1", "b@1"]


def test_what_cannot_be_loaded_says_which_and_why_and_is_tried_again_next_time(loader: Loader) -> None:
    loader.failures = [OSError("no such file: config.json")]
    models = cache(loader)

    with pytest.raises(ModelLoadFailed, match=r"a could not be loaded: no such file"):
        models.get(ref("a"))
    assert models.get(ref("a")).loaded == "a"


def test_a_model_that_does_not_fit_beside_the_others_is_loaded_instead_of_them(loader: Loader) -> None:
    models = cache(loader, capacity=4)
    models.get(ref("small"))
    loader.failures = [torch.OutOfMemoryError("CUDA out of memory")]

    assert models.get(ref("large")).loaded == "large"
    models.get(ref("small"))
    assert loader.loaded == ["small@1", "large@1", "large@1", "small@1"]


def test_a_model_that_does_not_fit_alone_is_reported_as_too_large(loader: Loader) -> None:
    loader.failures = [torch.OutOfMemoryError("CUDA out of memory")]

    with pytest.raises(OutOfDeviceMemory, match="the model huge"):
        cache(loader).get(ref("huge"))
    assert len(loader.loaded) == 1
