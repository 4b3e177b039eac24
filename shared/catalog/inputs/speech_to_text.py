"""Input of a speech-to-text job: what to listen to, and what to write down of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import SoundFile
from shared.catalog.inputs.languages import language_code

MAX_SPEECH_SECONDS = 6 * 3600


class SpeechToTextInput(JobInput):
    """A recording or a film. Fields are validated in their order."""

    audio: SoundFile = Field(description="The recording, or the film, to listen to: six hours at most.")
    task: Literal["transcribe", "translate"] = Field(
        default="transcribe",
        description="Write down what is said in its own language, or in English.",
    )
    language: str | None = Field(
        default=None,
        min_length=2,
        max_length=40,
        description="What is spoken, by name or code. Left out, it is detected in the first half minute of speech.",
        examples=["german"],
    )
    timestamps: Literal["segment", "word"] = Field(
        default="segment",
        description="Say when each utterance is spoken, or each word too; subtitles are cut more exactly by words.",
    )
    condition_on_prev_tokens: bool = Field(
        default=True,
        description="Let what was heard so far guide what is heard next: names stay spelt alike, slips may repeat.",
    )
    num_beams: int = Field(
        default=1, ge=1, le=8, description="More than 1 searches for the likeliest text with that many beams."
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="0 takes the likeliest words. Left out: 0, and higher where that repeats itself or is unsure.",
    )

    @field_validator("language")
    @classmethod
    def _by_its_code(cls, value: str | None) -> str | None:
        return None if value is None else language_code(value)

    @field_validator("temperature")
    @classmethod
    def _beams_do_not_sample(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value and info.data.get("num_beams", 1) > 1:
            raise ValueError("above 0 draws words at random, which beams do not; set num_beams to 1 or leave it out")
        return value

    def batch_shape(self) -> tuple[Any, ...]:
        """Recordings of any length, task and language share forward passes."""
        return (self.num_beams, self.temperature)

    def output_count(self) -> int:
        """The transcript as text, SubRip, WebVTT and JSON."""
        return 4
