"""Clips as media: a film, a moving picture that every page can show, and a poster.

The media of one clip share its frames, and every encoder is fed frame by frame: a clip is in memory once, as long as
it is being encoded.
"""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import pyvips
from av.codec import Codec
from av.codec.codec import UnknownCodecError
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from shared.catalog.inputs.text_to_video import VideoCodec
from worker.media.base import EncodedMedia, Media
from worker.media.image import ImageMedia
from worker.media.scheduling import usual_priorities

# SVT-AV1 writes a page to the standard error for every film unless it is told not to; 1 is errors alone.
os.environ.setdefault("SVT_LOG", "1")
_ENCODERS = {VideoCodec.H264: "libx264", VideoCodec.AV1: "libsvtav1"}
# One thread and no measured speed: what comes out must not depend on the machine. The rate factors look alike.
_OPTIONS = {
    VideoCodec.H264: {"preset": "medium", "crf": "18", "threads": "1"},
    VideoCodec.AV1: {"preset": "8", "crf": "26", "svtav1-params": "lp=1"},
}
# The index stands in front of the frames, in room that is kept for it: moving it there takes a file that has a name.
_INDEX_BYTES = 4096
_INDEX_BYTES_A_FRAME = 32
_WEBP_QUALITY = 80
_WEBP_EFFORT = 2


def can_encode(codec: VideoCodec) -> bool:
    """Whether this machine's FFmpeg has an encoder of that codec."""
    try:
        Codec(_ENCODERS[codec], "w")
    except UnknownCodecError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class VideoMedia:
    """One clip: ``frames`` is ``(frames, height, width, 3)``, 8 bits a channel, sRGB; ``fps`` is frames a second."""

    frames: NDArray[np.uint8]
    fps: int
    codec: VideoCodec = VideoCodec.H264

    def encode(self) -> EncodedMedia:
        """An MP4 that begins to play before it is loaded whole: yuv420p, BT.709, the index in front.

        4:2:0 halves the colours' sides, so that these have to be even: the last row or column is doubled where not.
        """
        count, height, width, _ = self.frames.shape
        height, width = height + height % 2, width + width % 2
        file = io.BytesIO()
        layout = {"moov_size": str(_INDEX_BYTES + _INDEX_BYTES_A_FRAME * count), "fflags": "+bitexact"}
        with av.open(file, "w", format="mp4", options=layout) as container:
            stream = self._stream(container, width, height)
            with usual_priorities():
                container.start_encoding()
            for pixels in self.frames:
                container.mux(stream.encode(_frame(pixels, height, width)))
            container.mux(stream.encode())
        facts = {"width": width, "height": height, "seconds": round(count / self.fps, 3), "fps": self.fps}
        return EncodedMedia(file.getvalue(), "video/mp4", "mp4", facts)

    def _stream(self, container: av.container.OutputContainer, width: int, height: int) -> VideoStream:
        stream = container.add_stream(_ENCODERS[self.codec], rate=self.fps, options=_OPTIONS[self.codec])
        assert isinstance(stream, VideoStream), "an encoder of pictures"
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, self.fps)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        stream.codec_context.color_primaries = ColorPrimaries.BT709
        stream.codec_context.color_trc = ColorTrc.BT709
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_range = ColorRange.MPEG
        return stream


@dataclass(frozen=True, slots=True)
class AnimationMedia:
    """A clip as an animated WebP, which repeats for ever: ``frames`` and ``fps`` as in ``VideoMedia``."""

    frames: NDArray[np.uint8]
    fps: int

    def encode(self) -> EncodedMedia:
        """A WebP whose delays, in whole milliseconds, add up to the clip's length."""
        count, height, width, _ = self.frames.shape
        strip = np.ascontiguousarray(self.frames).reshape(count * height, width, 3)
        image = pyvips.Image.new_from_array(strip, interpretation="srgb").copy()
        image.set_type(pyvips.GValue.gint_type, "page-height", height)
        image.set_type(pyvips.GValue.gint_type, "loop", 0)
        image.set_type(pyvips.GValue.array_int_type, "delay", list(_delays(count, self.fps)))
        body = image.webpsave_buffer(Q=_WEBP_QUALITY, effort=_WEBP_EFFORT)
        facts = {"width": width, "height": height, "seconds": round(count / self.fps, 3), "fps": self.fps}
        return EncodedMedia(bytes(body), "image/webp", "webp", facts)


def media_of_clip(frames: NDArray[np.uint8], fps: int, codec: VideoCodec = VideoCodec.H264) -> list[Media]:
    """The film, the moving picture and the poster, which is the frame in the middle."""
    return [VideoMedia(frames, fps, codec), AnimationMedia(frames, fps), ImageMedia(frames[len(frames) // 2])]


def _frame(pixels: NDArray[np.uint8], height: int, width: int) -> av.VideoFrame:
    """A picture as a frame in BT.709, by the arithmetic that is the same on every processor."""
    missing = ((0, height - pixels.shape[0]), (0, width - pixels.shape[1]), (0, 0))
    frame = av.VideoFrame.from_ndarray(np.pad(pixels, missing, mode="edge"), format="rgb24")
    return frame.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
    )


def _delays(count: int, fps: int) -> Iterator[int]:
    """Milliseconds that each frame stays: rounded so that they never drift from the frames' true times."""
    instants = [round(1000 * index / fps) for index in range(count + 1)]
    return (after - before for before, after in itertools.pairwise(instants))
