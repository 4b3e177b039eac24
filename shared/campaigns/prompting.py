"""The prompts of a campaign: templates over a row's cells, its language and its brand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from shared.batches.expansion import CellProblem
from shared.batches.prompts import Draw, PromptTemplate, TemplateError
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.design.languages import language_name
from shared.campaigns.request import CopyWish, ImageWish
from shared.errors import FieldProblem

OF_BRAND = ("brand.name", "brand.tone")
OF_LANGUAGE = ("language", "locale")


class Prompts:
    """Every prompt, read once."""

    def __init__(
        self,
        images: Mapping[str, ImageWish],
        copy: Mapping[str, CopyWish],
        wildcards: Mapping[str, Sequence[str]],
        kit: BrandKitSpec | None,
        columns: Collection[str],
        images_path: str = "images",
    ) -> None:
        """What cannot be read is in ``problems``: a prompt may name a column that the table does not have."""
        self._brand = {"brand.name": kit.title if kit else "", "brand.tone": kit.tone if kit else ""}
        self._wildcards = wildcards
        self.problems: list[FieldProblem] = []
        known = [*columns, *OF_BRAND]
        self._images = {
            field: template
            for field, wish in images.items()
            if (template := self._read(f"{images_path}.{field}.prompt", wish.prompt, known)) is not None
        }
        self._copy = {
            field: template
            for field, wish in copy.items()
            if (template := self._read(f"copy.{field}.prompt", wish.prompt, [*known, *OF_LANGUAGE])) is not None
        }

    def of_image(self, field: str, cells: Mapping[str, str], draw: Draw) -> str | CellProblem:
        """What a row has drawn for a field."""
        return self._images[field].text({**cells, **self._brand}, draw)

    def of_copy(self, field: str, cells: Mapping[str, str], locale: str, draw: Draw) -> str | CellProblem:
        """What a row has written for a field, in a language."""
        language = {"language": language_name(locale), "locale": locale}
        return self._copy[field].text({**cells, **self._brand, **language}, draw)

    def columns_of(self, field: str) -> str:
        """The columns that a field's prompt is made of, as a problem names them."""
        template = self._images.get(field) or self._copy[field]
        return ", ".join(column for column in template.columns if column not in (*OF_BRAND, *OF_LANGUAGE))

    def _read(self, path: str, source: str, known: Collection[str]) -> PromptTemplate | None:
        try:
            return PromptTemplate(path, source, known, self._wildcards)
        except TemplateError as error:
            self.problems.append(FieldProblem(path, str(error)))
            return None
