"""Inputs that may be a conversation, which a model's chat template turns into a prompt."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, JobInput, Prompt

_MESSAGES_AT_MOST = 100
_CHARACTERS_AT_MOST = 10 * MAX_PROMPT_CHARACTERS


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Message(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    role: Role
    content: Prompt = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)


class ConversationInput(JobInput):
    """An input whose prompt may be a conversation instead."""

    messages: tuple[Message, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=_MESSAGES_AT_MOST,
        description="Instead of a prompt, for a model with a chat template. The last message is answered.",
        examples=[[{"role": "user", "content": "Write a playful slogan for coffee by Zorvi"}]],
    )

    @field_validator("messages")
    @classmethod
    def _can_be_answered(cls, value: tuple[Message, ...] | None) -> tuple[Message, ...] | None:
        if value is None:
            return value
        if any(message.role is Role.SYSTEM for message in value[1:]):
            raise ValueError("a message of the role `system` comes first or not at all")
        if value[-1].role is not Role.USER:
            raise ValueError("the last message is the one to answer: its role is `user`")
        if (length := sum(len(message.content) for message in value)) > _CHARACTERS_AT_MOST:
            raise ValueError(f"have {length} characters together; {_CHARACTERS_AT_MOST} at most are taken")
        return value
