"""The contact sheet: every picture with its prompt and seed, the texts beside, the promises below, as one PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyvips

from shared.clock import utc_now
from shared.demo.outcome import Accomplished, Outcome
from shared.demo.typesetting import Colour, Style, block, typeset

_PAPER: Colour = (250, 248, 244)
_INK: Colour = (32, 29, 26)
_FAINT: Colour = (128, 121, 112)
_RULE: Colour = (224, 218, 208)
_MARGIN, _GAP = 72, 28
_TILE = 288
_COLUMNS = 4
_GRID = _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
_TEXT_COLUMN = 420
_GUTTER = 64
_WIDTH = _MARGIN + _GRID + _GUTTER + _TEXT_COLUMN + _MARGIN
_INNER = _WIDTH - 2 * _MARGIN

_DISPLAY = Style(48, 56, _INK, "SemiBold")
_LEDE = Style(20, 28, _FAINT)
_TITLE = Style(18, 26, _INK, "SemiBold")
_CAPTION = Style(15, 23, _INK)
_DETAIL = Style(13, 20, _FAINT)
_COPY = Style(21, 32, _INK)


class Sheet:
    """Pictures placed on paper that grows downwards."""

    def __init__(self) -> None:
        self._placed: list[tuple[pyvips.Image, int, int]] = []

    def place(self, picture: pyvips.Image, x: int, y: int) -> int:
        """Put a picture's top left corner at ``x``, ``y``; the ``y`` of its lower edge."""
        opaque = picture if picture.hasalpha() else picture.bandjoin(255)
        self._placed.append((opaque, x, y))
        return int(y + picture.height)

    def write(self, text: str, style: Style, x: int, y: int, width: int) -> int:
        """Set text in a column; the ``y`` below its last line."""
        paragraph = typeset(text, style, width)
        self.place(paragraph.picture, x, y + paragraph.top)
        return y + paragraph.height

    def rule(self, x: int, y: int, width: int) -> int:
        """A thin line."""
        return self.place(block(width, 1, _RULE), x, y)

    def save(self, path: Path) -> None:
        """Write the sheet as PNG."""
        height = max(y + picture.height for picture, _, y in self._placed) + _MARGIN
        paper = block(_WIDTH, height, _PAPER)
        pictures = [picture for picture, _, _ in self._placed]
        xs, ys = [x for _, x, _ in self._placed], [y for _, _, y in self._placed]
        sheet = paper.composite(pictures, ["over"] * len(pictures), x=xs, y=ys)
        sheet.flatten().cast("uchar").pngsave(str(path), compression=6)


def draw(outcome: Outcome, total_seconds: float, path: Path) -> None:
    """Write the contact sheet of ``outcome`` to ``path``."""
    sheet = Sheet()
    top = _header(sheet, outcome, total_seconds)
    grid_end = _pictures(sheet, outcome.images, top)
    texts_end = _texts(sheet, outcome.texts, top)
    _footer(sheet, outcome, max(grid_end, texts_end) + 40)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _header(sheet: Sheet, outcome: Outcome, total_seconds: float) -> int:
    y = sheet.write("Bottega", _DISPLAY, _MARGIN, _MARGIN, _INNER)
    summary = (
        f"{len(outcome.images)} pictures and {len(outcome.texts)} texts, submitted over HTTP, generated on this "
        f"machine, stored and delivered in {total_seconds:.0f} s · {utc_now():%d %B %Y}"
    )
    y = sheet.write(summary, _LEDE, _MARGIN, y + 4, _INNER)
    return sheet.rule(_MARGIN, y + 24, _INNER) + 40


def _pictures(sheet: Sheet, images: Sequence[Accomplished], top: int) -> int:
    y = top
    for start in range(0, len(images), _COLUMNS):
        row = images[start : start + _COLUMNS]
        ends = [_tile(sheet, done, _MARGIN + column * (_TILE + _GAP), y) for column, done in enumerate(row)]
        y = max(ends) + 36
    return y - 36


def _tile(sheet: Sheet, done: Accomplished, x: int, y: int) -> int:
    y = sheet.place(_picture(done, _TILE), x, y)
    y = sheet.write(done.planned.title, _TITLE, x, y + 12, _TILE)
    y = sheet.write(_capitalised(str(done.planned.input["prompt"])), _CAPTION, x, y + 1, _TILE)
    return sheet.write(_details(done), _DETAIL, x, y + 3, _TILE)


def _texts(sheet: Sheet, texts: Sequence[Accomplished], top: int) -> int:
    x, y = _MARGIN + _GRID + _GUTTER, top
    for number, done in enumerate(texts):
        if number:
            y = sheet.rule(x, y + 20, _TEXT_COLUMN) + 20
        y = sheet.write(_capitalised(str(done.planned.input["prompt"])), _DETAIL, x, y, _TEXT_COLUMN)
        for output in done.outputs:
            copy = output.path.read_text(encoding="utf-8")
            y = sheet.write(_capitalised(copy), _COPY, x, y + 4, _TEXT_COLUMN)
        y = sheet.write(_details(done), _DETAIL, x, y + 4, _TEXT_COLUMN)
    return y


def _footer(sheet: Sheet, outcome: Outcome, top: int) -> None:
    """The promises that are no pictures: reproduced, refused, called off, told."""
    y = sheet.rule(_MARGIN, top, _INNER) + 28
    columns = 4
    width = (_INNER - (columns - 1) * _GUTTER) // columns
    facts = (
        ("Same seed, same bytes", _reproduced(outcome)),
        ("Refused before it ran", _refused(outcome)),
        ("Called off", f"“{outcome.canceled.planned.input['prompt']}”: {outcome.canceled.job.state.value}."),
        ("Webhooks", _told(outcome)),
    )
    for column, (heading, fact) in enumerate(facts):
        x = _MARGIN + column * (width + _GUTTER)
        end = sheet.write(heading, _TITLE, x, y, width)
        sheet.write(fact, _CAPTION, x, end + 4, width)


def _reproduced(outcome: Outcome) -> str:
    done = outcome.repeated
    hashes = ", ".join(sha256[:16] for sha256 in done.hashes)
    verdict = "as before" if outcome.is_reproduced else "not as before"
    return f"“{done.planned.title}” with seed {done.planned.input['seed']}: SHA-256 {hashes}…, {verdict}."


def _refused(outcome: Outcome) -> str:
    problem = outcome.refusal
    if problem is None:
        return "Nothing was refused."
    fields = "; ".join(f"{error.path}: {error.message}" for error in problem.errors)
    return f"HTTP {problem.status}. {fields}"


def _told(outcome: Outcome) -> str:
    verified = len(outcome.webhooks.receipts)
    return f"{verified} of {verified + outcome.webhooks.refused} signatures verified by the standard's own library."


def _picture(done: Accomplished, size: int) -> pyvips.Image:
    """The job's first picture in a square of ``size`` pixels; an empty square where there is none."""
    if not done.outputs:
        return block(size, size, _RULE)
    picture = pyvips.Image.new_from_file(str(done.outputs[0].path)).colourspace("srgb")
    scale = size / min(picture.width, picture.height)
    scaled = picture.resize(scale, kernel=pyvips.enums.Kernel.LANCZOS3)
    return scaled.crop((scaled.width - size) // 2, (scaled.height - size) // 2, size, size)


def _details(done: Accomplished) -> str:
    seed = f"Seed {done.planned.input['seed']}"
    seconds = f"{done.job.seconds:.1f} s" if done.job.seconds is not None else done.job.state.value
    hashes = [sha256[:8] for sha256 in done.hashes]
    return " · ".join([seed, seconds, *hashes])


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
