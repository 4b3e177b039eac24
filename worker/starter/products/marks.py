"""The mark and the name of Olvarie, the house that the sample campaign invents. Drawn, so that it needs no typeface."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing

_LEAF = "M0 -66 C34 -32 34 28 0 66 C-34 28 -34 -32 0 -66 Z"
# Letters between a cap line at -40 and a base line at 40; each with the width that it takes.
_LETTERS: dict[str, tuple[str, int]] = {
    "O": ("M40 -40 C62 -40 80 -22 80 0 C80 22 62 40 40 40 C18 40 0 22 0 0 C0 -22 18 -40 40 -40 Z", 80),
    "L": ("M0 -40 V40 H44", 46),
    "V": ("M0 -40 L34 40 L68 -40", 68),
    "A": ("M0 40 L34 -40 L68 40 M12 14 H56", 68),
    "R": ("M0 40 V-40 H26 C58 -40 58 4 26 4 H0 M26 4 L54 40", 54),
    "I": ("M0 -40 V40", 0),
    "E": ("M46 -40 H0 V40 H46 M0 0 H40", 46),
}
_NAME = "OLVARIE"
_GAPS = (30, 22, 14, 26, 34, 34, 0)


def dark_logo() -> Drawing:
    """For light grounds."""
    return _logo("#1d2b28")


def light_logo() -> Drawing:
    """For dark grounds."""
    return _logo("#fffaf0")


def _logo(color: str) -> Drawing:
    drawing = Drawing(760, 190)
    with drawing.moved("translate(60 95)"):
        drawing.path(_LEAF, "none", stroke=color, stroke_width=9, stroke_linejoin="round")
        drawing.line("M0 -34 V64", color, 7)
    x = 138
    for letter, gap in zip(_NAME, _GAPS, strict=True):
        outline, width = _LETTERS[letter]
        with drawing.moved(f"translate({x} 95)"):
            drawing.path(outline, "none", stroke=color, stroke_width=10, stroke_linecap="butt", stroke_linejoin="miter")
        x += width + gap
    return drawing
