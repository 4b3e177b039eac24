"""Things that hold a drink: a flask, a mug, a kettle, a tin of tea."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, mixed, rounded


def flask() -> Drawing:
    """An insulated bottle, powder-coated, with a steel collar and a wooden cap."""
    d = Drawing(360, 880)
    green, steel, wood = "#2f5d50", "#b9bdc2", "#b98552"
    body = (
        "M60 330 C60 262 116 250 126 206 L234 206 C244 250 300 262 300 330 L300 806 "
        "C300 846 276 866 236 868 L124 868 C84 866 60 846 60 806 Z"
    )
    d.path(body, d.linear(60, 0, 300, 0, rounded(green, 0.34)))
    with d.clipped(body):
        d.box(60, 780, 240, 100, d.linear(0, 780, 0, 868, ((0, "#00000000"), (1, "#00000070"))))
        d.path(
            "M104 330 C110 292 140 276 150 240 L162 240 C152 290 128 300 124 340 L124 800 L104 800 Z",
            "#ffffff",
            9,
            opacity=0.30,
        )
        d.path("M282 330 L288 330 L288 790 L282 790 Z", "#d9fff0", 4, opacity=0.45)
        d.box(60, 206, 240, 26, "#000000", blur=10, opacity=0.45)
    d.box(120, 170, 120, 40, d.linear(120, 0, 240, 0, metallic(steel)), 5)
    d.line("M122 183 L238 183", "#000000", 1.5, opacity=0.35)
    cap = "M116 66 C116 46 128 36 148 34 L212 34 C232 36 244 46 244 66 L244 160 C244 168 240 172 232 172 L128 172 C120 172 116 168 116 160 Z"
    d.path(cap, d.linear(116, 0, 244, 0, rounded(wood, 0.35)))
    with d.clipped(cap):
        for x, bend in ((132, 6), (150, -5), (168, 7), (184, -6), (201, 5), (217, -4), (231, 3)):
            d.line(f"M{x} 30 C{x + bend} 80 {x - bend} 120 {x + 2} 176", darker(wood, 0.5), 1.6, 0.6, opacity=0.35)
        d.ellipse(180, 36, 62, 10, lighter(wood, 0.5), 5, opacity=0.8)
        d.box(116, 152, 128, 24, "#2a1606", blur=8, opacity=0.5)
    _emblem(d, 180, 540, 34, lighter(green, 0.72))
    return d


def mug() -> Drawing:
    """A stoneware mug, glazed in two colours, seen a little from above, with coffee in it."""
    d = Drawing(820, 680)
    clay, glaze = "#e9dcc8", "#c8553d"
    d.line("M560 216 C724 182 772 300 706 404 C668 462 610 486 540 486", mixed(clay, "#8a5f3c", 0.5), 58)
    d.line("M562 212 C718 184 760 300 698 398 C662 452 606 474 542 476", clay, 50)
    d.line("M580 200 C690 188 738 262 704 350", lighter(clay, 0.8), 13, 5, opacity=0.9)
    d.line("M702 400 C664 458 606 482 560 484", darker(clay, 0.6), 12, 7, opacity=0.55)
    body = "M96 128 L112 520 C116 602 176 640 340 640 C504 640 564 602 568 520 L584 128 Z"
    d.path(body, d.linear(96, 0, 584, 0, rounded(clay, 0.75)))
    with d.clipped(body):
        edge = "M80 100 H600 V356 C560 372 520 352 480 366 C430 386 390 400 340 396 C280 392 250 364 200 372 C150 380 120 392 80 372 Z"
        d.path(edge, d.linear(96, 0, 584, 0, rounded(glaze, 0.36)))
        d.line(
            "M80 374 C120 394 150 382 200 374 C250 366 280 394 340 398 C390 402 430 388 480 368 C520 354 560 374 600 358",
            darker(glaze, 0.55),
            5,
            2.5,
            opacity=0.55,
        )
        for x, y, r in (
            (150, 470, 3),
            (214, 540, 2.4),
            (270, 450, 2),
            (330, 580, 3.2),
            (404, 500, 2.4),
            (470, 560, 3),
            (520, 450, 2),
            (180, 590, 2),
            (300, 520, 2.2),
            (440, 600, 2.2),
            (240, 610, 2.6),
            (380, 440, 2),
        ):
            d.ellipse(x, y, r, r, darker(clay, 0.6), opacity=0.55)
        d.box(96, 590, 500, 70, "#3a1d10", blur=22, opacity=0.5)
        d.path("M170 160 C172 300 180 440 206 560 L232 560 C206 430 204 300 206 160 Z", "#ffffff", 12, opacity=0.55)
    d.ellipse(340, 128, 244, 66, d.linear(96, 0, 584, 0, rounded(glaze, 0.5)))
    d.ellipse(340, 128, 244, 66, "none", stroke=lighter(glaze, 0.5), stroke_width=3, opacity=0.8)
    d.ellipse(
        340, 132, 222, 54, d.linear(0, 74, 0, 190, ((0, darker(glaze, 0.72)), (0.6, darker(glaze, 0.4)), (1, glaze)))
    )
    inside = (
        "M126 150 C150 116 240 104 340 104 C440 104 530 116 554 150 C530 178 440 190 340 190 C240 190 150 178 126 150 Z"
    )
    d.path(inside, d.radial(300, 140, 250, ((0, "#6b3d1f"), (0.7, "#3c1f0f"), (1, "#1f0f07"))))
    with d.clipped(inside):
        d.ellipse(340, 146, 208, 42, "none", stroke="#b9814e", stroke_width=7, opacity=0.75)
        d.ellipse(250, 132, 90, 12, "#ffe7c4", 10, opacity=0.45)
    return d


def kettle() -> Drawing:
    """A pour-over kettle with a gooseneck: matt black, brass and walnut."""
    d = Drawing(900, 760)
    black, brass, wood = "#34373c", "#c99a4b", "#8a5a36"
    d.line("M262 640 C150 600 190 440 150 330 C136 292 112 280 74 284", darker(black, 0.55), 40)
    d.line("M262 634 C156 596 194 438 154 328 C140 290 114 278 76 282", black, 34)
    d.line("M206 560 C178 500 192 416 160 336 C146 300 124 276 84 274", lighter(black, 0.45), 7, 3.5, opacity=0.8)
    d.path("M80 262 L62 268 C54 276 54 290 62 298 L80 304 Z", d.linear(0, 262, 0, 304, metallic(brass)))
    handle = "M560 300 C640 262 760 250 800 300 C840 352 824 470 792 560 C784 584 752 580 754 556 C768 470 782 380 754 350 C720 326 640 338 580 362 Z"
    d.path(handle, d.linear(600, 240, 800, 560, falling(wood, 0.32)))
    with d.clipped(handle):
        d.line("M580 316 C660 280 752 278 786 318 C816 356 800 460 778 556", lighter(wood, 0.65), 10, 6, opacity=0.75)
        d.line("M580 352 C650 326 722 314 756 342 C780 372 766 470 752 556", "#1d0d05", 10, 7, opacity=0.6)
    d.path("M540 322 L606 282 L626 352 L552 384 Z", d.linear(560, 280, 600, 380, metallic(brass)))
    body = "M262 300 C240 430 214 560 206 660 C204 704 226 722 268 724 L548 724 C590 722 612 704 610 660 C602 560 576 430 554 300 Z"
    d.path(body, d.linear(206, 0, 610, 0, rounded(black, 0.36)))
    with d.clipped(body):
        d.path("M306 320 C284 440 264 560 260 690 L300 690 C304 560 320 440 338 320 Z", "#ffffff", 16, opacity=0.32)
        d.path("M566 340 C584 460 594 560 598 690 L588 690 C580 560 572 460 556 340 Z", "#cfd6e6", 5, opacity=0.45)
        d.box(200, 664, 420, 70, "#000000", blur=18, opacity=0.6)
    d.path("M258 300 C262 276 554 276 558 300 C562 322 254 322 258 300 Z", d.linear(258, 0, 558, 0, metallic(brass)))
    lid = "M270 296 C282 236 340 216 408 216 C476 216 534 236 546 296 C520 306 296 306 270 296 Z"
    d.path(lid, d.linear(270, 0, 546, 0, rounded(black, 0.4)))
    with d.clipped(lid):
        d.ellipse(350, 240, 60, 12, "#ffffff", 9, opacity=0.35)
    d.path("M390 218 L394 190 L422 190 L426 218 Z", d.linear(390, 0, 426, 0, metallic(brass)))
    d.ellipse(408, 166, 40, 32, d.radial(394, 152, 52, ((0, lighter(wood, 0.6)), (0.5, wood), (1, darker(wood, 0.5)))))
    return d


def tea_tin() -> Drawing:
    """A round tin of tea with a wrapped label and a close-fitting lid."""
    d = Drawing(560, 780)
    teal, gold, paper = "#1f4e5f", "#d8b26a", "#f4ead6"
    body = "M50 176 L50 690 C50 736 510 736 510 690 L510 176 Z"
    d.path(body, d.linear(50, 0, 510, 0, rounded(teal, 0.34)))
    with d.clipped(body):
        d.path("M50 196 C50 240 510 240 510 196 L510 214 C510 258 50 258 50 214 Z", "#000000", 7, opacity=0.5)
        label = "M50 300 C50 340 510 340 510 300 L510 610 C510 650 50 650 50 610 Z"
        d.path(label, d.linear(50, 0, 510, 0, rounded(paper, 0.6)))
        for y in (300, 610):
            d.line(f"M50 {y} C50 {y + 40} 510 {y + 40} 510 {y}", d.linear(50, 0, 510, 0, metallic(gold)), 7)
        for y in (318, 592):
            d.line(f"M50 {y} C50 {y + 40} 510 {y + 40} 510 {y}", d.linear(50, 0, 510, 0, metallic(gold)), 2.5)
        _sprig(d, 280, 486, "#2f6b52")
        d.path("M112 190 L150 200 L150 716 L112 706 Z", "#ffffff", 11, opacity=0.42)
        d.path("M484 190 L494 190 L494 700 L484 700 Z", "#e8fbff", 4, opacity=0.4)
        d.path("M50 676 C50 722 510 722 510 676 L510 760 L50 760 Z", "#000000", 12, opacity=0.4)
    lid = "M42 96 L42 186 C42 232 518 232 518 186 L518 96 Z"
    d.path(lid, d.linear(42, 0, 518, 0, rounded(teal, 0.42)))
    with d.clipped(lid):
        d.line("M42 170 C42 216 518 216 518 170", d.linear(42, 0, 518, 0, metallic(gold)), 6)
        d.path("M106 100 L146 110 L146 216 L106 206 Z", "#ffffff", 10, opacity=0.42)
    d.ellipse(
        280,
        96,
        238,
        44,
        d.linear(42, 60, 518, 130, ((0, lighter(teal, 0.34)), (0.4, lighter(teal, 0.16)), (1, darker(teal, 0.3)))),
    )
    d.ellipse(280, 96, 238, 44, "none", stroke=lighter(teal, 0.55), stroke_width=2.5, opacity=0.8)
    d.ellipse(280, 96, 196, 33, "none", stroke=d.linear(42, 0, 518, 0, metallic(gold)), stroke_width=3)
    return d


def _emblem(d: Drawing, x: float, y: float, size: float, color: str) -> None:
    """Two leaves in a ring."""
    d.ellipse(x, y, size, size, "none", stroke=color, stroke_width=3, opacity=0.9)
    for side in (-1, 1):
        tip = x + side * size * 0.52
        d.path(
            f"M{x} {y + size * 0.5} C{x + side * size * 0.1} {y} {tip} {y - size * 0.1} {tip} {y - size * 0.5} "
            f"C{x + side * size * 0.1} {y - size * 0.4} {x - side * size * 0.05} {y} {x} {y + size * 0.5} Z",
            color,
            opacity=0.9,
        )


def _sprig(d: Drawing, x: float, y: float, color: str) -> None:
    """A sprig of tea: a bud and two pairs of leaves."""
    d.line(f"M{x} {y + 104} C{x + 6} {y + 40} {x - 4} {y - 10} {x} {y - 60}", darker(color, 0.2), 5)
    for side in (-1, 1):
        for base, reach, lift in ((70, 104, 86), (18, 84, 92)):
            tip_x, tip_y = x + side * reach, y + base - lift
            d.path(
                f"M{x} {y + base} C{x + side * 10} {y + base - 62} {tip_x - side * 34} {tip_y - 4} {tip_x} {tip_y} "
                f"C{tip_x - side * 2} {tip_y + 44} {x + side * 48} {y + base + 4} {x} {y + base} Z",
                d.linear(x, y + base, tip_x, tip_y, ((0, darker(color, 0.25)), (1, lighter(color, 0.25)))),
            )
            d.line(f"M{x} {y + base} L{tip_x - side * 14} {tip_y + 12}", lighter(color, 0.6), 2, opacity=0.7)
    d.path(
        f"M{x} {y - 40} C{x - 26} {y - 74} {x - 10} {y - 112} {x} {y - 124} C{x + 10} {y - 112} {x + 26} {y - 74} {x} {y - 40} Z",
        d.linear(x, y - 124, x, y - 40, ((0, lighter(color, 0.35)), (1, color))),
    )
