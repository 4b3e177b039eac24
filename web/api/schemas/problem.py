"""Problem documents (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from web.api.schemas.fields import Document


class FieldError(Document):
    """What is wrong with one field."""

    path: str = Field(description="As you wrote it.", examples=["input.width"])
    message: str = Field(examples=["this model takes multiples of 16, not 100"])


class Problem(Document):
    """Why a request was refused."""

    type: str = Field(description="A link to what the code means.")
    title: str = Field(description="The status in words.", examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    code: str = Field(description="Stable; for programs.", examples=["invalid_input"])
    detail: str = Field(description="For people.")
    errors: list[FieldError] = Field(description="Each bad field; empty when no field is to blame.")
    request_id: str = Field(description="Quote it when you ask for help.")
