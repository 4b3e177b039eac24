"""The form for one model: what leads it, what is folded away, and which files can be chosen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog.families import FAMILIES
from shared.catalog.models import Model
from shared.catalog.service import input_schema
from shared.identifiers import new_id
from web.pages import form_fields, job_options
from web.pages.form_fields import PROMPT, FormField
from web.pages.kept_files import KeptFile, Takes, files_for, takes
from web.pages.prompt_examples import examples_for, hint_for

Problems = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Composer:
    """The form for one model."""

    model: Model
    leads: Sequence[FormField]
    """What the form asks first: the prompt, and whatever else a job cannot do without."""
    options: Sequence[FormField]
    advanced: Sequence[FormField]
    hint: str
    examples: Sequence[str]
    form_key: str
    problems: Sequence[str] = ()
    """Those that no field of the form is to blame for."""
    files: Mapping[str, Sequence[KeptFile]] = field(default_factory=dict)
    """By the field's name: the files of the workspace that it can be given at once."""

    @property
    def family_title(self) -> str:
        """The kind of model, for people."""
        return FAMILIES[self.model.family].title

    @property
    def opens_options(self) -> bool:
        """Whether the folded part must be open: something in it is wrong or set, or there is nothing else."""
        return not self.leads or bool(self.set_options) or any(each.problems for each in self._folded)

    @property
    def set_options(self) -> int:
        """How many options were given."""
        return sum(bool(option.value) for option in self._folded)

    @property
    def shows_advanced(self) -> bool:
        """Whether the part folded within it must be open."""
        return any(option.problems or option.value for option in self.advanced)

    @property
    def carries_files(self) -> bool:
        """Whether it is sent in parts."""
        return any(each.is_file for each in (*self.leads, *self.options))

    def takes(self, item: FormField) -> Takes:
        """What a field for files takes."""
        return takes(item.accepts)

    @property
    def _folded(self) -> Sequence[FormField]:
        return (*self.options, *self.advanced)


def compose(
    session: Session,
    workspace_id: UUID,
    model: Model,
    values: Mapping[str, str],
    problems: Problems | None = None,
    advanced: Mapping[str, str] | None = None,
) -> Composer:
    """The form, filled in. Values and problems go by the field's name; ``advanced`` are the values of that part."""
    problems = problems or {}
    schema = input_schema(model)
    names = [each.name for each in form_fields.fields_of(schema, {}, {})]
    known, elsewhere = _at_their_fields(problems, [*names, *job_options.NAMES])
    fields = form_fields.fields_of(schema, values, known)
    leads = [each for each in fields if each.required or each.name == PROMPT]
    return Composer(
        model=model,
        leads=leads,
        options=[each for each in fields if each not in leads],
        advanced=job_options.fields(advanced or {}, known),
        hint=hint_for(model),
        examples=examples_for(model, next((each.examples for each in leads if each.is_written), ())),
        form_key=new_id().hex,
        problems=elsewhere,
        files={
            each.name: files_for(session, workspace_id, each.accepts, each.value) for each in fields if each.is_file
        },
    )


def _at_their_fields(problems: Problems, names: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Problems by the field that shows them, ``stop`` for ``stop.3``; and those of no field that is shown."""
    known: dict[str, list[str]] = {}
    elsewhere: list[str] = []
    for path, messages in problems.items():
        name = path
        while name and name not in names:
            name = name.rpartition(".")[0]
        (known.setdefault(name, []) if name else elsewhere).extend(messages)
    return known, elsewhere
