"""Load a model of the catalog and let it make one sample: ``python -m worker.check_model NAME --out DIR``.

One JSON object on standard output says what came of it; progress goes to standard error. The memory that it took is
written into the catalog.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from shared.catalog import repository
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model, ModelState
from shared.config import get_settings
from shared.db import session_scope
from shared.errors import BottegaError, GenerationFailed, NotFound
from shared.logging import configure_logging
from worker.catalog import check_weights, model_ref
from worker.device_memory import DeviceMemory
from worker.families.base import Device, Family
from worker.families.registry import FAMILY_RUNNERS
from worker.gpu_process import choose_device
from worker.media.base import Media
from worker.sample_input import sample_input


class ShownSteps:
    """A step control that says on standard error how far the sample is."""

    def step(self, done: int, total: int, *_: object, **__: object) -> frozenset[int]:
        """See ``StepControl``: nobody is ever dropped, and nothing is looked at on the way."""
        sys.stderr.write(f"step {done} of {total}" + ("\n" if done >= total else "\r"))
        sys.stderr.flush()
        return frozenset()


def main(arguments: Sequence[str]) -> int:
    """Check the model; 1 when it cannot be loaded or makes nothing."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    configure_logging("check", "console", logging.WARNING)
    try:
        answer = check_model(asked.name, asked.out, json.loads(asked.input))
    except BottegaError as error:
        sys.stdout.write(json.dumps({"code": error.code, "detail": error.message}))
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


def check_model(name: str, out: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Seconds, bytes and files. Raises ``BottegaError`` for a model that cannot be loaded or makes nothing."""
    device = choose_device(get_settings().device)
    memory = DeviceMemory(device)
    with session_scope() as session:
        model = repository.find(session, name)
        if model is None or model.state is ModelState.REMOVED:
            raise NotFound(f"There is no model {name!r} in the catalog.")
        ref = model_ref(session, model.id)
    check_weights(ref)
    family = FAMILY_RUNNERS[model.family]
    began = time.monotonic()
    loaded, size = memory.measure(lambda: family.load(ref, device))
    load_seconds = time.monotonic() - began
    job_input, media, seconds = _sample(family, loaded, model, given)
    files = [_write(out, name, index, each) for index, each in enumerate(media)]
    with session_scope() as session:
        repository.note_memory(session, model.id, size or model.memory_bytes)
    return {
        "name": name,
        "device": f"{device.type} {device.dtype}",
        "load_seconds": round(load_seconds, 3),
        "memory_bytes": size,
        "peak_bytes": _peak(device),
        "generate_seconds": round(seconds, 3),
        "input": job_input.model_dump(mode="json", exclude_none=True),
        "files": files,
    }


def _sample(
    family: Family[Any, Any], loaded: Any, model: Model, given: dict[str, Any]
) -> tuple[JobInput, Sequence[Media], float]:
    job_input = sample_input(model, given, lambda each: family.check(loaded, each))
    began = time.monotonic()
    (media,) = family.generate(loaded, [job_input], ShownSteps())
    if not media:
        raise GenerationFailed("The model gave nothing.")
    return job_input, media, time.monotonic() - began


def _write(out: Path, name: str, index: int, media: Media) -> str:
    encoded = media.encode()
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name.replace('/', '-')}-{index}.{encoded.extension}"
    path.write_bytes(encoded.body)
    return str(path)


def _peak(device: Device) -> int | None:
    """The most that the device's memory held; nothing on a host, whose processes share theirs."""
    return torch.cuda.max_memory_allocated(device.index) if device.type == "cuda" else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m worker.check_model", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--input", default="{}", help="a JSON object: input fields to try it with")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
