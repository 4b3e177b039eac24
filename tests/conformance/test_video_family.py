"""What the text-to-video family promises, kept with genuine architectures at toy size."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import torch
from numpy.typing import NDArray

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.text_to_video import TextToVideoInput, VideoCodec
from shared.errors import ForwardBatchInterrupted, InputRefused
from shared.identifiers import new_id
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import video
from worker.families import text_to_video
from worker.families.base import Device, ModelRef
from worker.families.text_to_video import LoadedVideo, TextToVideo
from worker.media.base import Media
from worker.media.image import ImageMedia
from worker.media.video import AnimationMedia, VideoMedia

FAMILY = TextToVideo()
STEPS = 2
# Sums of another batch size round elsewhere: one level of 255.
TOLERANCE = 1
FRAMES = {"animatediff": 4, "ltx": 9, "wan": 5, "wan-ti2v": 5, "stable-video": 3}
SAVE: dict[str, Callable[[Path], None]] = {
    "animatediff": video.save_animatediff,
    "ltx": video.save_ltx,
    "wan": video.save_wan,
    "wan-ti2v": lambda folder: video.save_wan(folder, time_step_a_token=True),
    "stable-video": video.save_stable_video,
}
WAN_WITH_PICTURE = ("wan-ti2v", True, True)
# Each architecture as it is asked: with a prompt, with a picture, or with both. The first ones also run in batches.
BATCHED = [
    ("animatediff", True, False),
    ("ltx", True, False),
    ("ltx", True, True),
    ("wan", True, False),
    ("stable-video", False, True),
]
ASKED = [*BATCHED, WAN_WITH_PICTURE]
PROMPTS = ("a red star", "waves roll onto a sandy beach", "fresh bread")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedVideo]:
    """Every architecture, saved and loaded once."""
    torch.set_num_threads(1)
    loaded = {}
    for name, save in SAVE.items():
        folder = tmp_path_factory.mktemp(name)
        save(folder)
        loaded[name] = FAMILY.load(ModelRef(f"tiny/{name}", FamilyName.TEXT_TO_VIDEO, "0" * 64, folder), Device())
    return loaded


def picture(seed: int = 1, width: int = 48, height: int = 40) -> FileReference:
    """A reference to a picture of coarse colours, attached as a worker attaches it."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    image = pyvips.Image.new_from_array(coarse, interpretation="srgb").resize(width / 6, vscale=height / 5)
    reference = FileReference(upload=new_id())
    reference.attach(StoredFile("image/png", bytes(image.pngsave_buffer())))
    return reference


def wanted(name: str, by_prompt: bool, by_picture: bool, seed: int = 1, **fields: Any) -> TextToVideoInput:
    given: dict[str, Any] = {
        "width": 32,
        "height": 32,
        "num_frames": FRAMES[name],
        "num_inference_steps": STEPS,
        "seed": seed,
    }
    if by_prompt:
        given["prompt"] = PROMPTS[seed % len(PROMPTS)]
    if by_picture:
        given["image"] = picture(seed)
    return TextToVideoInput(**{**given, **fields})


def make(loaded: LoadedVideo, *inputs: TextToVideoInput, control: Steps | None = None) -> list[list[Media]]:
    for each in inputs:
        FAMILY.check(loaded, each)
    return FAMILY.generate(loaded, inputs, control or Steps())


def frames_of(media: Media) -> NDArray[np.int16]:
    assert isinstance(media, VideoMedia)
    return media.frames.astype(np.int16)


def difference(one: Media, other: Media) -> int:
    return int(np.abs(frames_of(one) - frames_of(other)).max())


def likeness(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The correlation of two pictures' values."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize(("name", "prompt", "image"), ASKED)
def test_a_clip_is_a_film_a_moving_picture_and_a_poster(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    ((film, animation, poster),) = make(models[name], wanted(name, prompt, image, fps=10))
    assert frames_of(film).shape == (FRAMES[name], 32, 32, 3)
    assert isinstance(animation, AnimationMedia)
    assert isinstance(poster, ImageMedia)
    encoded = [each.encode() for each in (film, animation, poster)]
    assert [each.media_type for each in encoded] == ["video/mp4", "image/webp", "image/png"]
    assert encoded[0].facts["seconds"] == pytest.approx(FRAMES[name] / 10)
    kinds = FAMILIES[FamilyName.TEXT_TO_VIDEO].output_kinds
    assert [each.media_type.partition("/")[0] for each in encoded] == [kind.value for kind in kinds]


@pytest.mark.parametrize(("name", "prompt", "image"), ASKED)
def test_the_same_seed_makes_the_same_clip_and_another_seed_another(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    asked = wanted(name, prompt, image)
    (first, *_), (again, *_), (other, *_) = (
        make(models[name], each)[0] for each in (asked, asked, asked.model_copy(update={"seed": 4}))
    )
    assert np.array_equal(frames_of(first), frames_of(again))
    assert difference(first, other) > 5 * TOLERANCE


@pytest.mark.parametrize(("name", "prompt", "image"), BATCHED)
def test_a_jobs_clip_does_not_depend_on_its_neighbours(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    asked = [wanted(name, prompt, image, seed) for seed in (3, 1, 2)]
    together = make(models[name], *asked)
    for each, clip in zip(asked, together, strict=True):
        (alone,) = make(models[name], each)
        assert difference(clip[0], alone[0]) <= TOLERANCE


@pytest.mark.parametrize(("name", "prompt", "image"), [("ltx", True, True), WAN_WITH_PICTURE])
def test_clip_k_of_seed_s_is_clip_0_of_seed_s_plus_k(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    asked = wanted(name, prompt, image, num_videos=3)
    control = Steps()
    (several,) = make(models[name], asked, control=control)
    assert len(several) == asked.output_count()
    ((third, *_),) = make(models[name], asked.model_copy(update={"seed": 3, "num_videos": 1}))
    assert difference(several[6], third) <= TOLERANCE
    done, totals = zip(*control.said, strict=True)
    assert list(done) == list(range(1, totals[0] + 1)), "one clip at a time, or all at once: the steps count up"


def test_a_picture_is_taken_by_each_member_for_itself(models: dict[str, LoadedVideo]) -> None:
    asked = wanted("stable-video", False, True)
    (one, *_), (other, *_) = make(models["stable-video"], asked, asked.model_copy(update={"image": picture(9)}))
    assert difference(one, other) > 5 * TOLERANCE


def test_a_pipeline_that_takes_one_picture_runs_alone(models: dict[str, LoadedVideo]) -> None:
    assert FAMILY.max_batch(models["wan-ti2v"], wanted("wan-ti2v", True, True)) == 1
    assert FAMILY.max_batch(models["wan-ti2v"], wanted("wan-ti2v", True, False)) > 1
    assert FAMILY.max_batch(models["ltx"], wanted("ltx", True, True)) > 1


def test_clips_that_do_not_fit_the_device_together_are_made_one_call_after_the_other(
    models: dict[str, LoadedVideo], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [wanted("wan", True, False, num_videos=3), wanted("wan", True, False, 7)]
    together = make(models["wan"], *asked)
    monkeypatch.setitem(text_to_video._PIXELS_IN_FLIGHT, "cpu", 2 * FRAMES["wan"] * 32 * 32)
    control = Steps()
    apart = make(models["wan"], *asked, control=control)
    assert control.said == [(step, 2 * STEPS) for step in range(1, 2 * STEPS + 1)]
    assert [len(member) for member in apart] == [9, 3]
    for one, other in zip(together, apart, strict=True):
        assert all(difference(*films) <= TOLERANCE for films in zip(one[::3], other[::3], strict=True))
    assert [FAMILY.max_batch(models["wan"], each) for each in asked] == [1, 2]
    canceled = Steps(frozenset({0}), drop_at=2)
    assert [len(member) for member in make(models["wan"], *asked, control=canceled)] == [0, 3]


@pytest.mark.parametrize("name", ["animatediff", "ltx", "wan"])
def test_a_dropped_member_has_no_clip_and_its_neighbour_the_same_as_ever(
    models: dict[str, LoadedVideo], name: str
) -> None:
    control = Steps(frozenset({0}), drop_at=2)
    dropped, (kept, *_) = make(models[name], wanted(name, True, False), wanted(name, True, False, 2), control=control)
    ((alone, *_),) = make(models[name], wanted(name, True, False, 2))
    assert dropped == []
    assert difference(kept, alone) <= TOLERANCE
    assert control.said == [(step, STEPS) for step in range(1, STEPS + 1)]


@pytest.mark.parametrize(("name", "prompt", "image"), ASKED)
def test_an_interrupted_batch_stops_at_that_step_and_leaves_the_pipeline_usable(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        make(models[name], wanted(name, prompt, image, num_inference_steps=4), control=control)
    assert control.said[-1] == (2, 4)
    ((film, *_),) = make(models[name], wanted(name, prompt, image))
    assert len(frames_of(film)) == FRAMES[name]


@pytest.mark.parametrize(("name", "prompt", "image"), [("animatediff", True, False), ("stable-video", False, True)])
def test_a_watched_clip_shows_its_middle_frame_while_it_forms(
    models: dict[str, LoadedVideo], name: str, prompt: bool, image: bool
) -> None:
    control = Steps(watch=True)
    asked = [wanted(name, prompt, image, seed) for seed in (1, 2)]
    (film, *_), (other, *_) = make(models[name], *asked, control=control)
    assert [len(step) for step in control.previews] == [2] * STEPS
    shown = pyvips.Image.new_from_buffer(control.previews[-1][0], "").numpy()[..., :3]
    middle = FRAMES[name] // 2
    assert likeness(shown, frames_of(film)[middle]) > 0.1 + likeness(shown, frames_of(other)[middle])
    ((unwatched, *_),) = make(models[name], wanted(name, prompt, image))
    assert difference(film, unwatched) <= TOLERANCE


REFUSED = [
    ("ltx", {"num_frames": 12}, "input.num_frames", "8 × n + 1 frames: 9 or 17, not 12"),
    ("wan", {"num_frames": 12}, "input.num_frames", "9 or 13, not 12"),
    ("animatediff", {"num_frames": 17}, "input.num_frames", "16 frames at most"),
    ("animatediff", {"num_frames": None, "seconds": 3, "fps": 8}, "input.seconds", "16 frames at most (2 s), not 24"),
    ("wan", {"num_frames": None, "seconds": 100}, "input.seconds", "1000 frames at most"),
    ("ltx", {"num_frames": 993, "width": None, "height": None}, "input.num_frames", "of that size 832 are made"),
    ("ltx", {"width": 48}, "input.width", "multiples of 32: 32 or 64, not 48"),
    ("wan", {"height": 24}, "input.height", "multiples of 16: 16 or 32, not 24"),
    ("stable-video", {"width": 20}, "input.width", "multiples of 8"),
    ("animatediff", {"image": picture()}, "input.image", "takes no picture"),
    ("wan", {"image": picture()}, "input.image", "takes no picture"),
    ("stable-video", {"image": None, "prompt": "a star"}, "input.image", "needs a picture"),
    ("stable-video", {"prompt": "a star"}, "input.prompt", "takes no prompt"),
    ("stable-video", {"negative_prompt": "blur"}, "input.negative_prompt", "no negative prompt"),
    ("ltx", {"prompt": "", "image": picture()}, "input.prompt", "needs one"),
]


@pytest.mark.parametrize(("name", "fields", "field", "reason"), REFUSED)
def test_what_the_model_cannot_make_is_refused_by_its_field(
    models: dict[str, LoadedVideo], name: str, fields: dict[str, Any], field: str, reason: str
) -> None:
    image = name == "stable-video"
    with pytest.raises(InputRefused) as refused:
        FAMILY.check(models[name], wanted(name, not image, image, **fields))
    ((path, message),) = [(problem.path, problem.message) for problem in refused.value.problems]
    assert path == field
    assert reason in message


def test_a_file_that_is_no_picture_is_refused(models: dict[str, LoadedVideo]) -> None:
    asked = wanted("stable-video", False, True)
    assert asked.image is not None
    asked.image.attach(StoredFile("image/png", b"\x89PNG and then nothing"))
    with pytest.raises(InputRefused, match=r"input\.image"):
        FAMILY.check(models["stable-video"], asked)


@pytest.mark.parametrize(
    ("name", "seconds", "fps", "frames"), [("ltx", 1, 10, 9), ("wan", 0.5, 10, 5), ("animatediff", 0.5, 8, 4)]
)
def test_a_length_in_seconds_is_met_as_nearly_as_the_model_can(
    models: dict[str, LoadedVideo], name: str, seconds: float, fps: int, frames: int
) -> None:
    ((film, *_),) = make(models[name], wanted(name, True, False, num_frames=None, seconds=seconds, fps=fps))
    assert len(frames_of(film)) == frames


def test_the_film_is_compressed_as_it_was_asked_for(models: dict[str, LoadedVideo]) -> None:
    av = pytest.importorskip("av")
    ((film, *_),) = make(models["wan"], wanted("wan", True, False, video_codec=VideoCodec.AV1))
    with av.open(io.BytesIO(film.encode().body)) as container:
        assert container.streams.video[0].codec_context.codec.canonical_name == "av1"
