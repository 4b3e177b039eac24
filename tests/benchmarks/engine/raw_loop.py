"""A loop around a warm model and nothing else: ``python -m tests.benchmarks.engine.raw_loop images 64 1 2 4 8 16``.

Prints one JSON object: items a second by batch size. The outputs are kept nowhere.
"""

from __future__ import annotations

import json
import sys
import time

from tests.benchmarks.engine.plain_models import PLAIN_MODELS, PlainModel


def main(kind: str, items: int, batch_sizes: list[int]) -> None:
    """Measure each batch size after one batch to warm up."""
    model: PlainModel = PLAIN_MODELS[kind]()
    print(json.dumps({size: _items_a_second(model, items, size) for size in batch_sizes}))


def _items_a_second(model: PlainModel, items: int, size: int) -> float:
    model.generate(range(size))
    began = time.perf_counter()
    for first in range(0, items, size):
        model.generate(range(first, first + size))
    return items / (time.perf_counter() - began)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [int(size) for size in sys.argv[3:]])
