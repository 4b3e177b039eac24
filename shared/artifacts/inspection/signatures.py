"""What a file is, by its first bytes: a caller's word is not asked."""

from __future__ import annotations

from shared.artifacts.inspection.reading import Source
from shared.storage.formats import FLAC, JPEG, MIDI, MP3, MP4, OGG, PNG, TEXT, WAV, WEBM, WEBP, Format

_HEAD_BYTES = 12
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"MThd", MIDI),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
)


def format_of(source: Source) -> Format:
    """The format that the file begins like; text where it begins like no other.

    An MP4 may prove to hold sound alone, and a text to be none: that is for its own inspection to say.
    """
    head = source.up_to(0, _HEAD_BYTES)
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return WAV if head[8:12] == b"WAVE" else WEBP
    if head[4:8] == b"ftyp":
        return MP4
    # An MPEG audio frame without a tag before it: eleven bits of sync, then layer III.
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return MP3
    return TEXT
