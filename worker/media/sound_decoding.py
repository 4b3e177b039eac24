"""Sound out of files, decoded by FFmpeg's libraries: WAV, FLAC, Ogg, MP3, M4A, and the sound of MP4 and WebM films.

A file is decoded as a stream: what is held at once does not grow with its length. Time 0 is where the file begins;
where a film's sound begins later, or has gaps, there is silence, so that times in it are times in the film.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

from shared.catalog.inputs.files import StoredFile
from shared.errors import InputRefused
from shared.storage.formats import FLAC, M4A, MP3, MP4, OGG, WAV, WEBM, essence

# The demuxer is named and not guessed: guessing knows playlists, which would have it open other files and addresses.
_DEMUXERS = {
    WAV.media_type: "wav",
    FLAC.media_type: "flac",
    OGG.media_type: "ogg",
    MP3.media_type: "mp3",
    M4A.media_type: "mp4",
    MP4.media_type: "mp4",
    WEBM.media_type: "matroska",
}
_SAMPLE_RATES = range(1_000, 768_001)
_MAX_CHANNELS = 16
_FLOATING = frozenset({"flt", "fltp", "dbl", "dblp"})
_GAP_SECONDS = 0.1
# Players skip what they cannot decode; a file with more of it is not what it was.
_DAMAGED_SHARE = 0.02
_SILENCE_SECONDS = 1.0

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SoundSource:
    """A file whose sound is wanted at ``sample_rate`` hertz, with 1 or 2 ``channels``.

    ``field`` is what refusals name (``input.audio``). Every way of reading raises ``InputRefused`` for a file that is
    damaged, has no sound, or lasts longer than ``max_seconds``.
    """

    file: StoredFile
    field: str
    sample_rate: int
    channels: int
    max_seconds: float

    def blocks(self) -> Iterator[Samples]:
        """The sound in pieces of ``(channels, frames)``, decoded as they are asked for."""
        frames = 0
        for block in self._decoded():
            frames += block.shape[1]
            if frames > self.max_seconds * self.sample_rate:
                raise InputRefused.of(self.field, f"lasts longer than {self.max_seconds:g} seconds")
            yield block
        if not frames:
            raise InputRefused.of(self.field, "has no sound that could be decoded")

    def samples(self) -> Samples:
        """All of it: ``(channels, frames)``."""
        return np.concatenate(list(self.blocks()), axis=1)

    def seconds(self) -> float:
        """How long it lasts, by decoding all of it: what a header says may be wrong."""
        frames: int = sum(block.shape[1] for block in self.blocks())
        return frames / self.sample_rate

    def expected_seconds(self) -> float:
        """How long it should last, by its packets, none of which is decoded."""
        with self._opened() as container:
            _refuse_without_sound(container, self.field)
            begins = Fraction(container.start_time or 0, av.time_base)
            ends = [
                (packet.pts + (packet.duration or 0)) * packet.time_base - begins
                for packet in container.demux(container.streams.audio[0])
                if packet.pts is not None and packet.time_base is not None
            ]
        return min(float(max(ends, default=0)), self.max_seconds)

    def _decoded(self) -> Iterator[Samples]:
        with self._opened() as container:
            yield from _Decoding(container, self).blocks()

    @contextmanager
    def _opened(self) -> Iterator[InputContainer]:
        demuxer = _DEMUXERS.get(essence(self.file.media_type))
        if demuxer is None:
            raise InputRefused.of(self.field, f"is {self.file.media_type}, which holds no sound")
        try:
            with av.open(io.BytesIO(self.file.body), mode="r", format=demuxer) as container:
                yield container
        except (av.FFmpegError, ValueError, OverflowError) as error:
            raise InputRefused.of(
                self.field, "cannot be decoded: it is damaged, or not the file it says it is"
            ) from error


class SlidingSound:
    """A window that moves forward over one channel of a sound; what it has left behind is forgotten."""

    def __init__(self, source: SoundSource) -> None:
        self._blocks = source.blocks()
        self._held: Samples = np.zeros(0, np.float32)
        self._begins = 0

    def window(self, start: int, length: int) -> Samples:
        """Up to ``length`` samples from ``start``, fewer at the end. ``start`` never goes back."""
        if start < self._begins:
            raise ValueError(f"sample {start} has been forgotten; the window is at {self._begins}")
        parts, held_until = [self._held], self._begins + len(self._held)
        while held_until < start + length and (block := next(self._blocks, None)) is not None:
            parts.append(block[0])
            held_until += block.shape[1]
        held = np.concatenate(parts)[start - self._begins :]
        self._held, self._begins = held, start
        return held[:length]


class _Decoding:
    """One pass over a container's sound."""

    def __init__(self, container: InputContainer, source: SoundSource) -> None:
        self._container = container
        self._source = source
        self._resampler: AudioResampler | None = None
        self._resampled: tuple[str, str, int] | None = None
        self._clock = Fraction(0)
        """Seconds decoded so far."""
        self._packets = 0
        self._damaged = 0

    def blocks(self) -> Iterator[Samples]:
        _refuse_without_sound(self._container, self._source.field)
        for frame in self._frames():
            yield from self._silence_before(frame)
            yield from self._resample(frame)
        if self._damaged > 1 + _DAMAGED_SHARE * self._packets:
            raise InputRefused.of(
                self._source.field, f"is damaged: {self._damaged} of {self._packets} packets cannot be decoded"
            )
        yield from self._flush()

    def _frames(self) -> Iterator[AudioFrame]:
        for packet in self._container.demux(self._container.streams.audio[0]):
            self._packets += 1
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                self._damaged += 1
                continue
            yield from (frame for frame in frames if isinstance(frame, AudioFrame))

    def _silence_before(self, frame: AudioFrame) -> Iterator[Samples]:
        """Zeros from where the sound has been decoded to until the frame begins, if that is a gap."""
        if frame.pts is None or frame.time_base is None:
            return
        begins = frame.pts * frame.time_base - Fraction(self._container.start_time or 0, av.time_base)
        gap = begins - self._clock
        if gap < _GAP_SECONDS:
            return
        self._clock = begins
        left = round(gap * self._source.sample_rate)
        while left > 0:
            length = min(left, round(_SILENCE_SECONDS * self._source.sample_rate))
            yield np.zeros((self._source.channels, length), np.float32)
            left -= length

    def _resample(self, frame: AudioFrame) -> Iterator[Samples]:
        shape = frame.format.name, frame.layout.name, frame.sample_rate
        if shape != self._resampled:
            if frame.sample_rate not in _SAMPLE_RATES or frame.layout.nb_channels > _MAX_CHANNELS:
                raise InputRefused.of(
                    self._source.field,
                    f"has {frame.layout.nb_channels} channels at {frame.sample_rate} Hz, which is no sound for people",
                )
            yield from self._flush()
            layout = "mono" if self._source.channels == 1 else "stereo"
            # Into integers, channels are mixed at weights that cannot clip; into floats they are not.
            self._resampler = AudioResampler(format="s32p", layout=layout, rate=self._source.sample_rate)
            self._resampled = shape
        self._clock += Fraction(frame.samples, frame.sample_rate)
        if frame.format.name in _FLOATING and not np.isfinite(frame.to_ndarray()).all():
            raise InputRefused.of(self._source.field, "has samples that are not numbers")
        assert self._resampler is not None, "made for the first frame"
        yield from map(_samples, self._resampler.resample(frame))

    def _flush(self) -> Iterator[Samples]:
        """What the resampler still holds."""
        if self._resampler is not None:
            yield from map(_samples, self._resampler.resample(None))
            self._resampler = None


def _refuse_without_sound(container: InputContainer, field: str) -> None:
    if not container.streams.audio:
        raise InputRefused.of(field, "has no sound track")


def _samples(frame: AudioFrame) -> Samples:
    return (frame.to_ndarray() / 2.0**31).astype(np.float32)
