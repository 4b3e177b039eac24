"""A few creatives at once, before anything is planned: composites of high priority, for which no model draws or writes.

What a model would draw is played by the picture that it drew for this before, or one that is given, or a gradient in
the brand's colours; what it would write by the field's example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.expansion import CellProblem
from shared.campaigns.checking import Checking
from shared.campaigns.columns import ColumnMap
from shared.campaigns.creatives import MODEL
from shared.campaigns.cuts import largest
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.design.layers import GeneratedLayer
from shared.campaigns.design.layout import Layout, read_layout
from shared.campaigns.design.look import Look, look_of
from shared.campaigns.design.placed import Placed, Value
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import Size
from shared.campaigns.drawn_before import DrawnBefore
from shared.campaigns.fields import fields_of
from shared.campaigns.pictures import FOUND, REFUSED, is_address, with_pictures
from shared.campaigns.request import PreviewRequest
from shared.campaigns.texts import TextReader
from shared.errors import FieldProblem, InputRefused
from shared.jobs.request import JobRequest
from shared.tables.cells import text_of
from shared.tables.rows import Row

MAX_PREVIEWS = 24
UNNAMED = "layout"
"""What a template is called that is not kept."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One creative to look at, and the job that makes it."""

    template: str
    size: str
    locale: str
    row: int
    """From 1."""
    job: JobRequest


def preview(session: Session, workspace_id: UUID, request: PreviewRequest) -> list[Preview]:
    """The jobs that show each row in every template, size and locale; submit them and wait.

    Raises ``InputRefused`` with the path of every problem.
    """
    check = Checking(session, workspace_id)
    snapshots = check.templates(request.templates)
    sizes = check.sizes(request.sizes)
    locales = check.locales(request.locales)
    kit = check.kit(request.brand_kit)
    check.refuse()
    layouts = {snapshot.name: snapshot.read() for snapshot in snapshots}
    if request.layout is not None:
        layouts = {UNNAMED: read_layout(request.layout, UNNAMED)}
    check.uploads(layouts, kit.read() if kit is not None else None)
    check.placing(layouts, sizes, kit.read() if kit is not None else None)
    number = len(layouts) * len(sizes) * len(locales) * max(1, len(request.rows))
    if number > MAX_PREVIEWS:
        check.add("sizes", f"make {number} previews of these rows; {MAX_PREVIEWS} at most are made at once")
    check.refuse()
    scenes = _Scenes(request, layouts, kit.read() if kit is not None else None)
    rows = scenes.rows(session, workspace_id)
    scenes.check(rows, locales)
    before = DrawnBefore(session, workspace_id, request, scenes.kit, scenes.headings)
    return [
        Preview(name, size.name, locale, row.number, scenes.job(name, size, locale, row, before))
        for name in layouts
        for size in sizes
        for locale in locales
        for row in rows
    ]


class _Scenes:
    """What previews show."""

    def __init__(self, request: PreviewRequest, layouts: Mapping[str, Layout], kit: BrandKitSpec | None) -> None:
        self._request = request
        self._layouts = layouts
        self.kit = kit
        self._fields = {name: fields_of({name: layout}, {}) for name, layout in layouts.items()}
        self._looks = {name: look_of(layout, kit) for name, layout in layouts.items()}
        self.headings = list(dict.fromkeys(column for row in request.rows for column in row))
        self._columns = ColumnMap(self.headings, request.columns)
        self._images = {field.name for layout in layouts.values() for field in layout.fields if field.kind == "image"}

    def rows(self, session: Session, workspace_id: UUID) -> Sequence[Row]:
        """The rows that are given, or one without cells. Pictures on the web are fetched for a plan, not for this."""
        given = self._request.rows or [{}]
        columns = {column for name in self._images for column in self._columns.all_of(name)}
        rows = []
        for number, values in enumerate(given, start=1):
            cells = {column: text_of(value) or "" for column, value in values.items()}
            addresses = {column: "" for column in columns if is_address(cells.get(column, ""))}
            rows.append(Row(number, {**cells, **addresses}))
        return with_pictures(session, workspace_id, rows, columns)

    def check(self, rows: Sequence[Row], locales: Sequence[str]) -> None:
        """Raises ``InputRefused`` with every cell that no creative can show: ``rows.0.headline``."""
        found = {
            FieldProblem(f"rows.{row.number - 1}.{problem.column}", problem.message): None
            for name in self._layouts
            for row in rows
            for locale in locales
            for problem in self._problems(name, locale, row)
        }
        if found:
            raise InputRefused(list(found))

    def _problems(self, name: str, locale: str, row: Row) -> list[CellProblem]:
        # What is left out is shown by its example.
        fields = {field.name: replace(field, required=False) for field in self._fields[name].texts.values()}
        columns = [column for image in self._fields[name].images for column in self._columns.of(image, locale)]
        refused = [
            CellProblem(column, "no_picture", row.cells[REFUSED + column])
            for column in columns
            if REFUSED + column in row.cells
        ]
        return [*TextReader(fields, self._columns, self.kit).read(row.cells, locale, ()).problems, *refused]

    def job(self, name: str, size: Size, locale: str, row: Row, before: DrawnBefore) -> JobRequest:
        """The composite of one creative."""
        layout, look = self._layouts[name], self._looks[name]
        placed = compiled(layout, size, locale, look)
        values = self._values(layout, locale, row)
        for field in layout.generated_fields():
            boxes = placed.boxes(field)
            if field not in values and boxes and (picture := before.picture(field, largest(boxes), row)) is not None:
                values[field] = picture
        scene = _with_stand_ins(placed, values, look).scene(values, generated=_generates(layout))
        output = self._request.output.model_dump(mode="json", exclude_none=True)
        return JobRequest(model=MODEL, input={**scene, "output": output}, priority="interactive")

    def _values(self, layout: Layout, locale: str, row: Row) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for field in layout.fields:
            columns = self._columns.of(field.name, locale)
            column = next((each for each in columns if row.cells.get(each, "").strip()), None)
            if field.kind == "text":
                said = row.cells[column].strip() if column is not None else field.example or ""
                values[field.name] = said or (field.name.replace("_", " ") if field.required else "")
            elif column is not None and FOUND + column in row.cells:
                values[field.name] = {"upload": row.cells[FOUND + column]}
            elif field.name in self._request.images:
                values[field.name] = {"upload": str(self._request.images[field.name])}
        return values


def _generates(layout: Layout) -> bool:
    return any(isinstance(layer, GeneratedLayer) for layer in layout.layers)


def _with_stand_ins(placed: Placed, values: Mapping[str, Value], look: Look) -> Placed:
    """The same with a shape wherever a picture is missing. What a text's contrast is against that says nothing."""
    layers, is_missing = [], False
    for layer in placed.layers:
        if layer.slot == "image" and layer.fallback is None and not values.get(layer.field or ""):
            is_missing = True
            layers.append(replace(layer, document=_stand_in(layer.document, look), slot=None, when=None))
        elif is_missing and "contrast" in layer.document:
            layers.append(replace(layer, document={**layer.document, "contrast": 0}))
        else:
            layers.append(layer)
    return replace(placed, layers=layers)


def _stand_in(document: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """A gradient in the brand's first colours, where a picture will be."""
    first, *others = [*look.palette.values(), "#7f8c9b"]
    stops = [{"at": 0, "color": first}, {"at": 1, "color": next(iter(others), "#c9d1d9")}]
    kept = {name: document[name] for name in ("name", "box", "radius") if name in document}
    is_ground = document["fit"] == "cover"
    paint = {"kind": "linear", "angle": 150, "stops": stops}
    return {**kept, "kind": "shape", "paint": paint, "opacity": document["opacity"] if is_ground else 0.35}
