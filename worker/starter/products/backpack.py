"""A backpack."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, rounded

_CANVAS, _LEATHER, _BRASS = "#b8763a", "#5b3522", "#d6ab5e"
_BODY = (
    "M126 230 C122 130 190 84 340 84 C490 84 558 130 554 230 L586 720 C590 796 560 832 480 834 L200 834 "
    "C120 832 90 796 94 720 Z"
)


def backpack() -> Drawing:
    """A rolled-top backpack of waxed canvas with leather straps and brass."""
    d = Drawing(680, 860)
    d.line("M250 96 C250 18 430 18 430 96", darker(_LEATHER, 0.2), 26)
    d.line("M256 92 C258 32 422 32 424 92", lighter(_LEATHER, 0.3), 6, 2, opacity=0.8)
    for x, lean in ((96, -1), (584, 1)):
        d.path(
            f"M{x} 540 C{x + lean * 52} 552 {x + lean * 62} 600 {x + lean * 60} 700 C{x + lean * 60} 770 {x + lean * 40} 806 {x - lean * 20} 812 Z",
            d.linear(x - 60, 0, x + 60, 0, rounded(darker(_CANVAS, 0.22), 0.2)),
        )
    d.path(_BODY, d.linear(94, 0, 586, 0, rounded(_CANVAS, 0.28)))
    with d.clipped(_BODY):
        d.ellipse(220, 240, 90, 190, "#ffffff", 50, opacity=0.20)
        d.box(94, 770, 500, 80, "#1d0c02", blur=26, opacity=0.55)
        d.line("M160 300 C150 450 140 600 146 760", darker(_CANVAS, 0.5), 10, 8, opacity=0.45)
        d.line("M524 300 C536 450 544 600 536 760", darker(_CANVAS, 0.6), 14, 9, opacity=0.5)
    _draw_pocket(d)
    _draw_flap(d)
    _draw_straps(d)
    d.box(292, 620, 96, 62, d.linear(0, 620, 0, 682, falling(_LEATHER, 0.28)), 8)
    d.path("M340 632 C356 646 356 658 340 672 C324 658 324 646 340 632 Z", "none", stroke=_BRASS, stroke_width=3.2)
    return d


def _draw_pocket(d: Drawing) -> None:
    pocket = "M162 536 C162 516 174 506 196 506 L484 506 C506 506 518 516 518 536 L530 756 C530 792 514 806 480 806 L200 806 C166 806 150 792 150 756 Z"
    d.path(pocket, "#1d0c02", 12, opacity=0.5)
    d.path(pocket, d.linear(150, 0, 530, 0, rounded(lighter(_CANVAS, 0.05), 0.26)))
    with d.clipped(pocket):
        d.box(150, 500, 380, 60, lighter(_CANVAS, 0.3), blur=18, opacity=0.7)
        d.box(150, 770, 380, 50, "#1d0c02", blur=18, opacity=0.5)
    d.path(
        "M176 530 L504 530 L516 752 C516 780 504 792 478 792 L202 792 C176 792 164 780 164 752 Z",
        "none",
        stroke=lighter(_CANVAS, 0.5),
        stroke_width=2.4,
        stroke_dasharray="9 6",
        opacity=0.8,
    )


def _draw_flap(d: Drawing) -> None:
    flap = "M118 232 C114 126 186 76 340 76 C494 76 566 126 562 232 L566 380 C566 424 540 440 340 440 C140 440 114 424 114 380 Z"
    with d.clipped(_BODY):
        d.path(
            "M118 300 L566 300 L566 400 C566 446 540 464 340 464 C140 464 114 446 114 400 Z",
            "#1d0c02",
            14,
            opacity=0.45,
        )
    d.path(flap, d.linear(114, 0, 566, 0, rounded(lighter(_CANVAS, 0.04), 0.34)))
    with d.clipped(flap):
        d.ellipse(270, 130, 150, 46, "#ffffff", 30, opacity=0.35)
        d.box(100, 400, 480, 50, "#1d0c02", blur=20, opacity=0.4)
    d.path(
        "M130 232 C126 136 194 90 340 90 C486 90 554 136 550 232 L553 376 C553 412 530 427 340 427 C150 427 127 412 127 376 Z",
        "none",
        stroke=lighter(_CANVAS, 0.55),
        stroke_width=2.4,
        stroke_dasharray="9 6",
        opacity=0.75,
    )


def _draw_straps(d: Drawing) -> None:
    for x in (222, 420):
        strap = f"M{x} 250 h38 v330 c0 18 -38 18 -38 0 Z"
        d.path(strap, "#1d0c02", 6, opacity=0.5, transform="translate(5 5)")
        d.path(strap, d.linear(x, 0, x + 38, 0, rounded(_LEATHER, 0.3)))
        d.path(
            f"M{x + 6} 256 v320 M{x + 32} 256 v320",
            "none",
            stroke=lighter(_LEATHER, 0.5),
            stroke_width=1.6,
            stroke_dasharray="6 5",
            opacity=0.8,
        )
        d.box(x - 9, 462, 56, 50, "none", 7, stroke=d.linear(x - 9, 462, x + 47, 512, metallic(_BRASS)), stroke_width=8)
        d.line(f"M{x + 19} 466 v40", _BRASS, 6)
        d.box(x - 4, 526, 46, 16, d.linear(0, 526, 0, 542, falling(_LEATHER, 0.35)), 3)
