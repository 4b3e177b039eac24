"""Tokens are drawn with each row's own generator, the same however many are drawn beside it."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from worker.families.decoding.seeded_sampling import SeededDraw

STEPS = 150


def drawing(seeds: Sequence[int]) -> SeededDraw:
    return SeededDraw([torch.Generator().manual_seed(seed) for seed in seeds])


def scores() -> torch.Tensor:
    return torch.randn(STEPS, 4, 50, generator=torch.Generator().manual_seed(1))


def test_the_numbers_are_those_that_a_generator_gives_one_by_one() -> None:
    drawn = drawing([7])
    generator = torch.Generator().manual_seed(7)
    for step in scores():
        cumulated = step[:1].double().softmax(-1).cumsum(-1)
        level = torch.rand(1, generator=generator, dtype=torch.float64) * cumulated[:, -1:]
        assert drawn.draw(step[:1]).tolist() == torch.searchsorted(cumulated, level, right=True).tolist()


def test_a_row_draws_the_same_after_others_have_left() -> None:
    together, alone = drawing([1, 2, 3, 4]), drawing([3])
    rows = [0, 1, 2, 3]
    for at, step in enumerate(scores()):
        if at in {20, 90}:
            kept = [index for index, row in enumerate(rows) if row != 0 and (at == 20 or row == 2)]
            together.keep(kept)
            rows = [rows[index] for index in kept]
        assert together.draw(step[rows])[rows.index(2)].tolist() == alone.draw(step[2:3])[0].tolist()


def test_a_token_without_probability_is_never_drawn() -> None:
    step = torch.full((1, 50), float("-inf"))
    step[0, [3, 17]] = 0.0
    drawn = drawing([5])
    assert {int(drawn.draw(step)) for _ in range(STEPS)} == {3, 17}
