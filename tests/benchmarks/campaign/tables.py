"""The table of the benchmarks of batches: products with an id, a name, a claim and a price."""

from __future__ import annotations

import csv
import io

COLUMNS = ("custom_id", "name", "claim", "price")
MODEL = "null/text"
INPUT = {"prompt": "A {fresh|bold|calm} slogan for {name}: {claim}, at {price} euros", "max_new_tokens": 24}


def table(rows: int) -> bytes:
    """That many products as CSV, about 75 bytes each."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in range(1, rows + 1):
        claim = "picked by hand, high in the hills" if number % 2 else "dried in the shade for three days"
        writer.writerow([f"tea-{number}", f"Tea number {number}", claim, f"{number % 90 + 1}.99"])
    return file.getvalue().encode()
