"""A new campaign as its form has it: the table, what was chosen, and where each field takes its content from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from shared.campaigns.spec import CampaignSpec
from shared.catalog.families import FamilyName
from shared.catalog.models import Model
from shared.errors import FieldProblem, NotFound
from shared.identifiers import new_id
from web.auth import current_principal
from web.pages import campaign_mapping, campaign_output
from web.pages.campaign_choices import Choices
from web.pages.campaign_mapping import COLUMN, COPY, IMAGE, MappedField, fields_of, guessed
from web.pages.campaign_table import SampledTable, find_table, sampled
from web.pages.campaign_templates import TemplateCard, template_cards
from web.pages.form_fields import FormField
from web.pages.models import choosable_models
from web.transactions import tenant_session

_PARTS = ("columns", "images", "copy")


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that the form is drawn from."""

    table: SampledTable
    choices: Choices
    cards: Sequence[TemplateCard]
    """Of the chosen templates, in their order."""
    models: Sequence[Model]
    typed: Mapping[str, str]
    """What the form has, by its fields' names; guesses where it was not filled in yet."""
    problems: Sequence[FieldProblem] = ()

    @property
    def fields(self) -> list[MappedField]:
        """The templates' fields, filled in."""
        return [self._filled(each) for each in self.plain_fields]

    @property
    def plain_fields(self) -> list[MappedField]:
        """The templates' fields as they are declared."""
        return fields_of([card.layout for card in self.cards])

    @property
    def output(self) -> list[FormField]:
        """How the files are stored."""
        values = {name: self.typed.get(campaign_output.PREFIX + name, "") for name in campaign_output.NAMES}
        return campaign_output.fields(values, self._output_problems())

    @property
    def image_models(self) -> list[Model]:
        """Models that draw pictures from words."""
        return [each for each in self.models if each.family is FamilyName.TEXT_TO_IMAGE]

    @property
    def copy_models(self) -> list[Model]:
        """Models that write."""
        return [each for each in self.models if each.family is FamilyName.TEXT]

    @property
    def elsewhere(self) -> list[str]:
        """Problems that no field of the form is to blame for."""
        known = {each.name for each in self.plain_fields}
        return [
            f"{each.path}: {each.message}"
            for each in self.problems
            if _field_of(each.path) not in known and _output_name(each.path) is None
        ]

    @property
    def form_key(self) -> str:
        """One campaign for one filling of the form."""
        return self.typed.get("form_key") or new_id().hex

    def request(self) -> dict[str, Any]:
        """The campaign's request that the form means."""
        return {
            **self.choices.request(),
            "table": {"upload": str(self.table.upload.id)},
            **campaign_mapping.request_of(self.plain_fields, self.typed),
            **campaign_output.request_of(self.typed),
            "launch": False,
        }

    def _filled(self, each: MappedField) -> MappedField:
        column = self.typed.get(each.column_name, "")
        samples = [self.table.samples(one) for one in self.table.columns if one.name == column]
        return replace(
            each,
            column=column,
            prompt=self.typed.get(f"{each.prefix}.prompt", ""),
            model=self.typed.get(f"{each.prefix}.model", ""),
            negative_prompt=self.typed.get(f"{each.prefix}.negative_prompt", ""),
            longest=self.typed.get(f"{each.prefix}.max_characters", ""),
            samples=samples[0] if samples else (),
            problems=[_worded(problem) for problem in self.problems if _field_of(problem.path) == each.name],
        )

    def _output_problems(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.problems:
            if (name := _output_name(each.path)) is not None:
                found.setdefault(name, []).append(each.message)
        return found


def set_up(upload_id: UUID, choices: Choices, typed: Mapping[str, str] | None = None) -> Setup:
    """The form for what was chosen; where nothing was typed yet, columns are guessed.

    Raises ``NotFound`` for a table or a template that is not there, and what reading the store raises.
    """
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        upload = find_table(session, workspace_id, upload_id)
        cards = {card.name: card for card in template_cards(session, workspace_id)}
        models = choosable_models(session)
    missing = next((name for name in choices.templates if name not in cards), None)
    if missing is not None:
        raise NotFound(f"There is no template “{missing}” in this workspace.")
    setup = Setup(sampled(upload), choices, [cards[name] for name in choices.templates], models, typed or {})
    return setup if typed is not None else replace(setup, typed=guessed(setup.plain_fields, setup.table.columns))


def typed_of(spec: CampaignSpec) -> dict[str, str]:
    """The form as it must have been filled for these settings."""
    typed = {f"{COLUMN}{name}": column for name, column in spec.columns.items()}
    for name, image in spec.images.items():
        typed[f"{IMAGE}{name}.prompt"] = image.prompt
        typed[f"{IMAGE}{name}.model"] = image.model or ""
        typed[f"{IMAGE}{name}.negative_prompt"] = image.negative_prompt
    for name, copy in spec.texts.items():
        typed[f"{COPY}{name}.prompt"] = copy.prompt
        typed[f"{COPY}{name}.model"] = copy.model
        typed[f"{COPY}{name}.max_characters"] = str(copy.max_characters or "")
    return {**typed, **campaign_output.typed_of(spec.output, spec.seed)}


def _field_of(path: str) -> str | None:
    """The template's field that a problem of the request is about."""
    part, _, rest = path.partition(".")
    return rest.split(".")[0] if part in _PARTS and rest else None


def _worded(problem: FieldProblem) -> str:
    """What is wrong at a template's field: of a model's setting, with its name."""
    setting = problem.path.split(".")[2:]
    return f"{'.'.join(setting).replace('_', ' ')}: {problem.message}" if setting else problem.message


def _output_name(path: str) -> str | None:
    """The field of the last part that a problem is about."""
    if path == "seed":
        return "seed"
    part, _, name = path.partition(".")
    if part != "output":
        return None
    return {"max_bytes": "max_kilobytes"}.get(name, name if name in campaign_output.NAMES else "format")
