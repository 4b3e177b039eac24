"""Files in inputs: one way to name each, told apart by field, and no bytes before a worker attaches them."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field, ValidationError

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import (
    FileReference,
    ImageFile,
    MidiFile,
    SoundFile,
    StoredFile,
    TextFile,
    VideoFile,
    file_fields,
)
from shared.catalog.wording import problems_of
from shared.storage.formats import FORMATS, FileKind, media_types

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


class Collage(JobInput):
    """An input with files wherever they can be."""

    image: ImageFile = Field(description="The picture.")
    mask: ImageFile | None = Field(default=None, description="Where to paint.")
    frames: tuple[ImageFile, ...] = Field(default=(), description="More pictures.")
    sound: SoundFile | None = Field(default=None, description="What is heard.")
    texts: dict[str, TextFile] | None = Field(default=None, description="What is said.")

    def batch_shape(self) -> tuple[Any, ...]:
        return ()


def collage(**files: Any) -> Collage:
    return Collage.model_validate({"image": {"upload": ID}, **files})


@pytest.mark.parametrize(
    ("given", "dumped"),
    [
        ({"upload": ID}, {"upload": ID}),
        ({"artifact": ID.upper()}, {"artifact": ID}),
        ({"job": ID}, {"job": ID, "output": 0}),
        ({"job": ID, "output": 3}, {"job": ID, "output": 3}),
        ({"upload": ID, "artifact": None}, {"upload": ID}),
    ],
)
def test_a_reference_names_one_file_and_is_written_one_way(given: dict[str, Any], dumped: dict[str, Any]) -> None:
    assert FileReference.model_validate(given).model_dump(mode="json", exclude_none=True) == dumped


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"upload": ID, "artifact": ID},
        {"upload": ID, "output": 0},
        {"output": 0},
        {"job": ID, "output": -1},
        {"upload": "logo.png"},
        {"url": "https://example.com/logo.png"},
        "logo.png",
        {"upload": ID, "crop": 1},
    ],
)
def test_anything_else_names_no_file(given: Any) -> None:
    with pytest.raises(ValidationError):
        FileReference.model_validate(given)


def test_a_bad_reference_is_refused_by_its_path_in_plain_words() -> None:
    with pytest.raises(ValidationError) as caught:
        collage(frames=[{"upload": ID}, {"upload": ID, "job": ID}])
    (problem,) = problems_of(caught.value, "input", Collage)
    assert problem.path == "input.frames.1"
    assert problem.message == 'names one file: {"upload": id}, {"artifact": id} or {"job": id, "output": 0}'


def test_every_file_of_an_input_is_found_with_what_its_field_takes() -> None:
    job_input = collage(frames=[{"job": ID}, {"artifact": ID}], texts={"slogan": {"upload": ID}})

    found = file_fields(job_input)

    assert {path: field.accepts.kinds for path, field in found.items()} == {
        "image": (FileKind.IMAGE,),
        "frames.0": (FileKind.IMAGE,),
        "frames.1": (FileKind.IMAGE,),
        "texts.slogan": (FileKind.TEXT,),
    }
    assert found["frames.1"].reference is job_input.frames[1]


def test_a_field_that_does_not_say_what_it_takes_is_a_mistake_of_ours() -> None:
    class Anything(JobInput):
        file: FileReference

        def batch_shape(self) -> tuple[Any, ...]:
            return ()

    with pytest.raises(TypeError, match="file"):
        file_fields(Anything.model_validate({"file": {"upload": ID}}))


def test_a_form_learns_from_the_schema_which_files_a_field_takes() -> None:
    schema = Collage.model_json_schema()
    Draft202012Validator.check_schema(schema)
    properties = schema["properties"]
    assert properties["image"]["x-accepts"] == ["image/png", "image/jpeg", "image/webp"]
    assert properties["mask"]["anyOf"][0]["x-accepts"] == ["image/png", "image/jpeg", "image/webp"]
    assert properties["frames"]["items"]["x-accepts"] == ["image/png", "image/jpeg", "image/webp"]
    assert "video/webm" in properties["sound"]["anyOf"][0]["x-accepts"]


@pytest.mark.parametrize(
    "given", [{"upload": ID}, {"job": ID, "output": 1}, {}, {"upload": ID, "artifact": ID}, {"upload": 4}]
)
def test_the_schema_and_the_type_agree(given: dict[str, Any]) -> None:
    try:
        collage(image=given)
        accepted = True
    except ValidationError:
        accepted = False
    assert Draft202012Validator(Collage.model_json_schema()).is_valid({"image": given}) is accepted


def test_bytes_are_there_once_they_are_attached_and_never_dumped() -> None:
    job_input = collage()
    with pytest.raises(LookupError, match="attached"):
        job_input.image.file()

    job_input.image.attach(StoredFile("image/png", b"pixels"))

    assert job_input.with_seed().image.file().body == b"pixels"
    assert "pixels" not in str(job_input.model_dump())
    assert "pixels" not in repr(job_input)


# A table is read row by row into jobs; no job is given one.
@pytest.mark.parametrize("kind", sorted(set(FileKind) - {FileKind.TABLE}))
def test_every_upload_fits_a_field_of_its_kind(kind: FileKind) -> None:
    fields = {
        FileKind.IMAGE: ImageFile,
        FileKind.SOUND: SoundFile,
        FileKind.MIDI: MidiFile,
        FileKind.VIDEO: VideoFile,
        FileKind.TEXT: TextFile,
    }
    accepts = get_args(fields[kind])[1]
    of_this_kind = [each.media_type for each in FORMATS if each.kind is kind]
    assert of_this_kind
    assert all(accepts.takes(media_type) for media_type in of_this_kind)
    others = set(media_types(*FileKind)) - set(media_types(*accepts.kinds))
    assert not any(accepts.takes(media_type) for media_type in others)


@pytest.mark.parametrize("name", FamilyName)
def test_every_family_says_what_its_outputs_are(name: FamilyName) -> None:
    spec = FAMILIES[name]
    assert spec.output_kinds
    assert spec.output_kind(len(spec.output_kinds)) is spec.output_kinds[0]
