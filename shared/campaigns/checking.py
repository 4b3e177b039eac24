"""From what a caller asks for to complete settings: every name looked up, every problem found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared.campaigns import library
from shared.campaigns.channels import CHANNELS
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.design.languages import problem_with_locale
from shared.campaigns.design.layout import Layout
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import Size, read_size
from shared.campaigns.fields import Fields, fields_of
from shared.campaigns.request import CampaignRequest, ImageWish
from shared.campaigns.sources import CopySource, ImageSource
from shared.campaigns.spec import CampaignSpec, KitSnapshot, TemplateSnapshot
from shared.catalog.families import FAMILIES
from shared.catalog.models import Model
from shared.catalog.service import find_model
from shared.errors import FieldProblem, InputRefused, NotFound
from shared.storage.formats import FileKind

MAX_CREATIVES_OF_A_ROW = 1_000
_DIRECTIONS = ("en", "ar")
_Found = TypeVar("_Found")


def complete_spec(session: Session, workspace_id: UUID, request: CampaignRequest) -> CampaignSpec:
    """The settings of a campaign. Raises ``InputRefused`` with the path of every problem."""
    check = Checking(session, workspace_id)
    templates = check.templates(request.templates)
    sizes = check.sizes(request.sizes)
    locales = check.locales(request.locales)
    kit = check.kit(request.brand_kit)
    check.refuse()
    layouts = {template.name: template.read() for template in templates}
    spec_kit = kit.read() if kit is not None else None
    check.uploads(layouts, spec_kit)
    check.placing(layouts, sizes, spec_kit)
    check.number(len(layouts) * len(sizes) * len(locales))
    fields = check.fields(layouts, request.channel_limits)
    check.refuse()
    images = check.images(request, fields, spec_kit)
    check.copy(request, fields, spec_kit)
    check.names(request, fields)
    check.refuse()
    complete = request.model_copy(update={"sizes": [size.name for size in sizes], "locales": locales, "images": images})
    return CampaignSpec.of(complete, templates, kit)


class Checking:
    """What is wrong with a request, collected."""

    def __init__(self, session: Session, workspace_id: UUID) -> None:
        self._session = session
        self._workspace_id = workspace_id
        self._problems: list[FieldProblem] = []

    def refuse(self) -> None:
        """Raises ``InputRefused`` if anything is wrong so far."""
        if self._problems:
            raise InputRefused(self._problems)

    def templates(self, names: Sequence[str]) -> list[TemplateSnapshot]:
        """The templates by their names, each once."""
        found = []
        for index, name in enumerate(names):
            try:
                view = library.get_template(self._session, self._workspace_id, name)
            except NotFound as error:
                self.add(f"templates.{index}", error.message.removesuffix("."))
                continue
            found.append(TemplateSnapshot(name=view.name, layout=view.layout))
        self._each_once("templates", list(names))
        return found

    def sizes(self, names: Sequence[str]) -> list[Size]:
        """The canvases by their names, each once."""
        read = [self._read(read_size, name, f"sizes.{index}") for index, name in enumerate(names)]
        sizes = [size for size in read if size is not None]
        self._each_once("sizes", [size.name for size in sizes])
        return sizes

    def locales(self, names: Sequence[str]) -> list[str]:
        """Locales, each once."""
        locales = [name.replace("_", "-") for name in names]
        for index, locale in enumerate(locales):
            reason = problem_with_locale(locale)
            if reason is not None:
                self.add(f"locales.{index}", reason)
        self._each_once("locales", [locale.lower() for locale in locales])
        return locales

    def kit(self, name: str | None) -> KitSnapshot | None:
        """The brand kit of that name."""
        if name is None:
            return None
        try:
            view = library.get_kit(self._session, self._workspace_id, name)
        except NotFound as error:
            self.add("brand_kit", error.message.removesuffix("."))
            return None
        return KitSnapshot(name=view.name, kit=view.kit)

    def uploads(self, layouts: Mapping[str, Layout], kit: BrandKitSpec | None) -> None:
        """Whether the pictures that templates and the kit show are there still."""
        wanted = {
            f"templates.{index}: {path}": upload
            for index, layout in enumerate(layouts.values())
            for path, upload in library.uploads_shown(layout).items()
        }
        wanted |= {f"brand_kit: {variant} logo": logo.upload for variant, logo in (kit.logos if kit else {}).items()}
        for problem in library.picture_problems(self._session, self._workspace_id, wanted):
            path, _, place = problem.path.partition(": ")
            self.add(path, f"{place}: {problem.message}")

    def placing(self, layouts: Mapping[str, Layout], sizes: Sequence[Size], kit: BrandKitSpec | None) -> None:
        """Whether every template can be drawn on every canvas, in both directions of writing."""
        for index, layout in enumerate(layouts.values()):
            look = look_of(layout, kit)
            for size in sizes:
                for locale in _DIRECTIONS:
                    try:
                        compiled(layout, size, locale, look)
                    except InputRefused as refused:
                        for problem in refused.problems:
                            self.add(f"templates.{index}", f"layer {problem.path}: {problem.message}")
                        break

    def number(self, creatives: int) -> None:
        """Whether one row does not come to too many creatives."""
        if creatives > MAX_CREATIVES_OF_A_ROW:
            self.add(
                "sizes",
                f"templates x sizes x locales make {creatives:,} creatives of a row; "
                f"{MAX_CREATIVES_OF_A_ROW:,} at most are made",
            )

    def fields(self, layouts: Mapping[str, Layout], channels: Mapping[str, str]) -> Fields:
        """The fields of all templates."""
        for name, channel in channels.items():
            if channel not in CHANNELS:
                self.add(f"channel_limits.{name}", f"{channel!r} is no channel; there are: {', '.join(CHANNELS)}")
        try:
            return fields_of(layouts, channels)
        except ValueError as error:
            self.add("templates", str(error))
            return Fields({}, {})

    def images(self, request: CampaignRequest, fields: Fields, kit: BrandKitSpec | None) -> dict[str, ImageWish]:
        """What is drawn, with the model of each."""
        complete: dict[str, ImageWish] = {}
        for name, wish in request.images.items():
            path = f"images.{name}"
            if not self._has_field(path, name, fields.images):
                continue
            model_name = wish.model or (kit.style.model if kit is not None else None)
            if model_name is None:
                self.add(f"{path}.model", "is missing, and no brand kit names one")
                continue
            complete[name] = wish.model_copy(update={"model": model_name})
            model = self._model(f"{path}.model", model_name, FileKind.IMAGE)
            if model is not None:
                source = ImageSource(name, complete[name], model, kit, request.seed)
                self._try(path, partial(source.drafts, "a", None, 0))
        return complete

    def copy(self, request: CampaignRequest, fields: Fields, kit: BrandKitSpec | None) -> None:
        """What is written."""
        for name, wish in request.copy_.items():
            path = f"copy.{name}"
            if not self._has_field(path, name, fields.texts):
                continue
            for index, language in enumerate(wish.languages or ()):
                reason = problem_with_locale(language)
                if reason is not None:
                    self.add(f"{path}.languages.{index}", reason)
            model = self._model(f"{path}.model", wish.model, FileKind.TEXT)
            if model is not None:
                source = CopySource(name, wish, model, kit, fields.texts[name].limits, request.seed)
                self._try(path, partial(source.draft, "a", "en", None, 0))

    def names(self, request: CampaignRequest, fields: Fields) -> None:
        """Whether everything that is said of fields is said of some that there are."""
        for group, names in (("columns", request.columns), ("channel_limits", request.channel_limits)):
            known = fields.texts if group == "channel_limits" else {**fields.texts, **fields.images}
            for name in names:
                self._has_field(f"{group}.{name}", name, known)

    def _model(self, path: str, name: str, kind: FileKind) -> Model | None:
        """A model that makes such files."""
        try:
            model = find_model(self._session, self._workspace_id, name)
        except InputRefused as refused:
            self.add(path, refused.problems[0].message)
            return None
        family = FAMILIES[model.family]
        if family.is_composed or family.output_kinds[0] is not kind or "prompt" not in family.input_type.model_fields:
            self.add(
                path, f"{name!r} is of the kind {family.name.value}; this takes one that makes {kind.value} of a prompt"
            )
            return None
        return model

    def _try(self, path: str, make: Callable[[], object]) -> None:
        """Whether the model takes what is the same for every row."""
        try:
            make()
        except InputRefused as refused:
            for problem in refused.problems:
                self.add(f"{path}.{problem.path}", problem.message)

    def _has_field(self, path: str, name: str, known: Mapping[str, object]) -> bool:
        if name not in known:
            self.add(path, f"no template has such a field; there are: {', '.join(known) or 'none'}")
        return name in known

    def _each_once(self, path: str, names: Sequence[str]) -> None:
        self._problems += [
            FieldProblem(f"{path}.{index}", f"{name!r} is named twice") for index, name in _repeated(names)
        ]

    def _read(self, read: Callable[[str, str], _Found], name: str, path: str) -> _Found | None:
        try:
            return read(name, path)
        except InputRefused as refused:
            self._problems += refused.problems
            return None

    def add(self, path: str, message: str) -> None:
        """Note a problem."""
        self._problems.append(FieldProblem(path, message))


def _repeated(names: Sequence[str]) -> Iterator[tuple[int, Any]]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, name
        seen.add(name)
