"""Every row, in order."""

from __future__ import annotations

from tests.faults.row import Row
from tests.faults.rows import (
    row_01_web_dies_before_commit,
    row_02_web_dies_before_publish,
    row_03_one_key_fifty_times,
    row_04_same_key_other_body,
    row_05_message_lost,
    row_06_worker_killed,
    row_07_zombie,
    row_08_hung_device,
    row_09_poison_and_memory,
    row_10_redis_emptied,
    row_11_redis_frozen_or_full,
    row_12_forged_messages,
    row_13_postgres_lost,
    row_14_store_misbehaves,
    row_15_disk_full,
    row_16_receiver_misbehaves,
    row_17_forged_addresses,
    row_18_deploy,
    row_19_cancel_races_finish,
    row_20_other_workspaces,
)

ROWS: tuple[Row, ...] = (
    row_01_web_dies_before_commit.ROW,
    row_02_web_dies_before_publish.ROW,
    row_03_one_key_fifty_times.ROW,
    row_04_same_key_other_body.ROW,
    row_05_message_lost.ROW,
    row_06_worker_killed.ROW,
    row_07_zombie.ROW,
    row_08_hung_device.ROW,
    row_09_poison_and_memory.ROW,
    row_10_redis_emptied.ROW,
    row_11_redis_frozen_or_full.ROW,
    row_12_forged_messages.ROW,
    row_13_postgres_lost.ROW,
    row_14_store_misbehaves.ROW,
    row_15_disk_full.ROW,
    row_16_receiver_misbehaves.ROW,
    row_17_forged_addresses.ROW,
    row_18_deploy.ROW,
    row_19_cancel_races_finish.ROW,
    row_20_other_workspaces.ROW,
)
