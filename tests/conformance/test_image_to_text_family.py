"""What the image-to-text family promises, kept with genuine architectures at toy size."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from shared.catalog.families import FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.image_to_text import ImageToTextInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from shared.identifiers import new_id
from tests.conformance.step_controls import Steps
from tests.conformance.tiny import captioners
from worker.families.base import Device, ModelRef
from worker.families.captioner import LoadedCaptioner
from worker.families.image_to_text import ImageToText
from worker.media.text import TextMedia

FAMILY = ImageToText()
TOKENS = 10
SAVE: dict[str, Callable[[Path], None]] = {
    "blip": captioners.save_blip,
    "git": captioners.save_git,
    "vit-gpt2": captioners.save_vit_gpt2,
    "llava": captioners.save_llava,
}
TAKE_A_PROMPT = ["blip", "git", "llava"]
DECODING: dict[str, dict[str, Any]] = {
    "greedy": {},
    "drawn": {"do_sample": True, "temperature": 1.3, "top_p": 0.95, "num_captions": 2},
    "beams": {"num_beams": 3, "num_captions": 2},
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedCaptioner]:
    """Every architecture, saved and loaded once."""
    torch.set_num_threads(1)
    loaded = {}
    for name, save in SAVE.items():
        folder = tmp_path_factory.mktemp(name)
        save(folder)
        loaded[name] = FAMILY.load(ModelRef(f"tiny/{name}", FamilyName.IMAGE_TO_TEXT, "0" * 64, folder), Device())
    return loaded


def pixels(seed: int) -> Image.Image:
    """A picture of coarse colours."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((60, 50), Image.Resampling.BILINEAR)


def reference(picture: Image.Image, kind: str = "PNG", **options: Any) -> FileReference:
    """A reference to a file of the picture, attached as a worker attaches it."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    made = FileReference(upload=new_id())
    made.attach(StoredFile(f"image/{kind.lower()}", file.getvalue()))
    return made


def wanted(seed: int = 1, **fields: Any) -> ImageToTextInput:
    return ImageToTextInput(**{"image": reference(pixels(seed)), "max_new_tokens": TOKENS, "seed": seed, **fields})


def write(loaded: LoadedCaptioner, *inputs: ImageToTextInput, control: Steps | None = None) -> list[list[str]]:
    for each in inputs:
        FAMILY.check(loaded, each)
    outputs = FAMILY.generate(loaded, inputs, control or Steps())
    return [[media.encode().body.decode() for media in member] for member in outputs]


@pytest.mark.parametrize("name", SAVE)
def test_what_is_written_depends_on_the_picture(models: dict[str, LoadedCaptioner], name: str) -> None:
    captions = [write(models[name], wanted(seed))[0][0] for seed in range(4)]
    assert all(captions)
    assert len(set(captions)) >= 3


@pytest.mark.parametrize("name", ["blip", "git"])
def test_a_caption_begins_with_its_prefix(models: dict[str, LoadedCaptioner], name: str) -> None:
    ((prefixed,),) = write(models[name], wanted(prompt="a photo of"))
    assert prefixed.startswith("a photo of ")
    assert len(prefixed.split()) > 3
    assert prefixed.removeprefix("a photo of ") != write(models[name], wanted())[0][0]


def test_an_answer_depends_on_the_question_and_does_not_repeat_it(models: dict[str, LoadedCaptioner]) -> None:
    question = "Which colours are there?"
    ((answer,),) = write(models["llava"], wanted(prompt=question))
    assert "colours" not in answer
    assert "ASSISTANT" not in answer
    assert answer != write(models["llava"], wanted(prompt="What is it?"))[0][0]


@pytest.mark.parametrize("decoding", DECODING)
@pytest.mark.parametrize("name", SAVE)
def test_a_jobs_captions_do_not_depend_on_its_neighbours(
    models: dict[str, LoadedCaptioner], name: str, decoding: str
) -> None:
    fields = DECODING[decoding]
    asked = [wanted(seed, **fields) for seed in (3, 1, 2)]
    if name in TAKE_A_PROMPT:
        asked += [wanted(1, prompt="a photo of", **fields), wanted(5, prompt="a red star", **fields)]
    together = write(models[name], *asked)
    assert together == [write(models[name], each)[0] for each in asked]
    assert [len(captions) for captions in together] == [each.output_count() for each in asked]


@pytest.mark.parametrize("name", SAVE)
def test_the_same_seed_draws_the_same_caption_and_another_seed_another(
    models: dict[str, LoadedCaptioner], name: str
) -> None:
    asked = wanted(7, temperature=1.5)
    first, again, other = (write(models[name], each) for each in (asked, asked, asked.model_copy(update={"seed": 8})))
    assert first == again != other


@pytest.mark.parametrize("name", SAVE)
def test_caption_k_of_seed_s_is_caption_0_of_seed_s_plus_k(models: dict[str, LoadedCaptioner], name: str) -> None:
    asked = wanted(4, temperature=1.5, num_captions=3)
    (several,) = write(models[name], asked)
    assert len(set(several)) == 3
    ((third,),) = write(models[name], asked.model_copy(update={"seed": 6, "num_captions": 1}))
    assert several[2] == third


def test_a_sharper_temperature_and_nucleus_draw_what_is_likeliest(models: dict[str, LoadedCaptioner]) -> None:
    ((greedy,),) = write(models["blip"], wanted())
    assert write(models["blip"], wanted(temperature=0.001)) == [[greedy]]
    assert write(models["blip"], wanted(top_p=0.0001)) == [[greedy]]
    assert write(models["blip"], wanted(do_sample=True)) != [[greedy]]


def test_a_caption_is_no_longer_than_its_limit_and_says_why_it_ended(models: dict[str, LoadedCaptioner]) -> None:
    ((media,),) = FAMILY.generate(models["blip"], [wanted(max_new_tokens=3)], Steps())
    assert isinstance(media, TextMedia)
    assert (len(media.text.split()), media.finish_reason) == (3, "length")


def test_what_the_folder_says_of_beams_and_length_does_not_decide(models: dict[str, LoadedCaptioner]) -> None:
    ((short,),), ((long,),) = (write(models["vit-gpt2"], wanted(max_new_tokens=count)) for count in (4, 30))
    assert long.startswith(short[:4])
    assert len(long) > 2 * len(short)
    ((beams,),) = write(models["vit-gpt2"], wanted(max_new_tokens=4, num_beams=4))
    assert beams != short


@pytest.mark.parametrize("name", SAVE)
def test_progress_counts_tokens_up_to_the_limit(models: dict[str, LoadedCaptioner], name: str) -> None:
    control = Steps()
    asked = [wanted(), wanted(2)]
    if name in TAKE_A_PROMPT:
        asked.append(wanted(prompt="a photo of"))
    write(models[name], *asked, control=control)
    calls = 2 if name in TAKE_A_PROMPT else 1
    done = [each for each, _ in control.said]
    assert {total for _, total in control.said} == {calls * TOKENS}
    assert done == sorted(done)
    assert done[0] == 1


@pytest.mark.parametrize("name", SAVE)
def test_those_who_watch_read_what_is_written_so_far(models: dict[str, LoadedCaptioner], name: str) -> None:
    control = Steps(watch=True)
    asked = [wanted(1, do_sample=True, num_captions=2), wanted(2, do_sample=True)]
    if name in TAKE_A_PROMPT:
        asked.append(wanted(3, do_sample=True, prompt="a photo of"))
    written = write(models[name], *asked, control=control)
    assert all(len(texts) == len(asked) for texts in control.texts)
    for member, captions in enumerate(written):
        growing = [texts[member] for texts in control.texts]
        # A letter that is spelt in several tokens is not one before the last of them.
        assert all(captions[0].startswith(text.rstrip("\ufffd").strip()) for text in growing)
        assert len(set(growing)) > 3


@pytest.mark.parametrize("name", SAVE)
def test_a_dropped_member_has_no_caption_and_its_neighbour_the_same_as_ever(
    models: dict[str, LoadedCaptioner], name: str
) -> None:
    dropped, kept = write(models[name], wanted(1), wanted(2), control=Steps(frozenset({0}), drop_at=3))
    assert dropped == []
    assert kept == write(models[name], wanted(2))[0]


@pytest.mark.parametrize("name", SAVE)
def test_an_interrupted_batch_stops_at_that_token_and_leaves_the_model_usable(
    models: dict[str, LoadedCaptioner], name: str
) -> None:
    control = Steps(interrupt_at=3)
    with pytest.raises(ForwardBatchInterrupted):
        write(models[name], wanted(), control=control)
    assert control.said[-1] == (3, TOKENS)
    assert write(models[name], wanted())[0][0]


def test_a_picture_is_described_as_people_see_it(models: dict[str, LoadedCaptioner]) -> None:
    upright = pixels(3)
    turned = Image.Exif()
    turned[0x0112] = 6
    transparent = upright.convert("RGBA")
    same = {
        "upright": reference(upright),
        "turned": reference(upright.transpose(Image.Transpose.ROTATE_90), exif=turned),
        "opaque": reference(transparent),
        "lossless": reference(upright, "WebP", lossless=True),
    }
    assert len({write(models["git"], wanted(image=picture))[0][0] for picture in same.values()}) == 1
    grey = upright.convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    greys = [write(models["git"], wanted(image=reference(each)))[0][0] for each in (grey, grey.convert("RGB"), deep)]
    assert len(set(greys)) == 1


@pytest.mark.parametrize(
    ("name", "fields", "field", "reason"),
    [
        ("vit-gpt2", {"prompt": "a photo of"}, "input.prompt", "takes no prompt"),
        ("blip", {"prompt": "red " * 60}, "input.prompt", "fewer than 48 tokens"),
        ("blip", {"prompt": "a photo of", "max_new_tokens": 44}, "input.max_new_tokens", "at most 43: the input has 5"),
        ("vit-gpt2", {"max_new_tokens": 48}, "input.max_new_tokens", "at most 47"),
    ],
)
def test_what_the_model_cannot_do_is_refused_by_its_field(
    models: dict[str, LoadedCaptioner], name: str, fields: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        FAMILY.check(models[name], wanted(**fields))
    ((path, message),) = [(problem.path, problem.message) for problem in refused.value.problems]
    assert path == field
    assert reason in message


def test_a_file_that_is_no_picture_is_refused(models: dict[str, LoadedCaptioner]) -> None:
    asked = wanted()
    asked.image.attach(StoredFile("image/png", b"\x89PNG and then nothing"))
    with pytest.raises(InputRefused, match=r"input\.image"):
        FAMILY.check(models["blip"], asked)
