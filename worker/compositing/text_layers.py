"""A text layer: set as large as it fits, on its plate, readable against what is behind it, or refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from shared.catalog.inputs.scene import MAX_TEXT_CHARACTERS, Box, TextLayer
from shared.errors import InputRefused
from shared.typography.coverage import missing_characters, named
from shared.typography.families import FAMILIES
from worker.compositing import contrast, languages, scrims
from worker.compositing.canvas import Canvas
from worker.compositing.fitting import DoesNotFit, Fit, Room, fit
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Overlay, Rgba
from worker.compositing.picture_cache import PictureCache
from worker.compositing.setting import Setting, Style
from worker.compositing.shadows import shadow_of
from worker.compositing.shapes import filled

_PICTOGRAPHS = re.compile("[\u2300-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001ffff]")
_NAMED = 5
# Pango counts from where a line begins.
_PANGO_ALIGNMENTS = {
    "ltr": {"left": "low", "center": "centre", "right": "high"},
    "rtl": {"left": "high", "center": "centre", "right": "low"},
}


@dataclass(frozen=True, slots=True)
class SetText:
    """How a text came out, for those who review it."""

    name: str
    size: float
    lines: int
    place: Rectangle
    contrast: float | None
    scrim: float
    """How strong the scrim is, from 0 to 1."""

    def facts(self) -> dict[str, object]:
        """As they are kept with the file."""
        return {
            "name": self.name,
            "size": self.size,
            "lines": self.lines,
            "box": [self.place.x, self.place.y, self.place.width, self.place.height],
            "contrast": None if self.contrast is None else round(self.contrast, 2),
            "scrim": round(self.scrim, 3),
        }


def text_of(layer: TextLayer) -> str:
    """What the layer says: one form of each character, no blanks around it."""
    written = layer.text if layer.text_file is None else layer.text_file.file().text()
    lines = (line.replace("\t", " ").strip() for line in (written or "").splitlines())
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def check(layer: TextLayer, path: str) -> None:
    """Refuse what no size would help: an unknown family, a character that no font has. Raises ``InputRefused``."""
    if layer.family not in FAMILIES:
        raise InputRefused.of(f"{path}.family", f"is {layer.family!r}; the font pack has {', '.join(FAMILIES)}")
    try:
        text = text_of(layer)
    except UnicodeDecodeError as error:
        raise InputRefused.of(_field(layer, path), "is not UTF-8 text") from error
    if len(text) > MAX_TEXT_CHARACTERS:
        message = f"has {len(text):,} characters; {MAX_TEXT_CHARACTERS:,} at most are set"
        raise InputRefused.of(_field(layer, path), message)
    missing = missing_characters(text)
    if missing:
        more = f", and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        names = ", ".join(named(character) for character in missing[:_NAMED])
        raise InputRefused.of(_field(layer, path), f"no font of the pack has {names}{more}")


def paint(canvas: Canvas, layer: TextLayer, path: str, safe: Rectangle | None, cache: PictureCache) -> SetText | None:
    """Set the text onto the canvas; nothing of an empty one. Raises ``InputRefused``."""
    text = text_of(layer)
    if not text:
        return None
    direction = languages.base_direction(text, layer.language, layer.direction)
    fitted = _fitted(layer, text, direction, path, cache)
    setting = fitted.setting
    if not setting.lines:
        return None
    top = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[layer.valign] * (layer.box.height - setting.height)
    left = {"left": 0.0, "center": 0.5, "right": 1.0}[_side(layer, direction)] * (layer.box.width - fitted.width)
    place = _place(layer.box, setting.ink.moved(round(left), round(top)))
    _check_bounds(place, canvas, safe, _field(layer, path))
    if layer.plate is not None:
        # As high as the lines: plates of one design are alike whatever letters are on them.
        lines = Rectangle(place.x, layer.box.y + round(top), place.width, round(setting.height))
        _paint_plate(canvas, layer, place, lines, cache)
    glyphs = _glyphs(layer, setting, place)
    measured, strength = _made_readable(canvas, layer, glyphs, path)
    if layer.shadow is not None:
        canvas.paint(shadow_of(glyphs, layer.shadow, cache).at_opacity(layer.opacity))
    canvas.paint(glyphs.at_opacity(layer.opacity))
    return SetText(layer.name, fitted.size, setting.lines, place, measured, strength)


def _field(layer: TextLayer, path: str) -> str:
    return f"{path}.text" if layer.text_file is None else f"{path}.text_file"


def _fitted(layer: TextLayer, text: str, direction: languages.Direction, path: str, cache: PictureCache) -> Fit:
    color = Rgba.parse(layer.color)
    style = Style(
        family=layer.family,
        weight=layer.weight,
        language=languages.pango_language(layer.language),
        size=layer.size_max,
        line_height=layer.line_height,
        letter_spacing=0 if languages.joins(text) else layer.letter_spacing,
        align=_PANGO_ALIGNMENTS[direction][_side(layer, direction)],
        color=color.hex,
        has_pictographs=_PICTOGRAPHS.search(text) is not None,
    )
    room = Room(layer.box.width, layer.box.height, layer.max_lines)
    try:
        # Buttons, claims and small print are the same on many creatives.
        asked = (languages.directed(text, direction), style, room, layer.size_min, layer.size_max)
        return cache.get(("text", *asked), lambda: fit(*asked))
    except DoesNotFit as error:
        raise InputRefused.of(_field(layer, path), str(error)) from error


def _side(layer: TextLayer, direction: languages.Direction) -> Literal["left", "center", "right"]:
    match layer.align:
        case "start":
            return "left" if direction == "ltr" else "right"
        case "end":
            return "right" if direction == "ltr" else "left"
        case side:
            return side


def _place(box: Box, ink: Rectangle) -> Rectangle:
    """Where the ink lies: in its box, even where a letter reaches out to the side of its line."""
    x = min(max(ink.x, 0), box.width - ink.width)
    y = min(max(ink.y, 0), box.height - ink.height)
    return Rectangle(box.x + x, box.y + y, ink.width, ink.height)


def _check_bounds(place: Rectangle, canvas: Canvas, safe: Rectangle | None, field: str) -> None:
    if not place.within(canvas.bounds):
        raise InputRefused.of(field, f"leaves the canvas: it lies at {_corners(place)}")
    if safe is not None and not place.within(safe):
        raise InputRefused.of(field, f"leaves the safe area {_corners(safe)}: it lies at {_corners(place)}")


def _corners(place: Rectangle) -> str:
    return f"{place.x},{place.y} to {place.right},{place.bottom}"


def _paint_plate(canvas: Canvas, layer: TextLayer, ink: Rectangle, lines: Rectangle, cache: PictureCache) -> None:
    plate = layer.plate
    assert plate is not None
    under = lines.grown(plate.padding_x, plate.padding_y).around(ink)
    canvas.paint(filled(plate.paint, under, cache, radius=plate.radius).at_opacity(layer.opacity))


def _glyphs(layer: TextLayer, setting: Setting, place: Rectangle) -> Overlay:
    color = Rgba.parse(layer.color)
    if setting.levels.ndim == 2:
        return Overlay.of_mask(setting.levels, color, place.x, place.y)
    return Overlay.of_levels(setting.levels).at_opacity(color.opacity).moved(place.x, place.y)


def _made_readable(canvas: Canvas, layer: TextLayer, glyphs: Overlay, path: str) -> tuple[float | None, float]:
    """The contrast, and how strong a scrim it took. Raises ``InputRefused`` where it falls short."""
    if layer.contrast == 0:
        return None, 0.0
    color = Rgba.parse(layer.color)
    near = scrims.Surroundings.of(glyphs)
    behind = near.pixels(canvas, glyphs.place)
    measured = contrast.measured(color, layer.opacity, behind)
    if measured >= layer.contrast:
        return measured, 0.0
    short = f"has a contrast of {measured:.2f} against what is behind it, of {layer.contrast:g}"
    if layer.scrim is None:
        raise InputRefused.of(f"{path}.contrast", f"{short}, and no scrim is allowed")
    strength = scrims.needed(color, layer, behind)
    if strength is not None:
        canvas.paint(scrims.drawn(glyphs, layer.scrim, strength, canvas.bounds))
        measured = contrast.measured(color, layer.opacity, near.pixels(canvas, glyphs.place))
    if strength is None or measured < layer.contrast:
        best = contrast.measured(color, layer.opacity, scrims.laid(behind, Rgba.parse(layer.scrim), 1.0))
        raise InputRefused.of(f"{path}.contrast", f"{short}; {best:.2f} behind the scrim at its full strength")
    return measured, strength
