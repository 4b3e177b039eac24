"""The models: what each is, what it takes, and how to use it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.catalog import repository as catalog
from shared.catalog.families import FAMILIES, FamilySpec
from shared.catalog.models import Model
from shared.catalog.service import input_schema
from shared.errors import NotFound
from shared.storage.formats import FileKind
from web.auth import current_principal, signed_in
from web.pages.form_fields import PROMPT, FieldKind, FormField, fields_of
from web.pages.kept_files import takes
from web.pages.prompt_examples import examples_for
from web.transactions import tenant_session

blueprint = Blueprint("model_pages", __name__)

_KINDS = {
    FieldKind.INTEGER: "whole number",
    FieldKind.NUMBER: "number",
    FieldKind.YES_NO: "yes or no",
    FieldKind.LINES: "texts",
    FieldKind.TEXT: "text",
    FieldKind.LONG_TEXT: "text",
}
_MAKES = {
    FileKind.IMAGE: "picture",
    FileKind.TEXT: "text",
    FileKind.SOUND: "sound",
    FileKind.MIDI: "MIDI",
    FileKind.VIDEO: "film",
}


@dataclass(frozen=True, slots=True)
class InputRow:
    """One field of a model's input, in words."""

    name: str
    takes: str
    default: str
    help: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model with what people want to know of it."""

    model: Model

    @property
    def family(self) -> FamilySpec:
        """Its kind."""
        return FAMILIES[self.model.family]

    @property
    def makes(self) -> str:
        """``film, picture``: the files of one result."""
        return ", ".join(dict.fromkeys(_MAKES[kind] for kind in self.family.output_kinds))

    @property
    def rows(self) -> list[InputRow]:
        """Every field of its input; those that no form has come last."""
        schema = input_schema(self.model)
        fields = fields_of(schema, {}, {})
        drawn = {each.name.partition(".")[0] for each in fields}
        rows = [InputRow(each.name, in_words(each), each.default, each.help, each.required) for each in fields]
        others = {name: prop for name, prop in schema["properties"].items() if name not in drawn}
        return [
            *rows,
            *(InputRow(name, _fixed(prop), "", prop.get("description", "")) for name, prop in others.items()),
        ]

    @property
    def command(self) -> str:
        """How to run it on the command line."""
        options: list[str] = []
        for each in fields_of(input_schema(self.model), {}, {}):
            if each.name == PROMPT:
                examples = examples_for(self.model, each.examples)
                options += ["--prompt", examples[0] if examples else "…"]
            elif each.required and each.is_file:
                options += ["--file", f"{each.name}={_file_name(each)}"]
            elif each.required:
                options += ["--set", f"{each.name}={next(iter(each.examples), '…')}"]
        return shlex.join(["bottega", "submit", self.model.name, *options])


@blueprint.get("/models")
@signed_in(Scope.READ)
def show_all() -> str:
    """Every model that the workspace can use."""
    with tenant_session() as session:
        models = choosable_models(session)
    return render_template("models.html", tab="/models", models=[ModelView(each) for each in models])


@blueprint.get("/models/<owner>/<name>")
@signed_in(Scope.READ)
def show(owner: str, name: str) -> str:
    """One model."""
    with tenant_session() as session:
        model = catalog.find_allowed(session, current_principal().workspace_id, f"{owner}/{name}")
    if model is None:
        raise NotFound("There is no such model in this workspace.")
    return render_template("model.html", tab="/models", view=ModelView(model))


def choosable_models(session: Session) -> list[Model]:
    """Every model that can be chosen, in the order of the families. What only programs make inputs for cannot."""
    families = list(FAMILIES)
    allowed = catalog.allowed_models(session, current_principal().workspace_id)
    models = [model for model in allowed if not FAMILIES[model.family].is_composed]
    return sorted(models, key=lambda model: families.index(model.family))


def in_words(field: FormField) -> str:
    """What a field takes: ``whole number, 1 to 200``, ``one of h264, av1``."""
    if field.is_file:
        several = "files" if field.kind is FieldKind.FILES else "file"
        return f"{several}: {takes(field.accepts).words.removesuffix('.')}"
    if field.kind is FieldKind.CHOICE:
        return f"one of {_list(field.choices)}"
    parts = [_KINDS[field.kind]]
    if field.bounds:
        parts.append(field.bounds)
    elif field.max_length:
        parts.append(f"{field.max_length} characters at most")
    return ", ".join(parts)


def _fixed(prop: Mapping[str, Any]) -> str:
    """What a field takes that no form has: it leaves no choice, or is left to the API."""
    return f"{prop['enum'][0]} only" if len(prop.get("enum", ())) == 1 else "JSON, by the API"


def _list(choices: Sequence[str]) -> str:
    return ", ".join(choices)


def _file_name(field: FormField) -> str:
    media_type = next(iter(field.accepts), "")
    return f"{field.name}.{media_type.partition('/')[2] or 'bin'}"
