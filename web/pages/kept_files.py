"""Files that a form can name, as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact, Upload
from shared.catalog.reference_text import parse_reference, write_reference
from shared.jobs import recent_files
from shared.storage.formats import FORMATS, SIZE_CAPS, WRITTEN, FileKind, essence
from web.pages import formats

_SHOWN = 7
_NAME_CHARACTERS = 60
_NOUNS = {
    FileKind.IMAGE: "picture",
    FileKind.SOUND: "recording",
    FileKind.MIDI: "MIDI file",
    FileKind.VIDEO: "film",
    FileKind.TEXT: "text",
}
_KIND_OF_FORMAT = {essence(each.media_type): each.kind for each in (*FORMATS, *WRITTEN)}
_KIND_OF_TYPE = {"image": FileKind.IMAGE, "audio": FileKind.SOUND, "video": FileKind.VIDEO}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the workspace. ``reference`` is how a form names it; ``href`` where its bytes are."""

    reference: str
    name: str
    media_type: str = ""
    size: int = 0
    facts: Mapping[str, Any] | None = None
    href: str = ""

    @property
    def kind(self) -> FileKind:
        """What it is to a person."""
        return kind_of(self.media_type)

    @property
    def words(self) -> str:
        """``1024 × 768 · 240 kB``."""
        return facts_in_words(self.facts or {}, self.size) if self.size else ""


@dataclass(frozen=True, slots=True)
class Takes:
    """What a field for files takes, in a browser's words and in a person's."""

    noun: str
    accept: str
    """The ``accept`` attribute: media types and, for those that browsers do not know, endings."""
    words: str
    largest: int
    """Bytes."""


def kind_of(media_type: str) -> FileKind:
    """What a media type is to a person; what nobody knows is read as text."""
    plain = essence(media_type)
    return _KIND_OF_FORMAT.get(plain) or _KIND_OF_TYPE.get(plain.partition("/")[0], FileKind.TEXT)


def takes(media_types: Sequence[str]) -> Takes:
    """What a field with these media types takes."""
    found = [each for each in FORMATS if essence(each.media_type) in media_types]
    kinds = list(dict.fromkeys(each.kind for each in found)) or [FileKind.TEXT]
    largest = max(SIZE_CAPS[kind] for kind in kinds)
    accept = ",".join([*media_types, *(f".{each.extension}" for each in found)])
    *others, last = [each.name for each in found] or ["Any format"]
    names = f"{', '.join(others)} or {last}" if others else last
    return Takes(_NOUNS[kinds[0]], accept, f"{names}, {largest // 1_000_000} MB at most.", largest)


def facts_in_words(facts: Mapping[str, Any], size: int) -> str:
    """``1024 × 768 · 12.5 s · 240 kB``, as far as it is known."""
    parts = []
    if facts.get("width") and facts.get("height"):
        parts.append(f"{facts['width']} × {facts['height']}")
    if facts.get("seconds"):
        parts.append(formats.duration(timedelta(seconds=float(facts["seconds"]))))
    if facts.get("characters"):
        parts.append(f"{facts['characters']} characters")
    return " · ".join([*parts, formats.size(size)])


def of_upload(upload: Upload) -> KeptFile:
    """One that was sent."""
    reference, href = f"upload:{upload.id}", f"/uploads/{upload.id}"
    return KeptFile(reference, upload.file_name, upload.media_type, upload.size, upload.facts, href)


def of_output(artifact: Artifact, job_input: Mapping[str, Any]) -> KeptFile:
    """One that a job made; it is called what was asked for."""
    asked = " ".join(str(job_input.get("prompt") or job_input.get("text") or "").split())
    name = asked if len(asked) <= _NAME_CHARACTERS else f"{asked[:_NAME_CHARACTERS].rstrip()}…"
    return KeptFile(
        f"artifact:{artifact.id}",
        name or f"A {_NOUNS[kind_of(artifact.media_type)]} made here",
        artifact.media_type,
        artifact.size,
        artifact.facts,
        "" if artifact.removed_at else f"/artifacts/{artifact.id}",
    )


def files_for(session: Session, workspace_id: UUID, accepts: Sequence[str], chosen: str) -> list[KeptFile]:
    """What a field can be given at once: what is chosen already, one reference a line, then the latest."""
    first = named_files(session, workspace_id, chosen.splitlines())
    uploads = recent_files.recent_uploads(session, workspace_id, accepts, _SHOWN)
    outputs = recent_files.recent_outputs(session, workspace_id, accepts, _SHOWN)
    inputs = recent_files.inputs_of(session, workspace_id, [each.job_id for each in outputs])
    latest = [(each.created_at, of_upload(each)) for each in uploads]
    latest += [(each.created_at, of_output(each, inputs.get(each.job_id, {}))) for each in outputs]
    latest.sort(key=lambda each: each[0], reverse=True)
    known = {each.reference for each in first}
    return [*first, *(file for _, file in latest if file.reference not in known)][: max(_SHOWN, len(first))]


def named_files(session: Session, workspace_id: UUID, references: Iterable[str]) -> list[KeptFile]:
    """The files that these references name, in their order; one that is not there says so in its name."""
    wanted = [parsed for parsed in map(parse_reference, references) if parsed]
    uploads = recent_files.uploads_by_id(session, workspace_id, _ids(wanted, "upload"))
    outputs = recent_files.outputs_by_id(session, workspace_id, _ids(wanted, "artifact"))
    inputs = recent_files.inputs_of(session, workspace_id, [each.job_id for each in outputs.values()])
    found = []
    for each in wanted:
        if "job" in each:
            output = each.get("output", 0)
            found.append(KeptFile(write_reference(each), f"Output {output} of job {each['job'][:8]}…"))
        elif upload := uploads.get(UUID(each.get("upload", str(UUID(int=0))))):
            found.append(of_upload(upload))
        elif artifact := outputs.get(UUID(each.get("artifact", str(UUID(int=0))))):
            found.append(of_output(artifact, inputs.get(artifact.job_id, {})))
        else:
            found.append(KeptFile(write_reference(each), "A file that is not there any more"))
    return found


def _ids(references: Iterable[Mapping[str, Any]], source: str) -> list[UUID]:
    return [UUID(each[source]) for each in references if source in each]
