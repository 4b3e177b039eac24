"""Files in a job's input: named by what is kept of them, and filled in by the worker before the model runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.storage.formats import FileKind, essence, media_types

MAX_OUTPUT_INDEX = 10_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's bytes, as a model gets them."""

    media_type: str
    body: bytes

    def text(self) -> str:
        """What a text file says."""
        return self.body.decode("utf-8-sig")


class FileReference(BaseModel):
    """One file: an upload, an artifact, or what another job will have made by then."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"oneOf": [{"required": [source]} for source in ("upload", "artifact", "job")]},
    )

    upload: UUID | None = Field(default=None, description="The id of an upload.")
    artifact: UUID | None = Field(default=None, description="The id of an artifact.")
    job: UUID | None = Field(default=None, description="The id of a job, which this one then waits for.")
    output: int | None = Field(
        default=None, ge=0, le=MAX_OUTPUT_INDEX, description="With `job`: which of its outputs. Left out, the first: 0."
    )

    _file: StoredFile | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _one_source(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        named = [name for name in ("upload", "artifact", "job") if given.get(name) is not None]
        if len(named) != 1:
            raise ValueError('names one file: {"upload": id}, {"artifact": id} or {"job": id, "output": 0}')
        if given.get("output") is None:
            return {**given, "output": 0} if named == ["job"] else given
        if named != ["job"]:
            raise ValueError(f"`output` goes with `job` alone, not with `{named[0]}`")
        return given

    def attach(self, file: StoredFile) -> None:
        """Fill in the bytes."""
        self._file = file

    def file(self) -> StoredFile:
        """The bytes. Raises ``LookupError`` before they are attached: only a worker may ask."""
        if self._file is None:
            raise LookupError("nothing was attached to this file reference: fetch a job's inputs before it runs")
        return self._file


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a field takes. In the JSON schema it is ``x-accepts``, by which a form draws a file input."""

    kinds: tuple[FileKind, ...]
    media_types: tuple[str, ...]

    def takes(self, media_type: str) -> bool:
        """Whether a file of this media type may stand there."""
        return essence(media_type) in self.media_types

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core_schema), "x-accepts": list(self.media_types)}


def _accepts(*kinds: FileKind) -> Accepts:
    return Accepts(kinds, media_types(*kinds))


ImageFile = Annotated[FileReference, _accepts(FileKind.IMAGE)]
# A film's sound is sound, too: what people record in a browser is WebM.
SoundFile = Annotated[FileReference, _accepts(FileKind.SOUND, FileKind.VIDEO)]
MidiFile = Annotated[FileReference, _accepts(FileKind.MIDI)]
VideoFile = Annotated[FileReference, _accepts(FileKind.VIDEO)]
TextFile = Annotated[FileReference, _accepts(FileKind.TEXT)]


_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class FileField:
    """A reference in an input, and what its field takes."""

    reference: FileReference
    accepts: Accepts


def file_fields(job_input: BaseModel) -> dict[str, FileField]:
    """Every file of an input by its dotted path in it: ``image``, ``frames.0``, ``inserts.slogan``.

    Raises ``TypeError`` for a reference whose field does not say what it takes.
    """
    return dict(_fields_of(job_input, ""))


def _fields_of(model: BaseModel, prefix: str) -> Iterator[tuple[str, FileField]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        # Nearly every field is one: accepting a hundred thousand jobs is not to look at each of them three times.
        if not isinstance(value, _PLAIN):
            yield from _files_in(value, f"{prefix}{name}", (field.annotation, *field.metadata))


def _files_in(value: Any, path: str, declared: Sequence[Any]) -> Iterator[tuple[str, FileField]]:
    if isinstance(value, FileReference):
        accepts = next(_declared(declared), None)
        if accepts is None:
            raise TypeError(f"the field {path} does not say which files it takes; declare it as ImageFile or the like")
        yield path, FileField(value, accepts)
    elif isinstance(value, BaseModel):
        yield from _fields_of(value, f"{path}.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _files_in(inner, f"{path}.{key}", declared)
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _files_in(inner, f"{path}.{index}", declared)


def _declared(types: Sequence[Any]) -> Iterator[Accepts]:
    for each in types:
        if isinstance(each, Accepts):
            yield each
        else:
            yield from _declared(get_args(each))
