from pathlib import Path

import pytest
import torch
from torch import nn

from worker.starter.backdrops.muon import Muon, orthogonalise
from worker.starter.backdrops.training import Training


def test_a_training_goes_on_where_its_checkpoint_ended(tmp_path: Path) -> None:
    layer = nn.Linear(2, 2)
    first = Training(tmp_path, "line", 1000.0, {"layer": layer})
    for _ in range(200):
        first.record(0.5)
    first.save()
    other = nn.Linear(2, 2)
    second = Training(tmp_path, "line", 1000.0, {"layer": other})
    assert second.resume()
    assert (second.step, second.spent) == (200, first.spent)
    assert second.smooth == pytest.approx(0.5)
    assert torch.equal(other.weight, layer.weight)
    assert (tmp_path / "line.png").exists()


def test_a_training_without_a_checkpoint_starts_at_zero(tmp_path: Path) -> None:
    training = Training(tmp_path, "line", 10.0, {})
    assert not training.resume()
    assert training.step == 0
    assert not training.finished


def test_the_learning_rate_ends_near_zero(tmp_path: Path) -> None:
    training = Training(tmp_path, "line", 10.0, {})
    training.step = 1000
    rates = []
    for spent in (0.0, 4.0, 7.0, 10.0):
        training.spent = spent
        rates.append(training.rate(1.0, hold=0.4))
    assert rates[0] == rates[1] == 1.0
    assert rates[2] == pytest.approx(0.5, abs=0.01)
    assert rates[3] < 0.01
    assert training.finished


@pytest.mark.parametrize("shape", [(8, 24), (24, 8), (8, 8)])
def test_orthogonalised_matrices_stretch_all_directions_alike(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    stretch = torch.linalg.svdvals(orthogonalise(torch.randn(shape)).float())
    assert stretch.min() > 0.5
    assert stretch.max() < 1.4


def test_muon_fits_a_linear_map() -> None:
    torch.manual_seed(0)
    target, layer = torch.randn(6, 6), nn.Linear(6, 6, bias=False)
    optimiser = Muon(layer.parameters(), lr=0.05)
    for _ in range(300):
        loss = (layer.weight - target).square().mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    assert (layer.weight - target).abs().max() < 0.2
