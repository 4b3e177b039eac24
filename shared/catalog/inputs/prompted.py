"""Inputs with a prompt into which the texts of other jobs can be put."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, JobInput, Prompt
from shared.catalog.inputs.files import TextFile
from shared.errors import InputRefused

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,39}"
_PLACE = re.compile(r"\{(" + _NAME + r")\}")

InsertName = Annotated[str, StringConstraints(pattern=f"^{_NAME}$")]


class PromptedInput(JobInput):
    """An input that has a ``prompt``. Fields are validated in their order: the prompt is judged by the inserts."""

    inserts: dict[InsertName, TextFile] | None = Field(
        default=None,
        max_length=16,
        description="Texts to put into the prompt where it says `{name}`: uploads, or what other jobs write.",
        examples=[{"slogan": {"job": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11", "output": 0}}],
    )
    prompt: Prompt = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)

    @field_validator("inserts")
    @classmethod
    def _none_is_nothing(cls, value: dict[str, TextFile] | None) -> dict[str, TextFile] | None:
        """Left out or empty, the input and its fingerprint are the same."""
        return value or None

    @field_validator("prompt")
    @classmethod
    def _places_and_inserts_match(cls, prompt: str, info: ValidationInfo) -> str:
        inserts = info.data.get("inserts")
        if not inserts:
            return prompt
        places = set(_PLACE.findall(prompt))
        if unfilled := sorted(places - inserts.keys()):
            raise ValueError(f"says {{{unfilled[0]}}}, and `inserts` has no text of that name")
        if unused := sorted(inserts.keys() - places):
            raise ValueError(f"does not say {{{unused[0]}}}, where the text of that name in `inserts` would go")
        return prompt

    def insert_texts(self) -> dict[str, str]:
        """What is put in, by name; in a worker, once the files are attached."""
        return {name: reference.file().text().strip() for name, reference in (self.inserts or {}).items()}

    def prompt_with_inserts(self, most: int | None = None) -> str:
        """The prompt with the texts in their places; of each its first ``most`` characters, ended where a word ends.

        A text is put in as it is: braces in it are no places. Raises ``InputRefused`` when the whole is no prompt.
        """
        if not self.inserts:
            return self.prompt
        texts = {name: _beginning(text, most) for name, text in self.insert_texts().items()}
        whole = _PLACE.sub(lambda place: texts[place[1]], self.prompt)
        if len(whole) > MAX_PROMPT_CHARACTERS:
            raise InputRefused.of(
                "input.prompt",
                f"has {len(whole)} characters with its inserts; {MAX_PROMPT_CHARACTERS} at most are taken",
            )
        return whole

    def prompt_without_inserts(self) -> str:
        """What the prompt says whatever its inserts do."""
        return _PLACE.sub("", self.prompt) if self.inserts else self.prompt

    def with_inserts(self, most: int | None = None) -> Self:
        """This input with the texts in its prompt, as if it had been written so."""
        if not self.inserts:
            return self
        return self.model_copy(update={"prompt": self.prompt_with_inserts(most), "inserts": None})


def _beginning(text: str, most: int | None) -> str:
    if most is None or len(text) <= most:
        return text
    kept = text[:most]
    # Where words are not parted by spaces there is no better end than this.
    whole_words = kept if text[most].isspace() else kept.rpartition(" ")[0]
    return (whole_words or kept).rstrip(" \n\t,;:-")
