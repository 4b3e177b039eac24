"""Input of a text job: what a causal language model continues, and how.

The names and their meaning are those of ``transformers.GenerationConfig``. Fields are validated in the order in which
they stand, so that a later one can be judged by those before it and the error names the field to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.conversation import ConversationInput, Message, Role
from shared.catalog.inputs.prompted import PromptedInput
from shared.catalog.token_bounds import TokenBounds
from shared.errors import FieldProblem

# White space is kept, for a line break is a stop string; control characters but tabs and line breaks are refused.
StopString = Annotated[
    str,
    StringConstraints(
        strip_whitespace=False,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$",
    ),
]


def _without_default(schema: dict[str, Any]) -> None:
    """Say of no field that it is null when left out."""
    schema.pop("default", None)


class TextInput(PromptedInput, ConversationInput):
    """A prompt or a conversation, and the decoding parameters. Those left out take the model's defaults."""

    prompt: Prompt = Field(
        default=None,
        validate_default=True,
        json_schema_extra=_without_default,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to continue.",
        examples=["Write a playful slogan for coffee by Zorvi"],
    )
    chat: bool = Field(
        default=False,
        description="Answer the prompt by the model's chat template, as a conversation of one message, "
        "rather than continue it.",
    )
    max_new_tokens: int | None = Field(
        default=None,
        ge=1,
        le=8192,
        description="How many tokens to write at most.",
    )
    max_length: int | None = Field(
        default=None,
        ge=2,
        le=131_072,
        description="How many tokens prompt and text may have together; instead of max_new_tokens.",
    )
    num_beams: int = Field(
        default=1,
        ge=1,
        le=16,
        description="More than 1 searches for the likeliest text with that many beams, and draws nothing at random.",
    )
    do_sample: bool | None = Field(
        default=None,
        description="Draw tokens at random, rather than take the likeliest. Left out: yes, unless there are beams.",
    )
    temperature: float | None = Field(
        default=None,
        gt=0,
        le=5,
        description="Higher is more surprising.",
    )
    top_k: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Draw from the k likeliest tokens only.",
    )
    top_p: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Draw from the likeliest tokens that make up this probability.",
    )
    min_p: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Draw from the tokens that are at least this share as likely as the likeliest one.",
    )
    length_penalty: float | None = Field(
        default=None,
        ge=-10,
        le=10,
        description="With beams: above 0 favours longer texts, below 0 shorter ones. Left out: 1.",
    )
    early_stopping: bool | None = Field(
        default=None,
        description="With beams: end as soon as there are as many finished texts as beams. Left out: no.",
    )
    num_return_sequences: int = Field(default=1, ge=1, le=16, description="How many texts to write.")
    repetition_penalty: float | None = Field(
        default=None,
        gt=0,
        le=10,
        description="Above 1 makes tokens of the prompt and the text less likely to come again.",
    )
    no_repeat_ngram_size: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="No sequence of this many tokens occurs twice; 0 allows any.",
    )
    stop: tuple[StopString, ...] = Field(
        default=(),
        max_length=8,
        description="The text ends before the first of these strings.",
        examples=[["\n\n"]],
    )

    @field_validator("prompt", mode="before")
    @classmethod
    def _left_out_for_messages(cls, prompt: Any, info: ValidationInfo) -> Any:
        if prompt is not None:
            return prompt
        if "messages" in info.data and info.data["messages"] is None:
            raise PydanticKnownError("missing")
        return ""

    @field_validator("prompt")
    @classmethod
    def _prompt_or_messages(cls, prompt: str, info: ValidationInfo) -> str:
        if "messages" not in info.data:
            return prompt
        if prompt and info.data["messages"]:
            raise ValueError("messages are given too; give one of the two")
        if not prompt and not info.data["messages"]:
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        return prompt

    @field_validator("max_length")
    @classmethod
    def _one_limit(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("max_new_tokens") is not None:
            raise ValueError("max_new_tokens is given too; give one of the two")
        return value

    @field_validator("do_sample")
    @classmethod
    def _beams_do_not_sample(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if value and info.data.get("num_beams", 1) > 1:
            raise ValueError("beam search draws nothing at random; set num_beams to 1 or leave do_sample out")
        return value

    @field_validator("length_penalty", "early_stopping")
    @classmethod
    def _only_for_beams(cls, value: float | bool | None, info: ValidationInfo) -> float | bool | None:
        if value is not None and info.data.get("num_beams", 1) == 1:
            raise ValueError("has no effect without beam search; set num_beams to 2 or more or leave it out")
        return value

    @field_validator("temperature", "top_k", "top_p", "min_p")
    @classmethod
    def _only_for_sampling(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None:
            return value
        if info.data.get("num_beams", 1) > 1:
            raise ValueError("has no effect in beam search; set num_beams to 1 or leave it out")
        if info.data.get("do_sample") is False:
            raise ValueError("has no effect without sampling; set do_sample to true or leave it out")
        return value

    @field_validator("num_return_sequences")
    @classmethod
    def _enough_different_texts(cls, value: int, info: ValidationInfo) -> int:
        beams = info.data.get("num_beams", 1)
        if beams > 1 and value > beams:
            raise ValueError(f"{beams} beams give at most {beams} texts")
        if beams == 1 and info.data.get("do_sample") is False and value > 1:
            raise ValueError("without sampling and beams every text would be the same")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's limit yields to the caller's other one; its way of drawing tokens to a caller who draws none."""
        overruled = {"max_new_tokens"} if "max_length" in given else set()
        if given.get("do_sample") is False or given.get("num_beams", 1) != 1:
            overruled |= {"do_sample", "temperature", "top_k", "top_p", "min_p"}
        if given.get("num_beams") == 1:
            overruled |= {"length_penalty", "early_stopping"}
        if "messages" in given:
            overruled |= {"chat"}
        applicable = super().applicable(defaults, given)
        return {name: value for name, value in applicable.items() if name not in overruled}

    @property
    def conversation(self) -> tuple[Message, ...]:
        """The messages that the model is to answer; none when it is to continue the prompt."""
        if self.messages is not None:
            return self.messages
        return (Message(role=Role.USER, content=self.prompt),) if self.chat else ()

    @property
    def samples(self) -> bool:
        """Whether tokens are drawn at random."""
        return self.num_beams == 1 and self.do_sample is not False

    def beyond_context(self, bounds: TokenBounds) -> list[FieldProblem]:
        """As the worker judges it, by a number of tokens that is the real one or smaller."""
        read = "messages" if self.messages else "prompt"
        least, context = bounds.least_tokens(self._read_for_certain()), bounds.context
        if least >= context:
            return [
                FieldProblem(
                    f"input.{read}", f"at least {least} tokens long; this model reads fewer than {context} in all"
                )
            ]
        if self.max_length is not None and self.max_length <= least:
            return [FieldProblem("input.max_length", f"leaves no room: the {read} has at least {least} tokens")]
        if self.max_new_tokens is not None and least + self.max_new_tokens > context:
            said = f"the {read} has at least {least} of the model's {context} tokens"
            return [FieldProblem("input.max_new_tokens", f"at most {context - least}: {said}")]
        return []

    def _read_for_certain(self) -> str:
        """What is sure to reach the tokenizer: inserts may be empty, and chat templates leave earlier messages out."""
        return self.messages[-1].content if self.messages else self.prompt_without_inserts()

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts, seeds, stop strings and, but for beams, the number of texts may differ within a forward pass."""
        return (
            self.max_new_tokens,
            self.max_length,
            self.num_beams,
            self.samples,
            self.temperature,
            self.top_k,
            self.top_p,
            self.min_p,
            self.length_penalty,
            self.early_stopping,
            self.repetition_penalty,
            self.no_repeat_ngram_size,
            self.num_return_sequences if self.num_beams > 1 else None,
        )

    def output_count(self) -> int:
        return self.num_return_sequences
