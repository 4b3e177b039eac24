"""The kinds of file that jobs read, and the formats of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """What a file is to a model."""

    IMAGE = "image"
    SOUND = "sound"
    MIDI = "midi"
    VIDEO = "video"
    TEXT = "text"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Format:
    """One format of files."""

    name: str
    """As people call it."""
    media_type: str
    extension: str
    kind: FileKind


PNG = Format("PNG", "image/png", "png", FileKind.IMAGE)
JPEG = Format("JPEG", "image/jpeg", "jpg", FileKind.IMAGE)
WEBP = Format("WebP", "image/webp", "webp", FileKind.IMAGE)
WAV = Format("WAV", "audio/wav", "wav", FileKind.SOUND)
FLAC = Format("FLAC", "audio/flac", "flac", FileKind.SOUND)
OGG = Format("Ogg", "audio/ogg", "ogg", FileKind.SOUND)
MP3 = Format("MP3", "audio/mpeg", "mp3", FileKind.SOUND)
M4A = Format("M4A", "audio/mp4", "m4a", FileKind.SOUND)
MIDI = Format("MIDI", "audio/midi", "mid", FileKind.MIDI)
MP4 = Format("MP4", "video/mp4", "mp4", FileKind.VIDEO)
WEBM = Format("WebM", "video/webm", "webm", FileKind.VIDEO)
TEXT = Format("UTF-8 text", "text/plain; charset=utf-8", "txt", FileKind.TEXT)

FORMATS = (PNG, JPEG, WEBP, WAV, FLAC, OGG, MP3, M4A, MIDI, MP4, WEBM, TEXT)
"""Every format that an upload may have."""

SRT = Format("SubRip", "application/x-subrip", "srt", FileKind.TEXT)
VTT = Format("WebVTT", "text/vtt; charset=utf-8", "vtt", FileKind.TEXT)
JSON = Format("JSON", "application/json", "json", FileKind.TEXT)
AVIF = Format("AVIF", "image/avif", "avif", FileKind.IMAGE)

CSV = Format("CSV", "text/csv", "csv", FileKind.TABLE)
XLSX = Format("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", FileKind.TABLE)
JSONL = Format("JSON Lines", "application/jsonl", "jsonl", FileKind.TABLE)

TABLES = (CSV, XLSX, JSONL)
"""What an upload may be that is sent as a table. A spreadsheet's first sheet is kept as CSV."""
TABLE_MEDIA_TYPES = frozenset(each.media_type for each in TABLES)

WRITTEN = (SRT, VTT, JSON, AVIF)
"""Formats that jobs write besides. An upload of a text one is kept as the text that it is; AVIF no job reads."""
_READ = tuple(each for each in (*FORMATS, *WRITTEN) if each is not AVIF)

SIZE_CAPS = {
    FileKind.IMAGE: 32_000_000,
    FileKind.SOUND: 200_000_000,
    FileKind.MIDI: 1_000_000,
    FileKind.VIDEO: 500_000_000,
    FileKind.TEXT: 2_000_000,
    FileKind.TABLE: 500_000_000,
}
"""Bytes that a file of each kind may have."""
LARGEST = max(SIZE_CAPS.values())
MAX_PIXELS = 64_000_000


def essence(media_type: str) -> str:
    """A media type without its parameters (RFC 2045): ``text/plain`` of ``text/plain; charset=utf-8``."""
    return media_type.partition(";")[0].strip().lower()


def media_types(*kinds: FileKind) -> tuple[str, ...]:
    """The media types of these kinds that jobs read, without parameters."""
    return tuple(essence(each.media_type) for each in _READ if each.kind in kinds)
