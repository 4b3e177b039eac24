"""What every family's input has in common."""

from __future__ import annotations

import secrets
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.catalog.token_bounds import TokenBounds
from shared.errors import FieldProblem

MAX_SEED = 2**32 - 1
MAX_PROMPT_CHARACTERS = 10_000


def _refuse_control_characters(text: str) -> str:
    for character in text:
        if unicodedata.category(character) == "Cc" and character not in "\n\r\t":
            raise ValueError(f"contains the control character U+{ord(character):04X}, which is not text")
    return text


Prompt = Annotated[str, AfterValidator(_refuse_control_characters)]


class JobInput(BaseModel, ABC):
    """Input of one job. Frozen and strict about names: a misspelt field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    seed: int | None = Field(
        default=None,
        ge=0,
        le=MAX_SEED,
        description="The same seed, model and input give the same output. Left out, one is drawn and recorded.",
        examples=[42],
    )

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """A model's defaults without those that make no sense beside what the caller gave."""
        return {name: value for name, value in defaults.items() if name not in given}

    def with_seed(self) -> Self:
        """This input with a seed: its own, or one drawn now."""
        if self.seed is not None:
            return self
        return self.model_copy(update={"seed": secrets.randbelow(MAX_SEED + 1)})

    @abstractmethod
    def batch_shape(self) -> tuple[Any, ...]:
        """Everything two inputs must agree on to share a forward pass on the device."""

    def beyond_context(self, bounds: TokenBounds) -> list[FieldProblem]:  # noqa: ARG002  (for those that read text)
        """What certainly does not fit the model's context, as far as that can be told without its tokenizer."""
        return []

    def output_count(self) -> int:
        """How many artifacts this job yields."""
        return 1
