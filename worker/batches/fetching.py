"""Fetch the pictures that cells name by their address, and keep them as uploads: a broken link is a bad cell."""

from __future__ import annotations

import tempfile
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import BinaryIO, cast
from uuid import UUID

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.batches import claims
from shared.batches.claims import Held
from shared.campaigns.pictures import FOUND, REFUSED, is_address
from shared.db import session_scope
from shared.errors import BottegaError, InputRefused
from shared.storage.base import ObjectStore
from shared.storage.formats import SIZE_CAPS, FileKind
from shared.tables.rows import Row
from shared.webhooks.address_policy import get_policy
from worker.batches.download import DownloadFailed, download
from worker.batches.slices import Slice

_AT_ONCE = 8
_RENEW_SECONDS = 5.0
# A table names one picture in many rows.
_KNOWN_SECONDS = 600.0
_KNOWN_AT_MOST = 10_000
_known: OrderedDict[tuple[UUID, str], tuple[UUID, float]] = OrderedDict()


class FetchingInterrupted(BottegaError):
    """The worker stops; the pictures are fetched by another one."""

    code = "interrupted"


def with_fetched_pictures(
    held: Held, store: ObjectStore, rows: Sequence[Row], columns: Collection[str], work: Slice
) -> Sequence[Row]:
    """The rows with an upload's id for every address in these columns, or the reason why there is none.

    The lease is renewed meanwhile. Raises ``LeaseLost``, ``FetchingInterrupted`` and what the store raises.
    """
    wanted = {
        address
        for row in rows
        for column in columns
        if is_address(address := row.cells.get(column, "").strip()) and FOUND + column not in row.cells
    }
    if not wanted:
        return rows
    fetched = _fetch_all(held, store, sorted(wanted), work)
    return [_with(row, columns, fetched) for row in rows]


def _with(row: Row, columns: Collection[str], fetched: dict[str, UUID | str]) -> Row:
    added = {}
    for column in columns:
        result = fetched.get(row.cells.get(column, "").strip())
        if isinstance(result, UUID):
            added[FOUND + column] = str(result)
        elif result is not None:
            added[REFUSED + column] = result
    return Row(row.number, {**row.cells, **added}) if added else row


def _fetch_all(held: Held, store: ObjectStore, addresses: Sequence[str], work: Slice) -> dict[str, UUID | str]:
    """The upload of each address, or why there is none."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetching")
    try:
        futures: dict[str, Future[UUID | str]] = {
            address: pool.submit(_fetch, held.workspace_id, store, address) for address in addresses
        }
        while wait(futures.values(), _RENEW_SECONDS).not_done:
            if work.stopping():
                raise FetchingInterrupted
            with session_scope(held.workspace_id) as session:
                claims.renew(session, held, work.lease_seconds)
        return {address: future.result() for address, future in futures.items()}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _fetch(workspace_id: UUID, store: ObjectStore, address: str) -> UUID | str:
    upload_id, until = _known.get((workspace_id, address), (None, 0.0))
    if upload_id is not None and time.monotonic() < until:
        return upload_id
    with tempfile.TemporaryFile() as file:
        try:
            download(address, cast(BinaryIO, file), get_policy(), SIZE_CAPS[FileKind.IMAGE])
            with inspected(cast(BinaryIO, file)) as looked_at:
                if looked_at.format.kind is not FileKind.IMAGE:
                    return f"{address} is {looked_at.format.name}, not a picture"
                received = uploads.receive(store, workspace_id, _file_name(address), looked_at)
        except DownloadFailed as error:
            return f"{address} {error}"
        except InputRefused as error:
            return f"the file at {address} {error.problems[0].message}"
    _known[workspace_id, address] = received.upload.id, time.monotonic() + _KNOWN_SECONDS
    while len(_known) > _KNOWN_AT_MOST:
        _known.popitem(last=False)
    return received.upload.id


def _file_name(address: str) -> str:
    return address.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]
