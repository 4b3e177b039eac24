"""Sound and music files, as far as their structure tells: that they are whole, and how long they last."""

from __future__ import annotations

import struct
from typing import Any

from shared.artifacts.inspection.reading import Source
from shared.artifacts.inspection.refusal import Refused

_UNKNOWN_SIZE = 0xFFFFFFFF
_MAX_CHUNKS = 10_000
_FRAMES_TO_CHECK = 4
# Kilobits a second of layer III, by the header's index: MPEG 1, then MPEG 2 and 2.5.
_BITRATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_OPUS_RATE = 48_000


def inspect_wav(source: Source) -> dict[str, Any]:
    """RIFF/WAVE: a ``fmt `` chunk, then a ``data`` chunk (Multimedia Programming Interface, 1991)."""
    bytes_a_second, offset = 0, 12
    for _ in range(_MAX_CHUNKS):
        name, size = struct.unpack("<4sI", source.at(offset, 8))
        offset += 8
        if name == b"fmt ":
            _, channels, rate, bytes_a_second, block, _ = struct.unpack("<HHIIHH", source.at(offset, 16))
            if not (1 <= channels <= 64 and rate and block and bytes_a_second):
                raise Refused("has a WAV header that makes no sense")
        elif name == b"data":
            if not bytes_a_second:
                raise Refused("has sound before the WAV header that describes it")
            # Who streams a recording does not know its length beforehand.
            length = source.size - offset if size in (0, _UNKNOWN_SIZE) else size
            source.at(offset, min(length, 1))
            if offset + length > source.size:
                raise Refused("is cut off")
            return {"seconds": round(length / bytes_a_second, 3)}
        offset += size + size % 2
    raise Refused("has no end of WAV chunks")


def inspect_flac(source: Source) -> dict[str, Any]:
    """``fLaC``, STREAMINFO and further blocks, then frames (RFC 9639)."""
    offset, seconds = 4, 0.0
    for index in range(_MAX_CHUNKS):
        header = source.at(offset, 4)
        kind, length = header[0] & 0x7F, int.from_bytes(header[1:], "big")
        if index == 0:
            if kind != 0 or length != 34:
                raise Refused("does not begin with FLAC's STREAMINFO")
            packed = int.from_bytes(source.at(offset + 14, 8), "big")
            rate, samples = packed >> 44, packed & (1 << 36) - 1
            if not rate:
                raise Refused("has a FLAC header that makes no sense")
            seconds = samples / rate
        offset += 4 + length
        if header[0] & 0x80:
            sync = source.at(offset, 2)
            if sync[0] != 0xFF or sync[1] & 0xFC != 0xF8:
                raise Refused("has no FLAC frame after its header")
            return {"seconds": round(seconds, 3)} if seconds else {}
    raise Refused("has no end of FLAC blocks")


def inspect_ogg(source: Source) -> dict[str, Any]:
    """Pages of Vorbis, Opus or FLAC (RFC 3533). The last page says how long it is."""
    head = source.at(0, 27)
    table = source.at(27, head[26])
    packet = source.at(27 + head[26], min(sum(table), 64))
    rate, skipped = _ogg_stream(packet)
    if source.at(27 + head[26] + sum(table), 4) != b"OggS":
        raise Refused("has one Ogg page only")
    tail = source.up_to(max(0, source.size - 131_072), 131_072)
    last = tail.rfind(b"OggS")
    granule = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True)
    return {"seconds": round((granule - skipped) / rate, 3)} if rate and granule > skipped else {}


def _ogg_stream(packet: bytes) -> tuple[int, int]:
    """Samples a second, and those to skip at the beginning, of the stream that a first packet announces."""
    if packet.startswith(b"OpusHead") and len(packet) >= 12:
        return _OPUS_RATE, int.from_bytes(packet[10:12], "little")
    if packet.startswith(b"\x01vorbis") and len(packet) >= 16:
        return int.from_bytes(packet[12:16], "little"), 0
    if packet.startswith(b"\x7fFLAC") and len(packet) >= 34:
        return int.from_bytes(packet[27:30], "big") >> 4, 0
    raise Refused("is an Ogg file without Vorbis, Opus or FLAC sound")


def inspect_mp3(source: Source) -> dict[str, Any]:
    """Frames of MPEG audio layer III (ISO 11172-3), perhaps behind an ID3v2 tag."""
    offset = _after_id3(source)
    for count in range(_FRAMES_TO_CHECK):
        header = source.up_to(offset, 4)
        if count and len(header) < 4:
            break
        length = _frame_length(header)
        if not count:
            source.at(offset, length)
        offset += length
    return {}


def _after_id3(source: Source) -> int:
    head = source.up_to(0, 10)
    if not head.startswith(b"ID3"):
        return 0
    size = sum((byte & 0x7F) << shift for byte, shift in zip(source.at(6, 4), (21, 14, 7, 0), strict=True))
    offset = 10 + size
    # Some writers leave room behind the tag.
    padding = source.up_to(offset, 4096)
    return offset + len(padding) - len(padding.lstrip(b"\0"))


def _frame_length(header: bytes) -> int:
    """Bytes of the frame that these four begin. Raises ``Refused`` when they begin none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        raise Refused("has no MP3 frame where one must begin")
    version, bitrate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        raise Refused("has an MP3 frame that makes no sense")
    kilobits = _BITRATES[version != 3][bitrate]
    samples_a_byte = 144 if version == 3 else 72
    return samples_a_byte * kilobits * 1000 // _SAMPLE_RATES[version][rate] + (header[2] >> 1 & 1)


def inspect_midi(source: Source) -> dict[str, Any]:
    """A header chunk and as many track chunks as it announces (Standard MIDI Files 1.0)."""
    length, kind, tracks, division = struct.unpack(">IHHH", source.at(4, 10))
    if length < 6 or kind > 2 or not tracks or not division or (kind == 0 and tracks != 1):
        raise Refused("has a MIDI header that makes no sense")
    offset, found = 8 + length, 0
    while found < tracks:
        name, size = struct.unpack(">4sI", source.at(offset, 8))
        source.at(offset + 8, 0)
        if offset + 8 + size > source.size:
            raise Refused("is cut off")
        found += name == b"MTrk"
        offset += 8 + size
    return {"tracks": tracks}
