"""The models this process holds in memory, least recently used ones let go first."""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import torch

from shared.catalog.families import FamilyName
from shared.errors import BottegaError, ModelLoadFailed, OutOfDeviceMemory
from shared.logging import get_logger
from worker import metrics
from worker.families.base import Device, Family, ModelRef

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Resident:
    """A model in memory."""

    ref: ModelRef
    family: Family[Any, Any]
    loaded: Any


class ModelCache:
    """Loads models on demand and keeps ``capacity`` of them."""

    def __init__(
        self,
        families: Mapping[FamilyName, Family[Any, Any]],
        device: Device,
        capacity: int = 4,
        on_use: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._families = families
        self._device = device
        self._capacity = capacity
        self._on_use = on_use
        self._residents: OrderedDict[tuple[str, str], Resident] = OrderedDict()
        self._load_seconds: dict[tuple[str, str], float] = {}

    def get(self, ref: ModelRef) -> Resident:
        """The model, loaded. Raises ``ModelLoadFailed``."""
        key = (ref.name, ref.revision)
        resident = self._residents.pop(key, None) or self._load(ref)
        self._residents[key] = resident
        self._on_use(ref.name)
        while len(self._residents) > self._capacity:
            _, let_go = self._residents.popitem(last=False)
            log.info("model_unloaded", model=let_go.ref.name)
            del let_go
            _free_memory()
        return resident

    def loaded(self) -> list[UUID]:
        """The catalog's ids of the models in memory."""
        return [resident.ref.id for resident in list(self._residents.values()) if resident.ref.id is not None]

    def longest_load_seconds(self) -> float:
        """How long the slowest load of this process took."""
        return max(self._load_seconds.values(), default=0.0)

    def _load(self, ref: ModelRef) -> Resident:
        """Load a model beside the others or, where they leave too little room, instead of them."""
        try:
            return self._load_once(ref)
        except OutOfDeviceMemory:
            if not self._residents:
                raise
        log.info("all_models_unloaded", models=[name for name, _ in self._residents], for_model=ref.name)
        self._residents.clear()
        _free_memory()
        return self._load_once(ref)

    def _load_once(self, ref: ModelRef) -> Resident:
        log.info("model_loading", model=ref.name, revision=ref.revision)
        family = self._families[ref.family]
        began = time.monotonic()
        try:
            with metrics.MODEL_LOAD_SECONDS.labels(ref.name).time():
                loaded = family.load(ref, self._device)
            self._load_seconds[ref.name, ref.revision] = time.monotonic() - began
        except BottegaError:
            raise
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory(f"The device has too little memory for the model {ref.name}.") from error
        except Exception as error:
            log.exception("model_load_failed", model=ref.name)
            raise ModelLoadFailed(f"The model {ref.name} could not be loaded: {error}") from error
        return Resident(ref, family, loaded)


def _free_memory() -> None:
    """Give back what nothing refers to any more, also to the device."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
