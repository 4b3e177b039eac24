"""The chains that ship, run to their end on the whole platform with small models of genuine architectures."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.acceptance.catalogued import Bottega, catalogued, command_of
from tests.conformance.tiny import captioners, video, vits, whisper
from tests.conftest import RunningStack

MODELS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "tiny/blip": ("image-to-text", captioners.save_blip),
    "tiny/vits": ("text-to-speech", vits.save_vits),
    "tiny/ltx": ("text-to-video", video.save_ltx),
    "tiny/whisper": ("speech-to-text", whisper.save_whisper),
}
CLIP = ("clip.width=32", "clip.height=32", "clip.num_frames=9", "clip.num_inference_steps=2", "clip.fps=8")


@pytest.fixture(scope="module")
def bottega(running_stack: RunningStack) -> Bottega:
    return command_of(running_stack)


@pytest.fixture(scope="module", autouse=True)
def tiny_models(bottega: Bottega, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with catalogued(bottega, MODELS, tmp_path_factory):
        yield


def chain(bottega: Bottega, name: str, *arguments: object) -> dict[str, dict[str, Any]]:
    """The jobs of a chain that has run, by the last part of their models' names."""
    run = bottega("chains", "run", name, *arguments, "--seed", 5, "--timeout", 200, "--json")
    assert run.returncode == 0, run.stderr + run.stdout
    return {job["model"].rpartition("/")[2]: job for job in json.loads(run.stdout)}


def with_settings(*settings: str) -> list[str]:
    return [part for setting in settings for part in ("--set", setting)]


def frames(path: str) -> int:
    with av.open(path, "r") as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_picture_becomes_a_caption_a_slogan_speech_and_a_clip(bottega: Bottega, tmp_path: Path) -> None:
    picture = tmp_path / "shoe.png"
    Image.fromarray(np.random.default_rng(2).integers(0, 256, (48, 64, 3), dtype=np.uint8)).save(picture)
    settings = with_settings("caption.max_new_tokens=6", "copy.max_new_tokens=12", *CLIP)
    given = ("--image", picture, "--out", tmp_path, *settings)

    jobs = chain(bottega, "spoken-advertisement", *given)

    assert list(jobs) == ["blip", "adcopy", "vits", "ltx"]
    caption, slogan, speech, clip = ([Path(file) for file in job["files"]] for job in jobs.values())
    assert caption[0].read_text()
    assert slogan[0].read_text()
    with wave.open(str(speech[0])) as sound:
        assert sound.getnframes() > 0
    assert [path.suffix for path in clip] == [".mp4", ".webp", ".png"]
    assert frames(str(clip[0])) == 9
    with Image.open(io.BytesIO(clip[1].read_bytes())) as animation:
        assert getattr(animation, "n_frames", 1) == 9

    bolder = chain(bottega, "spoken-advertisement", *given, "--words", "tone=bold")
    reused = {name: job["reused_from"] is not None for name, job in bolder.items()}
    assert reused == {"blip": True, "adcopy": False, "vits": False, "ltx": True}, "only what reads the tone is new"


def test_a_recording_becomes_a_text_a_picture_and_a_clip(bottega: Bottega, tmp_path: Path) -> None:
    recording = tmp_path / "idea.wav"
    tone = (8000 * np.sin(np.arange(16_000) / 16_000 * 2 * np.pi * 440)).astype("<i2")
    with wave.open(str(recording), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(tone.tobytes())
    settings = with_settings("picture.num_inference_steps=2", *CLIP)

    jobs = chain(bottega, "moving-idea", "--audio", recording, "--out", tmp_path, *settings)

    assert list(jobs) == ["whisper", "backdrops", "ltx"]
    assert jobs["backdrops"]["files"][0].endswith(".png")
    assert frames(jobs["ltx"]["files"][0]) == 9
