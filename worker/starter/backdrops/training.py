"""A training run bounded by time: its schedule, its loss curve and its checkpoint on disk."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from PIL import Image, ImageDraw


class Stateful(Protocol):
    """What a checkpoint can hold: modules and optimisers."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any: ...


class Training:
    """Counts steps and seconds, remembers the loss, and saves and restores everything it was given.

    The schedule runs on the share of the time budget spent, so that a slow machine ends its run with
    a small learning rate too, after fewer steps.
    """

    SAVE_EVERY = 60.0

    def __init__(self, folder: Path, name: str, seconds: float, parts: Mapping[str, Stateful]) -> None:
        self.path = folder / f"{name}.pt"
        self.name = name
        self.budget = seconds
        self.parts = parts
        self.step = 0
        self.spent = 0.0
        self.smooth: float | None = None
        self.curve: list[tuple[float, int, float]] = []
        self._tick = self._saved = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self) -> bool:
        """Restore the last checkpoint; False when there is none."""
        if not self.path.exists():
            return False
        saved = torch.load(self.path, map_location="cpu", weights_only=True)
        for name, part in self.parts.items():
            part.load_state_dict(saved["parts"][name])
        self.step, self.spent, self.smooth = saved["step"], saved["spent"], saved["smooth"]
        self.curve = [(float(a), int(b), float(c)) for a, b, c in saved["curve"]]
        return True

    def begin(self) -> None:
        """Start the clock now: what was prepared before does not count against the budget."""
        self._tick = self._saved = time.monotonic()

    @property
    def share(self) -> float:
        """Share of the time budget spent, 0 to 1."""
        return min(1.0, self.spent / self.budget)

    @property
    def finished(self) -> bool:
        return self.spent >= self.budget

    def rate(self, peak: float, hold: float = 0.4) -> float:
        """Learning rate now: a short warm-up, level until ``hold``, then linear to nearly zero."""
        return peak * min(1.0, (self.step + 1) / 80) * min(1.0, (1.001 - self.share) / (1 - hold))

    def record(self, loss: float) -> None:
        """Close one step; print and keep the smoothed loss now and then, save once a minute."""
        now = time.monotonic()
        self.spent += now - self._tick
        self._tick = now
        self.step += 1
        self.smooth = loss if self.smooth is None else 0.98 * self.smooth + 0.02 * loss
        if self.step % 100 == 0:
            self.curve.append((round(self.spent, 1), self.step, round(self.smooth, 5)))
            print(f"{self.name} {self.spent:7.1f}s step {self.step} loss {self.smooth:.4f}", flush=True)
        if now - self._saved > self.SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Write the checkpoint (atomically) and the curve."""
        state = {
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "step": self.step,
            "spent": self.spent,
            "smooth": self.smooth,
            "curve": self.curve,
        }
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)
        self.path.with_suffix(".json").write_text(json.dumps(self.curve))
        _plot(self.curve, self.path.with_suffix(".png"))
        self._tick = self._saved = time.monotonic()


def _plot(curve: list[tuple[float, int, float]], path: Path) -> None:
    """Draw the loss over time, 480 by 270 pixels."""
    if len(curve) < 2:
        return
    image = Image.new("RGB", (480, 270), "white")
    pen = ImageDraw.Draw(image)
    losses = [loss for _, _, loss in curve]
    low, high, end = min(losses), max(losses), curve[-1][0]
    points = [(20 + 440 * t / (end + 1e-9), 250 - 230 * (loss - low) / (high - low + 1e-9)) for t, _, loss in curve]
    pen.line(points, fill=(30, 90, 200), width=2)
    pen.text((24, 4), f"loss {high:.4f} to {low:.4f} over {end:.0f} s", fill="black")
    image.save(path)
