"""What the platform wants of an object store."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object as the store describes it."""

    key: str
    size: int
    """Bytes."""
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects, in the order in which the store lists them."""

    objects: Sequence[StoredObject]
    next_after: str | None
    """Where the next page begins; none after the last one."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some of an object's bytes: from ``start`` up to, and not including, ``stop``."""

    start: int
    stop: int


class ObjectStore(Protocol):
    """A flat store of immutable objects. Every method raises ``StoreUnavailable`` when no answer comes."""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store the bytes and check what the store says it holds. Raises ``StoredObjectMismatch``."""
        ...

    def put_file(self, key: str, file: BinaryIO, md5: bytes, media_type: str) -> None:
        """Store an open file of up to 5 GB from its beginning, chunk by chunk, checked against its MD5.

        Raises ``StoredObjectMismatch``.
        """
        ...

    def stat(self, key: str) -> StoredObject:
        """Describe an object. Raises ``ObjectMissing``."""
        ...

    def read(self, key: str, chunk_size: int = 65_536, span: Span | None = None) -> Iterator[bytes]:
        """The object's bytes, or a span of them, in chunks. Raises ``ObjectMissing`` before the first chunk."""
        ...

    def link(self, key: str, file_name: str, media_type: str, seconds: int = 300) -> str:
        """A presigned GET that downloads the object as an attachment. Never log it."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object. One that is not there is fine."""
        ...

    def delete_many(self, keys: Sequence[str]) -> None:
        """Remove up to a thousand objects at once. Those that are not there are fine."""
        ...

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object below a prefix."""
        ...

    def list_page(self, prefix: str, after: str | None = None, limit: int = 1000) -> Page:
        """Up to ``limit`` objects below a prefix, those whose keys come after ``after``."""
        ...


def artifact_key(
    workspace_id: UUID,
    job_id: UUID,
    fence: int,
    index: int,
    sha256: bytes,
    extension: str,
) -> str:
    """Where an output lies. The fence keeps a zombie's file apart from its successor's."""
    return f"w/{workspace_id}/j/{job_id}/{fence}/{index}-{sha256.hex()}.{extension}"


def upload_key(workspace_id: UUID, sha256: bytes, extension: str) -> str:
    """Where an input file lies: by its content, once in a workspace."""
    return f"w/{workspace_id}/u/{sha256.hex()}.{extension}"


def safe_file_name(name: str) -> str:
    """A name that no header, path or shell can trip over."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "file"
