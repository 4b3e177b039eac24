"""Every row, in order."""

from __future__ import annotations

from tests.faults.row import Row
from tests.faults.rows import (
    row_01_web_dies_before_commit,
    row_02_web_dies_before_publish,
    row_03_one_key_fifty_times,
    row_04_same_key_other_body,
    row_05_message_lost,
)

ROWS: tuple[Row, ...] = (
    row_01_web_dies_before_commit.ROW,
    row_02_web_dies_before_publish.ROW,
    row_03_one_key_fifty_times.ROW,
    row_04_same_key_other_body.ROW,
    row_05_message_lost.ROW,
)
