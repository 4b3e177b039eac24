"""A training run of a given number of steps: its curves, its checkpoint, and going on from there as if nothing had been.

The number of steps is what is given, not the time, so that the same seed gives the same weights on the same machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from PIL import Image, ImageDraw

_EVERY_STEPS = 50
_SAVE_SECONDS = 60.0
_PANEL = (480, 150)


class Stateful(Protocol):
    """What a checkpoint can hold: modules and optimisers."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any: ...


class Run:
    """Counts steps, keeps the smoothed terms of the loss, saves and restores its parts and the random numbers."""

    def __init__(self, folder: Path, name: str, steps: int, parts: Mapping[str, Stateful]) -> None:
        self.steps = steps
        self.step = 0
        self.curve: list[dict[str, float]] = []
        self._path = folder / f"{name}.pt"
        self._parts = parts
        self._smooth: dict[str, float] = {}
        self._saved = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def finished(self) -> bool:
        return self.step >= self.steps

    def rate(self, peak: float, hold: float) -> float:
        """Learning rate now: a short warm-up, level for the share ``hold`` of the steps, then down to nearly nothing."""
        left = (1.01 - self.step / self.steps) / (1 - hold)
        return peak * min(1.0, (self.step + 1) / 100) * min(1.0, left)

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        if not self._path.exists():
            return
        saved = torch.load(self._path, map_location="cpu", weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(saved["parts"][name])
        torch.set_rng_state(saved["random"])
        self.step, self.curve, self._smooth = saved["step"], saved["curve"], saved["smooth"]

    def record(self, terms: Mapping[str, float]) -> None:
        """Close one step; keep a point of the curves now and then, save once a minute."""
        self.step += 1
        self._smooth = {name: 0.98 * self._smooth.get(name, value) + 0.02 * value for name, value in terms.items()}
        if self.step % _EVERY_STEPS == 0:
            self.curve.append({"step": self.step, **{name: round(value, 4) for name, value in self._smooth.items()}})
        if time.monotonic() - self._saved > _SAVE_SECONDS:
            self.save()

    def save(self) -> None:
        """Write the checkpoint, which replaces the last one only when it is whole, and the curves."""
        state = {
            "parts": {name: part.state_dict() for name, part in self._parts.items()},
            "random": torch.get_rng_state(),
            "step": self.step,
            "curve": self.curve,
            "smooth": self._smooth,
        }
        partial = self._path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._path)
        self._path.with_suffix(".json").write_text(json.dumps(self.curve) + "\n")
        if len(self.curve) > 1:
            _plot(self.curve).save(self._path.with_suffix(".png"))
            print(self.curve[-1], flush=True)
        self._saved = time.monotonic()


def _plot(curve: list[dict[str, float]]) -> Image.Image:
    """One panel a term, over the steps."""
    width, height = _PANEL
    names = [name for name in curve[0] if name != "step"]
    image = Image.new("RGB", (width, height * len(names)), "white")
    pen = ImageDraw.Draw(image)
    for panel, name in enumerate(names):
        values = [point[name] for point in curve]
        low, high = min(values), max(values)
        top, deep = panel * height + 20, height - 30
        points = [
            (
                10 + (width - 20) * point["step"] / curve[-1]["step"],
                top + deep * (1 - (value - low) / (high - low + 1e-9)),
            )
            for point, value in zip(curve, values, strict=True)
        ]
        pen.line(points, fill=(30, 90, 200), width=2)
        pen.text((10, panel * height + 4), f"{name}: {values[0]:.3f} to {values[-1]:.3f}", fill="black")
    return image
