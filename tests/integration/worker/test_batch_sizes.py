"""The size of forward batches is measured, converges, is remembered, and never exceeds what fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from worker.batch_sizes import BatchSizes

pytestmark = pytest.mark.usefixtures("database")

SHAPE = "model@revision:shape"


def settle(sizes: BatchSizes, seconds_of: Callable[[int], float], most: int, turns: int = 40) -> list[int]:
    """Run forward batches of the size asked for; the sizes, in order."""
    run = []
    for _ in range(turns):
        size = sizes.size(SHAPE, most)
        sizes.add(SHAPE, size, seconds_of(size))
        run.append(size)
    return run


@pytest.mark.parametrize(
    ("seconds_of", "most", "best"),
    [
        (lambda size: 1 + 0.01 * size, 64, 64),
        (lambda size: 1.0 * size, 64, 1),
        (lambda size: 1.0 if size <= 8 else size / 4, 64, 8),
        (lambda size: 1 + 0.01 * size, 20, 16),
        (lambda size: 1 + 0.01 * size, 1, 1),
        (lambda size: 1 + 0.01 * size, 3, 2),
    ],
    ids=["large batches pay", "batches do not pay", "a knee at 8", "not a power of two", "one fits", "three fit"],
)
def test_the_size_with_the_least_time_a_member_is_found(
    seconds_of: Callable[[int], float], most: int, best: int
) -> None:
    run = settle(BatchSizes("device"), seconds_of, most)

    assert run[-20:] == [best] * 20
    assert max(run) <= most


def test_a_first_batch_that_warms_up_does_not_decide() -> None:
    sizes, seen = BatchSizes("device"), set()

    def seconds_of(size: int) -> float:
        warm_up = 0 if size in seen else 10
        seen.add(size)
        return warm_up + 1 + 0.01 * size

    assert settle(sizes, seconds_of, 16)[-1] == 16


def test_what_ran_out_of_memory_is_not_tried_again_even_by_another_process() -> None:
    sizes = BatchSizes("device")
    assert sizes.size(SHAPE, 64) == 4
    sizes.add(SHAPE, 4, 1)
    sizes.add(SHAPE, 4, 1)
    assert sizes.size(SHAPE, 64) == 8
    sizes.too_large(SHAPE, 8)
    assert max(settle(sizes, lambda size: 1 + 0.01 * size, 64)) == 4
    sizes.save(now=True)

    assert max(settle(BatchSizes("device"), lambda size: 1 + 0.01 * size, 64)) == 4
    assert max(settle(BatchSizes("a larger device"), lambda size: 1 + 0.01 * size, 64)) == 64


def test_another_process_on_an_equal_device_begins_where_this_one_ended() -> None:
    sizes = BatchSizes("device")
    settle(sizes, lambda size: 1 + 0.01 * size, 32)
    sizes.save(now=True)

    assert BatchSizes("device").size(SHAPE, 32) == 32


def test_a_batch_that_was_not_full_teaches_nothing() -> None:
    sizes = BatchSizes("device")
    assert sizes.size(SHAPE, 16) == 4
    sizes.add(SHAPE, 3, 0.001)

    assert sizes.known() == {SHAPE: 4}
