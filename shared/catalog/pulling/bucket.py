"""Fetch a model from a bucket of the platform's object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from shared.catalog.pulling.choice import chosen_files
from shared.catalog.pulling.errors import PullFailed
from shared.config import Settings
from shared.storage.s3 import S3Store

_CHUNK = 1 << 20

Show = Callable[[int, int], None]
"""Takes bytes fetched so far, and bytes in all."""


def fetch_from_bucket(place: str, folder: Path, settings: Settings, show: Show) -> None:
    """Bring what lies below ``<bucket>/<prefix>`` into ``folder``; whole files that came before are not fetched again.

    Raises ``PullFailed`` when there is nothing, ``StoreUnavailable``.
    """
    bucket, _, prefix = place.partition("/")
    store = S3Store(settings.model_copy(update={"s3_bucket": bucket}))
    found = {stored.key.removeprefix(f"{prefix}/"): stored for stored in store.list(f"{prefix}/")}
    names = chosen_files(found)
    if not names:
        raise PullFailed(f"There is no model below {prefix}/ in the bucket {bucket}.")
    total = sum(found[name].size for name in names)
    done = 0
    for name in names:
        path = folder / name
        if not (path.is_file() and path.stat().st_size == found[name].size):
            for written in _fetch(store, found[name].key, path):
                show(done + written, total)
            if path.stat().st_size != found[name].size:
                raise PullFailed(f"{name} came with {path.stat().st_size} bytes of {found[name].size}. Run it again.")
        done += found[name].size
        show(done, total)


def _fetch(store: S3Store, key: str, path: Path) -> Iterator[int]:
    """Write an object beside its place, saying after each chunk how far it is, and move it there when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = path.with_name(f".{path.name}.coming")
    with coming.open("wb") as file:
        for chunk in store.read(key, _CHUNK):
            file.write(chunk)
            yield file.tell()
    coming.replace(path)
