"""A training run goes on from its checkpoint as if it had never stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from worker.starter.shapes import gan_recipe, vae_recipe
from worker.starter.shapes.dataset import rendered
from worker.starter.shapes.run import Run

CPU = torch.device("cpu")


class Stopped(Exception):
    """The machine was switched off."""


def stop_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    record = Run.record

    def record_and_stop(run: Run, terms: dict[str, float]) -> None:
        record(run, terms)
        if run.step == step:
            run.save()
            raise Stopped

    monkeypatch.setattr(Run, "record", record_and_stop)


@pytest.mark.parametrize("train", [vae_recipe.train, gan_recipe.train], ids=["vae", "gan"])
def test_a_run_that_was_stopped_gives_the_weights_of_one_that_was_not(
    train: Callable[[Path, int, int, torch.device], nn.Module], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(tmp_path / "whole", 4, 64, CPU).state_dict()
    stop_at(monkeypatch, 2)
    with pytest.raises(Stopped):
        train(tmp_path / "stopped", 4, 64, CPU)
    monkeypatch.undo()
    resumed = train(tmp_path / "stopped", 4, 64, CPU).state_dict()

    assert all(torch.equal(resumed[name], tensor) for name, tensor in whole.items())


def test_the_same_seed_renders_the_same_pictures() -> None:
    first, again, other = rendered(6, 1), rendered(6, 1), rendered(6, 2)
    assert first.shape == (6, 3, 64, 64)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert len({picture.numpy().tobytes() for picture in first}) == 6
