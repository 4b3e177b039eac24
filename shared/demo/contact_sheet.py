"""The contact sheet: every picture with its prompt and seed, the texts beside, the promises below, as one PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyvips

from shared.clock import utc_now
from shared.demo.outcome import Accomplished, Outcome
from shared.demo.sheet import CAPTION, DETAIL, DISPLAY, INK, LEDE, MARGIN, RULE, TITLE, Sheet
from shared.demo.typesetting import Style, block

_GAP = 28
_TILE = 288
_COLUMNS = 4
_GRID = _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
_TEXT_COLUMN = 420
_GUTTER = 64
_WIDTH = MARGIN + _GRID + _GUTTER + _TEXT_COLUMN + MARGIN
_INNER = _WIDTH - 2 * MARGIN

_COPY = Style(21, 32, INK)


def draw(outcome: Outcome, total_seconds: float, path: Path) -> None:
    """Write the contact sheet of ``outcome`` to ``path``."""
    sheet = Sheet(_WIDTH)
    top = _header(sheet, outcome, total_seconds)
    grid_end = _pictures(sheet, outcome.images, top)
    texts_end = _texts(sheet, outcome.texts, top)
    _footer(sheet, outcome, max(grid_end, texts_end) + 40)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _header(sheet: Sheet, outcome: Outcome, total_seconds: float) -> int:
    y = sheet.write("Bottega", DISPLAY, MARGIN, MARGIN, _INNER)
    summary = (
        f"{len(outcome.images)} pictures and {len(outcome.texts)} texts, submitted over HTTP, generated on this "
        f"machine, stored and delivered in {total_seconds:.0f} s · {utc_now():%d %B %Y}"
    )
    y = sheet.write(summary, LEDE, MARGIN, y + 4, _INNER)
    return sheet.rule(MARGIN, y + 24, _INNER) + 40


def _pictures(sheet: Sheet, images: Sequence[Accomplished], top: int) -> int:
    y = top
    for start in range(0, len(images), _COLUMNS):
        row = images[start : start + _COLUMNS]
        ends = [_tile(sheet, done, MARGIN + column * (_TILE + _GAP), y) for column, done in enumerate(row)]
        y = max(ends) + 36
    return y - 36


def _tile(sheet: Sheet, done: Accomplished, x: int, y: int) -> int:
    y = sheet.place(_picture(done, _TILE), x, y)
    y = sheet.write(done.planned.title, TITLE, x, y + 12, _TILE)
    y = sheet.write(_capitalised(str(done.planned.input["prompt"])), CAPTION, x, y + 1, _TILE)
    return sheet.write(_details(done), DETAIL, x, y + 3, _TILE)


def _texts(sheet: Sheet, texts: Sequence[Accomplished], top: int) -> int:
    x, y = MARGIN + _GRID + _GUTTER, top
    for number, done in enumerate(texts):
        if number:
            y = sheet.rule(x, y + 20, _TEXT_COLUMN) + 20
        y = sheet.write(_capitalised(str(done.planned.input["prompt"])), DETAIL, x, y, _TEXT_COLUMN)
        for output in done.outputs:
            copy = output.path.read_text(encoding="utf-8")
            y = sheet.write(_capitalised(copy), _COPY, x, y + 4, _TEXT_COLUMN)
        y = sheet.write(_details(done), DETAIL, x, y + 4, _TEXT_COLUMN)
    return y


def _footer(sheet: Sheet, outcome: Outcome, top: int) -> None:
    """The promises that are no pictures: reproduced, refused, called off, told."""
    y = sheet.rule(MARGIN, top, _INNER) + 28
    columns = 4
    width = (_INNER - (columns - 1) * _GUTTER) // columns
    facts = (
        ("Same seed, same bytes", _reproduced(outcome)),
        ("Refused before it ran", _refused(outcome)),
        ("Called off", f"“{outcome.canceled.planned.input['prompt']}”: {outcome.canceled.job.state.value}."),
        ("Webhooks", _told(outcome)),
    )
    for column, (heading, fact) in enumerate(facts):
        x = MARGIN + column * (width + _GUTTER)
        end = sheet.write(heading, TITLE, x, y, width)
        sheet.write(fact, CAPTION, x, end + 4, width)


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
        return block(size, size, RULE)
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
