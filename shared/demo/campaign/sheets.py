"""Contact sheets of the sample campaign: one that shows every product once, and one for each locale with all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path

import pyvips

from shared.demo.campaign.outcome import CampaignOutcome, Creative
from shared.demo.sheet import CAPTION, DETAIL, DISPLAY, LEDE, MARGIN, TITLE, Sheet

_GAP = 16
_BAND = 280
_ROW = 216
_SHAPES = (("1080x1080", 0), ("1080x1920", 1), ("1200x628", 0), ("1080x1080", 1), ("1080x1920", 0))
"""Sizes across a band, each with the template that it is shown in."""
_BANNER = "728x90"
_LANGUAGES = {"en": "English", "de": "German", "ar": "Arabic", "ja": "Japanese"}

Creatives = Mapping[tuple[str, str, str, str], Creative]


def draw_sheets(outcome: CampaignOutcome, folder: Path) -> list[Path]:
    """Write ``campaign.png``, and ``campaign-<locale>.jpg`` for each locale. The paths."""
    made = {(each.custom_id, each.template, each.size, each.locale): each for each in outcome.creatives()}
    products = list(dict.fromkeys(item.custom_id for item in outcome.first.items))
    paths = [folder / "campaign.png"]
    _overview(outcome, made, products).pngsave(str(paths[0]), compression=6)
    for locale in outcome.request["locales"]:
        path = folder / f"campaign-{locale}.jpg"
        _of_locale(outcome, made, products, locale).jpegsave(str(path), Q=90)
        paths.append(path)
    return paths


def _overview(outcome: CampaignOutcome, made: Creatives, products: Sequence[str]) -> pyvips.Image:
    """A band of creatives for each locale, with other products in each."""
    templates, turn = outcome.request["templates"], cycle(products)
    inner = sum(_width(size, _BAND) for size, _ in _SHAPES) + (len(_SHAPES) - 1) * _GAP
    sheet = Sheet(inner + 2 * MARGIN)
    y = _header(sheet, outcome, inner)
    for locale in outcome.request["locales"]:
        y = sheet.write(_LANGUAGES.get(locale, locale), TITLE, MARGIN, y, inner) + 8
        x = MARGIN
        for size, template in _SHAPES:
            product = next(turn)
            picture = _picture(made.get((product, templates[template % len(templates)], size, locale)), size, _BAND)
            sheet.place(picture, x, y)
            x += picture.width + _GAP
        y += _BAND + _GAP
        y = _banners(sheet, made, [next(turn) for _ in templates], templates, locale, y, inner)
        y += 36
    return sheet.picture()


def _banners(
    sheet: Sheet,
    made: Creatives,
    products: Sequence[str],
    templates: Sequence[str],
    locale: str,
    y: int,
    inner: int,
) -> int:
    width = (inner - (len(templates) - 1) * _GAP) // len(templates)
    height = width * 90 // 728
    for column, (product, template) in enumerate(zip(products, templates, strict=True)):
        picture = _picture(made.get((product, template, _BANNER, locale)), _BANNER, height)
        sheet.place(picture, MARGIN + column * (width + _GAP), y)
    return y + height


def _of_locale(outcome: CampaignOutcome, made: Creatives, products: Sequence[str], locale: str) -> pyvips.Image:
    """A row for each product: every template in every size."""
    sizes, templates = outcome.request["sizes"], outcome.request["templates"]
    tall = [size for size in sizes if size != _BANNER]
    widths = [_width(size, _ROW) for size in tall for _ in templates]
    banner_height = (_ROW - (len(templates) - 1) * _GAP) // max(2, len(templates))
    inner = sum(widths) + len(widths) * _GAP + _width(_BANNER, banner_height)
    sheet = Sheet(inner + 2 * MARGIN)
    y = (
        sheet.write(f"{outcome.request['name']} · {_LANGUAGES.get(locale, locale)}", DISPLAY, MARGIN, MARGIN, inner)
        + 24
    )
    for product in products:
        y, x = sheet.write(product, CAPTION, MARGIN, y, inner) + 4, MARGIN
        for size in tall:
            for template in templates:
                picture = _picture(made.get((product, template, size, locale)), size, _ROW)
                sheet.place(picture, x, y)
                x += picture.width + _GAP
        for number, template in enumerate(templates if _BANNER in sizes else ()):
            picture = _picture(made.get((product, template, _BANNER, locale)), _BANNER, banner_height)
            sheet.place(picture, x, y + number * (banner_height + _GAP))
        y += _ROW + _GAP
    return sheet.picture()


def _header(sheet: Sheet, outcome: CampaignOutcome, inner: int) -> int:
    y = sheet.write(outcome.request["name"], DISPLAY, MARGIN, MARGIN, inner)
    images = outcome.first.plan.get("generations", {}).get("images", {})
    said = (
        f"{outcome.products} products × {len(outcome.request['templates'])} templates × "
        f"{len(outcome.request['sizes'])} sizes × {len(outcome.request['locales'])} languages: {outcome.expected:,} "
        f"creatives from {images.get('distinct', 0)} generated pictures"
    )
    y = sheet.write(said, LEDE, MARGIN, y + 4, inner)
    y = sheet.write(
        "The house and its products are invented; every picture was made by this project.", DETAIL, MARGIN, y + 4, inner
    )
    return sheet.rule(MARGIN, y + 20, inner) + 28


def _picture(creative: Creative | None, size: str, height: int) -> pyvips.Image:
    """The creative scaled to a height; an empty place where there is none."""
    width = _width(size, height)
    if creative is None:
        return pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb") + 224
    return pyvips.Image.thumbnail_buffer(creative.body, width, height=height, size="force")


def _width(size: str, height: int) -> int:
    wide, high = (int(side) for side in size.split("x"))
    return round(wide / high * height)
