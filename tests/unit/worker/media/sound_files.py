"""Sound files of every format, made by FFmpeg's libraries."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from shared.catalog.inputs.files import StoredFile
from shared.storage.formats import FLAC, M4A, MP3, MP4, OGG, WAV, WEBM, Format


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a file of a format is made."""

    format: Format
    muxer: str
    codec: str
    rate: int = 48_000
    lossless: bool = False


RECIPES = {
    "wav": Recipe(WAV, "wav", "pcm_s16le", 44_100, lossless=True),
    "wav-float": Recipe(WAV, "wav", "pcm_f32le", 22_050, lossless=True),
    "flac": Recipe(FLAC, "flac", "flac", 44_100, lossless=True),
    "ogg-vorbis": Recipe(OGG, "ogg", "vorbis"),
    "ogg-opus": Recipe(OGG, "ogg", "libopus"),
    "mp3": Recipe(MP3, "mp3", "libmp3lame", 44_100),
    "m4a": Recipe(M4A, "mp4", "aac", 44_100),
    "mp4": Recipe(MP4, "mp4", "aac", 44_100),
    "webm": Recipe(WEBM, "webm", "libopus"),
}


def tone(seconds: float, rate: int, hertz: float = 440.0) -> NDArray[np.float32]:
    """Two channels of a sine, the second one half as loud."""
    sine = 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.stack([sine, sine / 2]).astype(np.float32)


def sound_file(name: str, samples: NDArray[np.float32], begins: float = 0.0) -> StoredFile:
    """The samples ``(channels, frames)``, at the recipe's rate, as a file; a film when the format is one.

    ``begins`` is when in a film its sound does, in seconds.
    """
    recipe = RECIPES[name]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=recipe.muxer) as container:
        pictures = _pictures(container, recipe.format) if recipe.format in (MP4, WEBM) else None
        experimental = {"strict": "experimental"}  # FFmpeg's own Vorbis encoder is.
        sound = container.add_stream(recipe.codec, rate=recipe.rate, layout=_layout(samples), options=experimental)
        assert isinstance(sound, av.AudioStream)
        if pictures is not None:
            _draw(container, pictures)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=_layout(samples))
        frame.sample_rate, frame.pts, frame.time_base = (
            recipe.rate,
            round(begins * recipe.rate),
            Fraction(1, recipe.rate),
        )
        resampler = av.AudioResampler(format=sound.format.name, layout=_layout(samples), rate=recipe.rate)
        for each in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(sound.encode(each))
        container.mux(sound.encode(None))
    return StoredFile(recipe.format.media_type, buffer.getvalue())


def silent_film() -> StoredFile:
    """An MP4 without a sound track."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        _draw(container, _pictures(container, MP4))
    return StoredFile(MP4.media_type, buffer.getvalue())


def _pictures(container: OutputContainer, format_: Format) -> av.VideoStream:
    stream = container.add_stream("libvpx" if format_ is WEBM else "mpeg4", rate=10)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
    return stream


def _draw(container: OutputContainer, stream: av.VideoStream) -> None:
    """Half a second of pictures."""
    for index in range(5):
        picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 50 * index, np.uint8), format="rgb24")
        picture.pts, picture.time_base = index, Fraction(1, 10)
        container.mux(stream.encode(picture))
    container.mux(stream.encode(None))


def _layout(samples: NDArray[np.float32]) -> str:
    return {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
