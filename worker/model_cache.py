"""The models this process holds in memory: as many as fit, least recently used ones let go first."""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

import torch

from shared.catalog.families import FamilyName
from shared.errors import BottegaError, ModelLoadFailed, OutOfDeviceMemory
from shared.logging import get_logger
from worker import metrics
from worker.families.base import Device, Family, ModelRef
from worker.load_watch import LoadWatch, Tell
from worker.residents import Resident

log = get_logger(__name__)

T = TypeVar("T")
Key = tuple[str, str]
"""A model's name and revision."""


class Memory(Protocol):
    """How much there is for models, and how much each takes. ``worker.device_memory`` has the real one."""

    budget: int

    def used(self) -> int:
        """Bytes taken by now."""
        ...

    def estimate(self, ref: ModelRef) -> int:
        """Bytes that a model is going to take."""
        ...

    def measure(self, load: Callable[[], T]) -> tuple[T, int]:
        """Load, and say how many bytes that took."""
        ...


class ModelCache:
    """Loads models on demand and keeps those that fit the memory's budget together."""

    def __init__(
        self,
        families: Mapping[FamilyName, Family[Any, Any]],
        device: Device,
        memory: Memory,
        on_use: Callable[[str], None] = lambda _name: None,
        before_load: Callable[[ModelRef], None] = lambda _ref: None,
    ) -> None:
        self._families = families
        self._device = device
        self._memory = memory
        self._on_use = on_use
        self._before_load = before_load
        self._residents: OrderedDict[Key, Resident] = OrderedDict()
        self._load_seconds: dict[Key, float] = {}
        self._sizes: dict[Key, int] = {}

    def get(self, ref: ModelRef, tell: Tell = lambda _loading: None) -> Resident:
        """The model, loaded; ``tell`` hears how far it is when that takes long. Raises ``ModelLoadFailed``."""
        key = (ref.name, ref.revision)
        resident = self._residents.pop(key, None) or self._load(ref, tell)
        self._residents[key] = resident
        self._on_use(ref.name)
        self._make_room(0, keep=1)
        return resident

    def fits_beside(self, ref: ModelRef) -> bool:
        """Whether the model would be loaded without letting go of another."""
        return self._taken() + self._expected(ref) <= self._memory.budget

    def loaded(self) -> list[UUID]:
        """The catalog's ids of the models in memory."""
        return [resident.ref.id for resident in list(self._residents.values()) if resident.ref.id is not None]

    def longest_load_seconds(self) -> float:
        """How long the slowest load of this process took."""
        return max(self._load_seconds.values(), default=0.0)

    def _taken(self) -> int:
        return sum(resident.size for resident in self._residents.values())

    def _expected(self, ref: ModelRef) -> int:
        """What it took the last time, or what its files say."""
        known = self._sizes.get((ref.name, ref.revision))
        return self._memory.estimate(ref) if known is None else known

    def _make_room(self, wanted: int, keep: int = 0) -> None:
        """Let go of the least recently used models until so many bytes fit, or only ``keep`` models are left."""
        while len(self._residents) > keep and self._taken() + wanted > self._memory.budget:
            _, let_go = self._residents.popitem(last=False)
            log.info("model_unloaded", model=let_go.ref.name, bytes=let_go.size)
            del let_go
            _free_memory()

    def _load(self, ref: ModelRef, tell: Tell) -> Resident:
        """Load a model beside the others or, where they leave too little room, instead of them."""
        self._before_load(ref)
        expected = self._expected(ref)
        self._make_room(expected)
        try:
            return self._load_once(ref, expected, tell)
        except OutOfDeviceMemory:
            if not self._residents:
                raise
        log.info("all_models_unloaded", models=[name for name, _ in self._residents], for_model=ref.name)
        self._residents.clear()
        _free_memory()
        return self._load_once(ref, expected, tell)

    def _load_once(self, ref: ModelRef, expected: int, tell: Tell) -> Resident:
        log.info("model_loading", model=ref.name, revision=ref.revision, expected_bytes=expected)
        key = (ref.name, ref.revision)
        try:
            family = self._families[ref.family]
            with LoadWatch(ref.name, expected, self._memory.used, tell):
                began = time.monotonic()
                with metrics.MODEL_LOAD_SECONDS.labels(ref.name).time():
                    loaded, size = self._memory.measure(lambda: family.load(ref, self._device))
                self._load_seconds[key] = time.monotonic() - began
        except BottegaError:
            raise
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory(f"The device has too little memory for the model {ref.name}.") from error
        except Exception as error:
            log.exception("model_load_failed", model=ref.name)
            raise ModelLoadFailed(f"The model {ref.name} could not be loaded: {error}") from error
        self._sizes[key] = size
        log.info("model_loaded", model=ref.name, bytes=size, seconds=round(self._load_seconds[key], 3))
        return Resident(ref, family, loaded, size)


def _free_memory() -> None:
    """Give back what nothing refers to any more, also to the device."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
