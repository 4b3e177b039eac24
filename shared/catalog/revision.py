"""What the files of a model's folder are, as one hash; reckoned anew only for files that changed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from shared.catalog.options import ModelOptions

_COUNTED = frozenset({".json", ".safetensors", ".txt", ".model", ".jinja"})


class FileHashes:
    """SHA-256 of files, remembered by their size and time of change: in this process and, if it can be written, a file.

    Hashing 10 GB takes most of a minute; a worker that starts again does not wait for it.
    """

    def __init__(self, kept_in: Path | None = None) -> None:
        self._kept_in = kept_in
        self._known: dict[str, tuple[int, int, str]] = {}
        self._changed = False
        if kept_in is not None:
            self._known = _read(kept_in)

    def of(self, path: Path) -> str:
        """The file's hash, in hexadecimal."""
        status = path.stat()
        name = str(path.absolute())
        known = self._known.get(name)
        if known is not None and known[:2] == (status.st_size, status.st_mtime_ns):
            return known[2]
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._known[name] = (status.st_size, status.st_mtime_ns, digest)
        self._changed = True
        return digest

    def save(self) -> None:
        """Write down what is new. Where that is not possible, nothing is lost but time."""
        if self._kept_in is None or not self._changed:
            return
        self._changed = False
        try:
            self._kept_in.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._kept_in.parent, prefix=self._kept_in.name)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(self._known, file)
            Path(temporary).replace(self._kept_in)
        except OSError:
            return


def folder_revision(folder: Path, hashes: FileHashes | None = None) -> str:
    """SHA-256 over the names and contents of what a model is made of: weights, configurations, vocabularies.

    Hidden files and folders do not count, nor do cards and pictures.
    """
    hashes = hashes or FileHashes()
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _COUNTED and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            digest.update(inside.as_posix().encode() + b"\0")
            digest.update(bytes.fromhex(hashes.of(path)))
    hashes.save()
    return digest.hexdigest()


def model_revision(weights: str, options: ModelOptions, hashes: FileHashes | None = None) -> str:
    """A model's revision: what its weights are and, after a ``+``, a hash of the options that change what comes out.

    Files that the options name outside of the model's folder count with what is in them.
    """
    changing: dict[str, Any] = options.changing_results()
    if not changing:
        return weights
    beside = {name: path for name, path in options.paths().items() if Path(path).is_absolute()}
    files = {name: _path_hash(Path(path), hashes or FileHashes()) for name, path in beside.items()}
    said = json.dumps({"options": changing, "files": files}, sort_keys=True)
    return f"{weights}+{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _path_hash(path: Path, hashes: FileHashes) -> str:
    return folder_revision(path, hashes) if path.is_dir() else hashes.of(path)


def _read(path: Path) -> dict[str, tuple[int, int, str]]:
    try:
        raw = json.loads(path.read_text("utf-8"))
        return {str(name): (int(size), int(changed), str(digest)) for name, (size, changed, digest) in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
