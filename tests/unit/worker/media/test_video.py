"""Clips as files: what is decoded again is what was encoded."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from shared.catalog.inputs.text_to_video import VideoCodec
from worker.media.image import ImageMedia
from worker.media.video import AnimationMedia, VideoMedia, can_encode, media_of_clip

FPS = 24


def ball(frames: int = 24, height: int = 128, width: int = 192) -> NDArray[np.uint8]:
    """An orange ball that crosses a field of soft colours, bouncing."""
    y, x = np.mgrid[0:height, 0:width]
    field = np.stack([40 + 120 * y / height, 90 + 100 * x / width, np.full_like(x, 160.0, dtype=float)], -1)
    clip = np.repeat(field[None], frames, axis=0)
    for index in range(frames):
        across = width * (0.15 + 0.7 * index / frames)
        down = height * (0.5 + 0.25 * np.sin(index / 3))
        clip[index][(x - across) ** 2 + (y - down) ** 2 < (height * 0.16) ** 2] = (240, 90, 40)
    return clip.astype(np.uint8)


def decoded(body: bytes) -> NDArray[np.uint8]:
    with av.open(io.BytesIO(body), "r") as container:
        return np.stack([np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)])


def psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other.astype(float)) ** 2)))


@pytest.mark.parametrize("codec", VideoCodec)
def test_a_film_shows_every_frame_as_it_was(codec: VideoCodec) -> None:
    clip = ball()
    film = VideoMedia(clip, FPS, codec).encode()
    again = decoded(film.body)
    assert again.shape == clip.shape
    assert min(psnr(*pair) for pair in zip(again, clip, strict=True)) > 32
    assert psnr(again, np.roll(clip, 1, axis=0)) < 25, "the frames are in their order"
    assert film.facts == {"width": 192, "height": 128, "seconds": 1.0, "fps": FPS}


def test_a_film_plays_everywhere_from_its_first_bytes() -> None:
    film = VideoMedia(ball(), FPS).encode()
    with av.open(io.BytesIO(film.body), "r") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.average_rate, stream.frames) == (Fraction(FPS), 24)
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.duration * stream.time_base == Fraction(1)
        assert "creation_time" not in container.metadata | stream.metadata
    assert film.body.index(b"moov") < film.body.index(b"mdat"), "the index comes first"


@pytest.mark.parametrize("codec", VideoCodec)
def test_the_same_clip_is_the_same_bytes(codec: VideoCodec) -> None:
    clip = ball(12)
    assert VideoMedia(clip, FPS, codec).encode().body == VideoMedia(clip.copy(), FPS, codec).encode().body
    assert AnimationMedia(clip, FPS).encode().body == AnimationMedia(clip.copy(), FPS).encode().body


def test_odd_sides_are_made_even_at_their_edges() -> None:
    clip = ball(4, 127, 191)
    film = VideoMedia(clip, 8).encode()
    again = decoded(film.body)
    assert again.shape == (4, 128, 192, 3)
    assert psnr(again[:, :127, :191], clip) > 32
    assert (film.facts["width"], film.facts["height"]) == (192, 128)


@pytest.mark.parametrize("frames", [1, 1000])
def test_a_film_of_any_length_has_room_for_its_index(frames: int) -> None:
    clip = np.repeat(ball(1, 16, 16), frames, axis=0)
    film = VideoMedia(clip, 60).encode()
    assert len(decoded(film.body)) == frames
    assert film.body.index(b"moov") < film.body.index(b"mdat")


@pytest.mark.parametrize(("fps", "frames"), [(24, 24), (7, 14), (60, 30), (1, 2)])
def test_a_moving_picture_has_every_frame_for_its_time(fps: int, frames: int) -> None:
    clip = ball(frames, 64, 96)
    image = pyvips.Image.new_from_buffer(AnimationMedia(clip, fps).encode().body, "", n=-1)
    assert image.get("n-pages") == frames
    assert sum(image.get("delay")) == round(1000 * frames / fps)
    assert max(image.get("delay")) - min(image.get("delay")) <= 1
    assert image.get("loop") == 0
    again = image.numpy()[..., :3].reshape(clip.shape)
    assert min(psnr(*pair) for pair in zip(again, clip, strict=True)) > 28


def test_a_clip_is_a_film_a_moving_picture_and_the_frame_in_its_middle() -> None:
    clip = ball(9)
    film, animation, poster = media_of_clip(clip, FPS)
    assert isinstance(film, VideoMedia)
    assert isinstance(animation, AnimationMedia)
    assert isinstance(poster, ImageMedia)
    assert np.array_equal(poster.pixels, clip[4])


def test_the_codecs_that_are_offered_are_there() -> None:
    assert [can_encode(codec) for codec in VideoCodec] == [True, True]


def priorities() -> set[int]:
    """How the threads of this process are scheduled."""
    return {os.sched_getscheduler(int(thread.name)) for thread in Path("/proc/self/task").iterdir()}


class Watched:
    """The frames of a clip; each time one is taken, it is noted how the encoder's threads are scheduled."""

    def __init__(self, frames: NDArray[np.uint8]) -> None:
        self._frames = frames
        self.shape = frames.shape
        self.seen: list[set[int]] = []

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        for frame in self._frames:
            self.seen.append(priorities())
            yield frame


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="only Linux has such priorities")
@pytest.mark.parametrize("codec", VideoCodec)
def test_no_thread_of_an_encoder_goes_before_the_rest_of_the_machine(codec: VideoCodec) -> None:
    frames: Any = Watched(ball(frames=8))

    VideoMedia(frames, FPS, codec).encode()

    assert frames.seen == [{os.SCHED_OTHER}] * 8
    assert priorities() == {os.SCHED_OTHER}
