"""What can be made next of something that is there: a form that takes it, filled in with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from shared.artifacts.models import Artifact
from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.storage.formats import essence
from web.pages.form_fields import PROMPT
from web.pages.results import is_animation
from web.pages.schema_properties import Property, properties_of

_LONGEST_PROMPT = 1000


@dataclass(frozen=True, slots=True)
class Use:
    """A form to open."""

    title: str
    href: str


def uses_of(artifact: Artifact, models: Sequence[Model], text: str | None = None) -> list[Use]:
    """The models that take a file, and those that take what it says as their prompt."""
    media_type = essence(artifact.media_type)
    found: list[Use] = []
    if is_animation(artifact):
        return found
    for model in models:
        name = _field_for(model.family, media_type)
        if name is not None:
            found.append(_use(model, {name: f"artifact:{artifact.id}"}))
        elif text and len(text) <= _LONGEST_PROMPT and (prompt := _prompt_of(model.family)):
            found.append(_use(model, {prompt: text.strip()}))
    return found


def _use(model: Model, fields: Mapping[str, str]) -> Use:
    return Use(model.title, f"/?{urlencode({'model': model.name, **fields})}")


def _field_for(family: FamilyName, media_type: str) -> str | None:
    """The first field that takes such a file; one the model needs, if there is one."""
    taking = [each for each in _properties(FAMILIES[family].input_type) if media_type in each.accepts]
    return next((each.name for each in sorted(taking, key=lambda each: not each.required)), None)


def _prompt_of(family: FamilyName) -> str | None:
    """The field that says what to make, in words."""
    written = [
        each
        for each in _properties(FAMILIES[family].input_type)
        if each.schema.get("type") == "string" and "enum" not in each.schema
    ]
    return next((each.name for each in written if each.name == PROMPT or each.required), None)


@cache
def _properties(input_type: type[JobInput]) -> tuple[Property, ...]:
    return tuple(properties_of(input_type.model_json_schema()))
