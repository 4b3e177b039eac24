"""An input to try a model with: what its family needs, and no more; files are made here."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import Accepts, StoredFile, file_fields
from shared.catalog.models import Model
from shared.catalog.service import complete_input
from shared.errors import InputRefused
from shared.identifiers import new_id
from shared.storage.formats import FileKind
from worker.media.image import ImageMedia
from worker.media.sound import SoundMedia

_SEED = 7
_SAMPLE_RATE = 16_000
_EXAMPLE_PROMPT = "a calm beach at sunset"
_OPTIONAL: tuple[set[str], ...] = (set(), {"prompt"}, {"image"}, {"prompt", "image"})


def sample_input(model: Model, given: Mapping[str, Any], check: Callable[[JobInput], None]) -> JobInput:
    """The smallest input that the family and the loaded model take: what is required, then a prompt, then a picture.

    ``given`` is what whoever tries it wants. ``check`` raises ``InputRefused``, as this does when nothing was taken.
    """
    fields = FAMILIES[model.family].input_type.model_fields
    required = {name for name, field in fields.items() if field.is_required()}
    refused: InputRefused | None = None
    for optional in _OPTIONAL:
        names = required | (optional & set(fields))
        raw = {"seed": _SEED, **{name: _example(model, name) for name in names}, **given}
        try:
            job_input = complete_input(model, raw)
            attach_samples(job_input)
            check(job_input)
        except InputRefused as error:
            refused = refused or error
        else:
            return job_input
    assert refused is not None, "every attempt was refused"
    raise refused


def attach_samples(job_input: JobInput) -> None:
    """Fill in every file that the input names with a small one of its kind."""
    for field in file_fields(job_input).values():
        field.reference.attach(sample_file(field.accepts.kinds[0]))


def sample_file(kind: FileKind) -> StoredFile:
    """A small file of a kind: a picture of a horizon, two seconds of a chord, a scale, a sentence."""
    if kind is FileKind.IMAGE:
        encoded = ImageMedia(_horizon()).encode()
        return StoredFile(encoded.media_type, encoded.body)
    if kind is FileKind.SOUND:
        encoded = SoundMedia(_chord(), _SAMPLE_RATE).encode()
        return StoredFile(encoded.media_type, encoded.body)
    if kind is FileKind.MIDI:
        return StoredFile("audio/midi", _scale())
    if kind is FileKind.TEXT:
        return StoredFile("text/plain; charset=utf-8", b"A calm beach at sunset.")
    raise LookupError(f"there is no sample of the kind {kind}")


def _example(model: Model, name: str) -> Any:
    field = FAMILIES[model.family].input_type.model_fields[name]
    if name == "image" or any(isinstance(each, Accepts) for each in field.metadata):
        return {"upload": str(new_id())}
    return field.examples[0] if field.examples else _EXAMPLE_PROMPT


def _horizon(size: int = 256) -> Any:
    """A sun over water, ``(size, size, 3)``."""
    y, x = np.mgrid[0:size, 0:size] / size
    sky = np.stack([0.9 - 0.3 * y, 0.5 + 0.2 * y, 0.4 + 0.4 * y], axis=-1)
    water = np.stack([0.1 + 0 * y, 0.3 + 0.1 * np.sin(60 * y), 0.5 + 0.1 * y], axis=-1)
    picture = np.where((y < 0.6)[..., None], sky, water)
    picture[(x - 0.5) ** 2 + (y - 0.45) ** 2 < 0.01] = (1.0, 0.9, 0.6)
    return (picture * 255).astype(np.uint8)


def _chord(seconds: float = 2.0) -> Any:
    """A major triad that fades, ``(1, frames)``."""
    time = np.arange(int(seconds * _SAMPLE_RATE)) / _SAMPLE_RATE
    notes = sum(np.sin(2 * np.pi * hertz * time) for hertz in (261.63, 329.63, 392.0))
    return (0.2 * notes * np.exp(-time))[None, :]


def _scale() -> bytes:
    """A scale of C major in eighth notes, as a Standard MIDI File of one track, 480 ticks a quarter."""
    track = b"".join(_eighth(note) for note in (60, 62, 64, 65, 67, 69, 71, 72)) + b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track


def _eighth(note: int) -> bytes:
    # 240 ticks, as the variable-length quantity that the format writes times in.
    return bytes((0x00, 0x90, note, 80, 0x81, 0x70, 0x80, note, 0))
