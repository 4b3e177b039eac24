"""However a file is damaged, it is taken or refused: no parser of ours breaks on it, and none runs on for ever."""

from __future__ import annotations

import io
import random
import time

import pytest

from shared.artifacts.inspection.refusal import Refused
from shared.artifacts.inspection.verdict import verdict
from tests.unit.shared.artifacts import samples

FILES = {
    "wav": samples.wav(0.01),
    "flac": samples.flac(),
    "opus": samples.opus(),
    "vorbis": samples.vorbis(),
    "mp3": samples.mp3(tag=samples.id3()),
    "midi": samples.midi(3),
    "mp4": samples.mp4(b"vide", b"soun"),
    "webm": samples.webm(),
    "text": "Grüße, 世界".encode(),
    "png": samples.picture("PNG", (8, 8)),
    "jpeg": samples.picture("JPEG", (8, 8)),
    "webp": samples.picture("WEBP", (8, 8)),
}
EXTREMES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


def damaged(body: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed, its end cut off or a piece doubled."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                changed[place : place + 4] = bytes(chance.choices(EXTREMES, k=4))
            case 2:
                changed[place : place + 4] *= 2
            case _:
                del changed[max(place, 1) :]
    return bytes(changed)


def is_taken(body: bytes) -> bool:
    try:
        verdict(io.BytesIO(body), io.BytesIO())
    except Refused:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_taken_or_refused(name: str) -> None:
    chance = random.Random(name)
    assert is_taken(FILES[name])
    began = time.monotonic()
    taken = [is_taken(damaged(FILES[name], chance)) for _ in range(400)]
    assert time.monotonic() - began < 60
    assert not all(taken)


@pytest.mark.parametrize("name", [name for name in FILES if name != "text"])
def test_a_file_cut_off_anywhere_is_taken_or_refused(name: str) -> None:
    body = FILES[name]
    lengths = range(1, len(body), max(1, len(body) // 150))
    assert not all(is_taken(body[:length]) for length in lengths)
