"""Open files into the store: whole, from their beginning, and never other bytes than those that were hashed."""

from __future__ import annotations

import hashlib
import tempfile

import pytest

from shared.errors import ObjectMissing, StoredObjectMismatch, StoreUnavailable
from shared.storage.base import ObjectStore

BODY = bytes(range(256)) * 40_000


def md5(body: bytes) -> bytes:
    return hashlib.md5(body, usedforsecurity=False).digest()


@pytest.mark.parametrize("body", [BODY, b""])
def test_a_file_is_stored_whole_wherever_its_reader_stands(store: ObjectStore, prefix: str, body: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        store.put_file(f"{prefix}/a.bin", file, md5(body), "application/octet-stream")
        store.put_file(f"{prefix}/again.bin", file, md5(body), "application/octet-stream")

    for name in ("a.bin", "again.bin"):
        assert b"".join(store.read(f"{prefix}/{name}")) == body


def test_a_file_that_has_changed_since_it_was_hashed_is_not_stored(store: ObjectStore, prefix: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(BODY)
        with pytest.raises((StoreUnavailable, StoredObjectMismatch)):
            store.put_file(f"{prefix}/a.bin", file, md5(b"other bytes"), "application/octet-stream")

    with pytest.raises(ObjectMissing):
        store.stat(f"{prefix}/a.bin")
