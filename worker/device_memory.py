"""How much memory models take: reckoned from their files before they are loaded, measured when they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil
import torch

from shared.catalog.inspection.safetensors_header import MalformedHeader, read_tensors
from worker.families.base import Device, ModelRef

_FLOAT_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
# The rest is for what forward batches take, which is much on a GPU and, on a host, shared with everything else.
_SHARE = {"cuda": 0.75, "cpu": 0.5}
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_DEEPEST = 5

T = TypeVar("T")


class DeviceMemory:
    """The memory of one device, as far as models are concerned."""

    def __init__(self, device: Device, budget: int | None = None) -> None:
        self._device = device
        self.budget = budget or int(_total(device) * _SHARE[device.type])
        """Bytes that resident models may take together."""

    def used(self) -> int:
        """Bytes that this process has taken by now: of the device, or of the host where that is the device."""
        if self._device.type == "cuda":
            return torch.cuda.memory_allocated(self._device.index)
        return int(psutil.Process().memory_info().rss)

    def estimate(self, ref: ModelRef) -> int:
        """Bytes that the model will take, by its files' headers and the precision it is loaded in."""
        offload = ref.options.get("offload", "none") if self._device.type == "cuda" else "none"
        if offload == "sequential":
            return 0
        width = _FLOAT_BYTES[ref.options.get("dtype") or self._device.dtype]
        sizes = [_size_of(path, width) for path in ref.path.rglob("*.safetensors")]
        # Of components that take turns, the largest is on the device.
        return max(sizes, default=0) if offload == "model" else sum(sizes)

    def measure(self, load: Callable[[], T]) -> tuple[T, int]:
        """What is loaded, and the bytes it takes: of the device, or of the networks' numbers on the host."""
        before = self.used()
        loaded = load()
        if self._device.type == "cuda":
            return loaded, max(0, self.used() - before)
        return loaded, weight_bytes(loaded)


def weight_bytes(loaded: object) -> int:
    """Bytes of every network's parameters and buffers within what a family loaded; shared ones count once."""
    storages = {
        tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes()
        for network in networks_of(loaded)
        for tensor in (*network.parameters(), *network.buffers())
    }
    return sum(storages.values())


def networks_of(loaded: object) -> list[torch.nn.Module]:
    """The networks within what a family loaded: a pipeline's components, the fields of a record."""
    return list(_networks_in(loaded, set(), _DEEPEST))


def _networks_in(value: Any, seen: set[int], depth: int) -> Iterator[torch.nn.Module]:
    if id(value) in seen or depth == 0:
        return
    seen.add(id(value))
    if isinstance(value, torch.nn.Module):
        yield value
        return
    for inner in _parts_of(value):
        yield from _networks_in(inner, seen, depth - 1)


def _parts_of(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name) for each in dataclasses.fields(value)]
    components = getattr(value, "components", None)
    if isinstance(components, Mapping):
        return list(components.values())
    # A family's own object around networks; a library's may refer to the whole process.
    is_own = type(value).__module__.startswith("worker.families.")
    return list(vars(value).values()) if is_own and hasattr(value, "__dict__") else []


def _size_of(path: Path, float_bytes: int) -> int:
    try:
        return read_tensors(path).size_as(float_bytes)
    except MalformedHeader:
        return path.stat().st_size


def _total(device: Device) -> int:
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device.index).total_memory)
    total = psutil.virtual_memory().total
    try:
        # A container's own limit, which the machine's size says nothing of.
        return min(total, int(_CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):
        return total
