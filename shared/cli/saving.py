"""Results as files with names that say what they are."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.storage.formats import FORMATS, WRITTEN, essence

if TYPE_CHECKING:
    from shared.client import Artifact, Client, Job

_LONGEST_SLUG = 48
_ID_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class SavedFile:
    """An output, and where it is now."""

    artifact: Artifact
    path: Path


def save_results(client: Client, job: Job, folder: Path) -> list[SavedFile]:
    """Download every output of a job into ``folder``, each checked against its hash."""
    saved = []
    for artifact in job.artifacts:
        path = folder / file_name(job, artifact)
        client.download(artifact, path)
        saved.append(SavedFile(artifact, path))
    return saved


def file_name(job: Job, artifact: Artifact) -> str:
    """Such as ``a-calm-teal-ocean-seed7-3fa9c1d2.png``. The end of the job's id keeps names apart."""
    words = slug(str(job.input.get("prompt", ""))) or slug(job.model.rpartition("/")[2])
    parts = [words]
    if "seed" in job.input:
        parts.append(f"seed{job.input['seed']}")
    if len(job.artifacts) > 1:
        parts.append(str(artifact.index + 1))
    parts.append(job.id[-_ID_CHARACTERS:])
    return "-".join(parts) + ending(artifact.media_type)


def ending(media_type: str) -> str:
    """``.srt``: that of our own formats, or what is registered for the type."""
    known = {essence(each.media_type): f".{each.extension}" for each in (*FORMATS, *WRITTEN)}
    plain = essence(media_type)
    return known.get(plain) or mimetypes.guess_extension(plain) or ""


def slug(text: str) -> str:
    """Small letters, digits and hyphens, cut at a word: what every file system takes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    result = ""
    for word in words:
        longer = f"{result}-{word}" if result else word[:_LONGEST_SLUG]
        if len(longer) > _LONGEST_SLUG:
            break
        result = longer
    return result
