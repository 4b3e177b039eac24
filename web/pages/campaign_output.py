"""How a campaign's creatives are stored, as its form asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.catalog.inputs.composite import OutputFile
from web.pages import form_fields
from web.pages.form_fields import FormField

PREFIX = "output."
_SCHEMA: Mapping[str, Any] = {
    "properties": {
        "format": {"enum": ["jpeg", "png", "webp", "avif"], "default": "jpeg", "description": "Of the files."},
        "quality": {
            "type": "integer",
            "minimum": 40,
            "maximum": 100,
            "default": 88,
            "description": "Of JPEG, WebP and AVIF.",
        },
        "max_kilobytes": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "default": "No limit",
            "description": "A file is no larger; ad servers often take 150 kB.",
        },
        "seed": {
            "type": "integer",
            "minimum": 0,
            "maximum": 2**32 - 1,
            "default": "0",
            "description": "Of every generation: another one gives other pictures.",
        },
    }
}
NAMES = tuple(_SCHEMA["properties"])


def fields(values: Mapping[str, str], problems: Mapping[str, Sequence[str]]) -> list[FormField]:
    """The fields of the part. Values and problems go by the field's name."""
    return form_fields.fields_of(_SCHEMA, values, problems, PREFIX)


def request_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """``output`` and ``seed`` of a campaign's request. What is no number stays as it was typed."""
    found = form_fields.read_input(_SCHEMA, typed, PREFIX)
    output: dict[str, Any] = {"format": found.get("format", "jpeg"), "quality": found.get("quality", 88)}
    most = found.get("max_kilobytes")
    if most is not None:
        output["max_bytes"] = most * 1000 if isinstance(most, int) else most
    return {"output": output, **({"seed": found["seed"]} if "seed" in found else {})}


def typed_of(output: OutputFile, seed: int) -> dict[str, str]:
    """The form as it must have been filled for this."""
    typed = {"format": output.format, "quality": str(output.quality), "seed": str(seed) if seed else ""}
    if output.max_bytes is not None:
        typed["max_kilobytes"] = str(output.max_bytes // 1000)
    return {PREFIX + name: value for name, value in typed.items()}
