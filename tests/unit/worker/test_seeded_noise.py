"""Noise of a job's own stands in for the global generator's."""

from __future__ import annotations

import torch

from worker.families.speech.seeded_noise import SeededNoise


def drawn(seed: int) -> list[torch.Tensor]:
    with SeededNoise(torch.Generator().manual_seed(seed)):
        return [torch.randn(2, 3), torch.randn((4,)), torch.randn_like(torch.zeros(5, dtype=torch.float16))]


def test_noise_is_that_of_the_generator_whatever_the_global_one_has_drawn() -> None:
    torch.manual_seed(1)
    first = drawn(7)
    torch.manual_seed(2)
    again, other = drawn(7), drawn(8)

    assert [tuple(each.shape) for each in first] == [(2, 3), (4,), (5,)]
    assert [each.dtype for each in first] == [torch.float32, torch.float32, torch.float16]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first, other, strict=True))
    expected = torch.empty(2, 3).normal_(generator=torch.Generator().manual_seed(7))
    assert torch.equal(first[0], expected)


def test_the_global_generator_is_left_alone() -> None:
    torch.manual_seed(3)
    untouched = torch.randn(4)
    torch.manual_seed(3)
    drawn(7)
    assert torch.equal(torch.randn(4), untouched)
