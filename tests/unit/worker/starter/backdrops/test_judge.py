import pytest

from worker.starter.backdrops.evaluate import wilson
from worker.starter.backdrops.judge import WEIGHTS, accuracy, load_judge


def test_the_judge_recognises_fresh_renders() -> None:
    scene, colour = accuracy(load_judge(), seed=91_003, count=160)
    assert scene >= 0.95
    assert colour >= 0.90


def test_the_judges_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 1_000_000


def test_the_wilson_interval_agrees_with_published_values() -> None:
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
