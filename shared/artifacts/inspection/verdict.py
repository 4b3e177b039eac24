"""What a stranger's file is, or why it is refused."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

from shared.artifacts.inspection import films, signatures, sounds, texts
from shared.artifacts.inspection.reading import Source
from shared.artifacts.inspection.refusal import Refused
from shared.storage.formats import FLAC, MIDI, MP3, MP4, OGG, PNG, SIZE_CAPS, WAV, WEBM, FileKind, Format

_CHUNK = 1 << 20
_INSPECTIONS = {
    WAV: sounds.inspect_wav,
    FLAC: sounds.inspect_flac,
    OGG: sounds.inspect_ogg,
    MP3: sounds.inspect_mp3,
    MIDI: sounds.inspect_midi,
    WEBM: films.inspect_webm,
}


def verdict(source: BinaryIO, target: BinaryIO, expected: FileKind | None = None) -> dict[str, Any]:
    """The format, facts, size and digests of what is to be stored. Raises ``Refused`` and nothing else.

    A picture or a spreadsheet is written anew, to ``target``; anything else is stored as it came. A table is read as
    one only where it is ``expected``: it looks like any other text.
    """
    looked_at = Source(source)
    if not looked_at.size:
        raise Refused("is empty")
    if expected is FileKind.TABLE:
        # Imported for tables alone, as the pictures' library is for pictures.
        from shared.artifacts.inspection import tables  # noqa: PLC0415

        found, facts, rewritten = tables.inspect_table(looked_at, target)
        measured = _measured(target if rewritten else source)
        return {"format": found.extension, "facts": facts, "rewritten": rewritten, **measured}
    found = signatures.format_of(looked_at)
    _refuse_what_is_too_large(looked_at, found)
    if found.kind is FileKind.IMAGE:
        # Half of the time that a child takes goes into this import, which other files can do without.
        from shared.artifacts.inspection import pictures  # noqa: PLC0415

        facts = pictures.rewrite(source, found, target)
        return {"format": PNG.extension, "facts": facts, "rewritten": True, **_measured(target)}
    if found is MP4:
        found, facts = films.inspect_mp4(looked_at)
        _refuse_what_is_too_large(looked_at, found)
    elif found in _INSPECTIONS:
        facts = _INSPECTIONS[found](looked_at)
    else:
        facts = texts.inspect_text(looked_at)
    return {"format": found.extension, "facts": facts, "rewritten": False, **_measured(source)}


def _refuse_what_is_too_large(source: Source, found: Format) -> None:
    cap = SIZE_CAPS[found.kind]
    if source.size > cap:
        raise Refused(
            f"is {found.name} of {source.size / 1e6:.1f} MB; {cap // 1_000_000} MB at most are taken of {found.kind}"
        )


def _measured(file: BinaryIO) -> dict[str, Any]:
    """The size and the digests of what will be stored."""
    file.seek(0)
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
        md5.update(chunk)
        size += len(chunk)
    return {"size": size, "sha256": sha256.hexdigest(), "md5": md5.hexdigest()}
