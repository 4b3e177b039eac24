"""Which kinds of model the code can run, and the typed input of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.text import TextInput
from shared.catalog.inputs.text_to_image import TextToImageInput


class FamilyName(StrEnum):
    """A kind of model. The value is what people write, in the API and in the catalog."""

    TEXT_TO_IMAGE = "text-to-image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FamilySpec:
    """What the web has to know of a family without importing a model library."""

    name: FamilyName
    title: str
    summary: str
    input_type: type[JobInput]


FAMILIES: dict[FamilyName, FamilySpec] = {
    FamilyName.TEXT_TO_IMAGE: FamilySpec(
        FamilyName.TEXT_TO_IMAGE,
        "Text to image",
        "Draws one picture or more from a description.",
        TextToImageInput,
    ),
    FamilyName.TEXT: FamilySpec(
        FamilyName.TEXT,
        "Text",
        "Continues a prompt: slogans, headlines, descriptions.",
        TextInput,
    ),
}
