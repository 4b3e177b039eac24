"""Small files of each kind, whole enough for whoever looks into them."""

from __future__ import annotations

import io
import math
import struct
import wave

from PIL import Image

SOUND_RATE = 8000


def picture(side: int = 32, colour: tuple[int, int, int] = (30, 120, 120), file_format: str = "PNG") -> bytes:
    """A square of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, file_format)
    return file.getvalue()


def sound(seconds: float = 0.5) -> bytes:
    """A tone that fades, as WAV: 8 kHz, mono, 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(SOUND_RATE)
        times = (number / SOUND_RATE for number in range(int(seconds * SOUND_RATE)))
        samples = (int(9000 * math.exp(-3 * time) * math.sin(2 * math.pi * 440 * time)) for time in times)
        written.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()
