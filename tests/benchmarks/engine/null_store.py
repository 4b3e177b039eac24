"""An object store that keeps nothing: what an upload costs is another suite's question."""

from __future__ import annotations

from collections.abc import Iterator

from shared.errors import ObjectMissing
from shared.storage.base import Span, StoredObject


class NullStore:
    """Takes everything, has nothing."""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Forget it."""

    def stat(self, key: str) -> StoredObject:
        raise ObjectMissing(f"Nothing was kept, {key} neither.")

    def read(self, key: str, chunk_size: int = 65_536, span: Span | None = None) -> Iterator[bytes]:
        raise ObjectMissing(f"Nothing was kept, {key} neither.")

    def link(self, key: str, file_name: str, media_type: str, seconds: int = 300) -> str:
        return f"null:{key}"

    def delete(self, key: str) -> None:
        """It is not there."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        return iter(())
