"""Small files of every format, made by hand from their specifications or by a library that is not ours."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

from PIL import Image


def picture(name: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    made = Image.new(mode, size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    file = io.BytesIO()
    made.save(file, name, **options)
    return file.getvalue()


def wav(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """Silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * int(seconds * rate)))
    return file.getvalue()


def flac(seconds: int = 2, rate: int = 44_100) -> bytes:
    """STREAMINFO, and the first bytes of a frame."""
    packed = rate << 44 | 1 << 41 | 15 << 36 | seconds * rate
    streaminfo = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    return b"fLaC" + b"\x80" + len(streaminfo).to_bytes(3, "big") + streaminfo + b"\xff\xf8" + bytes(20)


def ogg_page(packet: bytes, granule: int) -> bytes:
    """One page that holds one packet."""
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, granule, 1, 0, 0, 1)
    return head + bytes([len(packet)]) + packet


def opus(seconds: int = 3) -> bytes:
    """An Opus stream of two pages; 312 samples are skipped at its beginning."""
    first = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
    return ogg_page(first, 0) + ogg_page(b"sound", seconds * 48_000 + 312)


def vorbis() -> bytes:
    """A Vorbis stream of one second at 22,050 Hz."""
    first = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 22_050, 0, 96_000, 0, 0xB8, 1)
    return ogg_page(first, 0) + ogg_page(b"sound", 22_050)


def mp3(frames: int = 5, tag: bytes = b"") -> bytes:
    """Frames of MPEG 1 layer III, 128 kbit/s at 44,100 Hz: 417 bytes each."""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def id3(content: bytes = bytes(300)) -> bytes:
    """An ID3v2 tag."""
    size = len(content)
    return b"ID3\x04\x00\x00" + bytes([0, 0, size >> 7 & 0x7F, size & 0x7F]) + content


def midi(tracks: int = 2) -> bytes:
    """Tracks that end at once."""
    track = b"MTrk" + struct.pack(">I", 4) + b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 1, tracks, 480) + track * tracks


def box(name: bytes, *content: bytes) -> bytes:
    """A box of an MP4."""
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), name) + inner


def mp4(*handlers: bytes, seconds: int = 4) -> bytes:
    """A film with a track for each handler, ``vide`` or ``soun``."""
    header = box(b"mvhd", bytes(12), struct.pack(">II", 1000, seconds * 1000), bytes(80))
    tracks = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)))) for handler in handlers]
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", header, *tracks) + box(b"mdat", bytes(50))


def webm(document: bytes = b"webm") -> bytes:
    """An EBML header and an empty segment of unknown size."""
    header = b"\x42\x82" + bytes([0x80 | len(document)]) + document
    return b"\x1aE\xdf\xa3" + bytes([0x80 | len(header)]) + header + b"\x18\x53\x80\x67\x01" + b"\xff" * 7
