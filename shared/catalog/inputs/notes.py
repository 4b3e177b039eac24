"""Input of a notes job: a piece of music to compose, a melody to continue, or two melodies to interpolate.

Fields are validated in the order in which they stand, so that a later one can be judged by those before it and the
error names the field to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import MidiFile

MAX_MELODY_BARS = 16
"""Bars of four beats that a given melody may have."""
DEFAULT_BARS = 8
"""Bars to compose where nothing is said."""
DEFAULT_STEPS = 3
"""Pieces between two melodies where nothing is said."""
FILES_A_PIECE = 3
"""The notes, their sound and their picture."""

Mood = Literal["happy", "sad", "calm", "epic", "playful", "mysterious", "energetic", "romantic"]
Key = Literal["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
Mode = Literal["major", "minor", "dorian", "mixolydian"]
Lead = Literal["piano", "flute", "guitar", "music box", "synth", "violin", "marimba"]


class NotesInput(JobInput):
    """Musical attributes, all of them optional: the model draws those left out, as it draws the notes."""

    mood: Mood | None = Field(default=None, description="How the piece feels.")
    key: Key | None = Field(
        default=None,
        description="The tonic. Beside a melody it says in which key that melody is; left out, that is estimated.",
    )
    mode: Mode | None = Field(
        default=None,
        description="The scale on the tonic. Beside a melody it says in which mode that melody is.",
    )
    tempo: int | None = Field(
        default=None,
        ge=50,
        le=180,
        description="Beats a minute. Left out beside a melody, it is the melody's own.",
    )
    lead: Lead | None = Field(default=None, description="The instrument that plays the melody.")
    melody: MidiFile | None = Field(
        default=None,
        description="A MIDI file whose melody the piece begins with: the track of that name, or the highest voice.",
    )
    target_melody: MidiFile | None = Field(
        default=None,
        description="Beside `melody`: a second MIDI file, to which the pieces lead over from the first.",
    )
    steps: int | None = Field(
        default=None,
        ge=1,
        le=8,
        description="With two melodies, which come back as well: how many pieces to compose between them. Left out, 3.",
    )
    bars: int | None = Field(
        default=None,
        ge=2,
        le=16,
        description="How many bars of four beats to compose; beside `melody`, how many more. Left out, 8.",
    )
    temperature: float | None = Field(default=None, gt=0, le=2, description="Higher is more surprising.")
    top_p: float | None = Field(
        default=None, gt=0, le=1, description="Draw from the likeliest events that make up this probability."
    )
    num_pieces: int = Field(default=1, ge=1, le=8, description="How many pieces to compose.")

    @field_validator("target_melody")
    @classmethod
    def _leads_somewhere_from(cls, value: Any, info: ValidationInfo) -> Any:
        if value is not None and "melody" in info.data and info.data["melody"] is None:
            raise ValueError("goes with `melody`, from which the pieces lead over to this one")
        return value

    @field_validator("steps")
    @classmethod
    def _between_two_melodies(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and "target_melody" in info.data and info.data["target_melody"] is None:
            raise ValueError("goes with `target_melody`: it counts the pieces between two melodies")
        return value

    @field_validator("bars")
    @classmethod
    def _length_of_the_melodies(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("target_melody") is not None:
            raise ValueError("goes with no or one melody; between two, the pieces are as long as these")
        return value

    @field_validator("num_pieces")
    @classmethod
    def _counted_by_steps(cls, value: int, info: ValidationInfo) -> int:
        if value > 1 and info.data.get("target_melody") is not None:
            raise ValueError("goes with no or one melody; between two, `steps` counts the pieces")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's length yields to that of two melodies, its number of steps to their absence."""
        overruled = {"bars", "num_pieces"} if given.get("target_melody") is not None else {"steps"}
        applicable = super().applicable(defaults, given)
        return {name: value for name, value in applicable.items() if name not in overruled}

    def piece_count(self) -> int:
        """Pieces of this job: those asked for, or two melodies and those between them."""
        return self.num_pieces if self.target_melody is None else (self.steps or DEFAULT_STEPS) + 2

    def batch_shape(self) -> tuple[Any, ...]:
        """Rows end at their own last bar: only the way of drawing events must be the same."""
        return (self.temperature, self.top_p)

    def output_count(self) -> int:
        return FILES_A_PIECE * self.piece_count()
