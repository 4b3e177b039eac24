"""Things for on the way: a wallet, an umbrella, a watch, sunglasses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, rounded


def wallet() -> Drawing:
    """A folded wallet of grained leather, cards showing, with a snap."""
    d = Drawing(820, 600)
    leather = "#7a4128"
    for x, y, color in ((120, 66, "#e7d3a8"), (150, 96, "#5f8f8b"), (180, 126, "#e0825a")):
        d.box(x, y, 520, 300, "#1b0d06", 20, 8, opacity=0.35)
        d.box(x, y, 520, 300, d.linear(x, y, x + 520, y + 300, falling(color, 0.3)), 20)
    back = "M60 190 C60 168 76 156 98 156 L722 156 C744 156 760 168 760 190 L760 520 C760 546 744 560 720 560 L100 560 C76 560 60 546 60 520 Z"
    d.path(
        back, d.linear(60, 156, 760, 560, ((0, lighter(leather, 0.28)), (0.35, leather), (1, darker(leather, 0.45))))
    )
    with d.clipped(back):
        for index in range(240):
            dx, dy = 60 + (index * 149.3) % 700, 156 + (index * 83.7) % 404
            d.ellipse(
                dx,
                dy,
                5 + index % 4,
                2.2,
                darker(leather, 0.6),
                opacity=0.16,
                transform=f"rotate({index * 47 % 180} {dx:.1f} {dy:.1f})",
            )
        d.ellipse(250, 200, 260, 60, "#ffffff", 40, opacity=0.28)
        d.box(60, 520, 700, 60, "#120703", blur=20, opacity=0.55)
        d.line("M410 156 V560", darker(leather, 0.6), 5, 3, opacity=0.35)
    d.path(
        "M80 196 C80 182 90 174 104 174 L716 174 C730 174 740 182 740 196 L740 516 C740 532 730 541 714 541 L106 541 C90 541 80 532 80 516 Z",
        "none",
        stroke=lighter(leather, 0.55),
        stroke_width=2.8,
        stroke_dasharray="11 7",
        opacity=0.9,
    )
    strap = "M761 310 L560 300 C520 300 500 322 500 358 C500 394 520 416 560 416 L760 406 Z"
    with d.clipped(back):
        d.path(strap, "#120703", 9, opacity=0.6, transform="translate(-2 8)")
    d.path(strap, d.linear(0, 300, 0, 416, falling(lighter(leather, 0.05), 0.35)))
    d.path(
        "M756 322 L562 312 C530 312 513 330 513 358 C513 386 530 404 562 404 L756 394",
        "none",
        stroke=lighter(leather, 0.55),
        stroke_width=2.6,
        stroke_dasharray="10 7",
        opacity=0.9,
    )
    d.ellipse(560, 358, 27, 27, "#120703", 4, opacity=0.6)
    d.ellipse(560, 358, 25, 25, d.radial(550, 346, 38, ((0, "#fff5da"), (0.45, "#d8ae62"), (1, "#7d5820"))))
    d.ellipse(560, 358, 15, 15, d.radial(566, 366, 24, ((0, "#fff0c8"), (0.6, "#c89d52"), (1, "#8a6428"))))
    d.path(
        "M150 440 C166 454 166 470 150 486 C134 470 134 454 150 440 Z",
        "none",
        stroke=darker(leather, 0.45),
        stroke_width=4,
        opacity=0.9,
    )
    return d


def umbrella() -> Drawing:
    """An open umbrella in eight panels with a bent handle of bamboo."""
    d = Drawing(860, 860)
    blue, pale, cane = "#1f4f8f", "#f0e2c4", "#b58145"
    d.line("M430 566 V726 C430 800 532 800 532 730", darker(cane, 0.45), 26)
    d.line("M430 396 V560", d.linear(421, 0, 440, 0, metallic("#9aa2ac")), 13)
    d.line("M430 560 V726 C430 796 528 796 528 730", cane, 24)
    d.line("M424 566 V726 C426 780 470 796 500 782", lighter(cane, 0.6), 5, 2, opacity=0.85)
    for y in (600, 660, 716):
        d.line(f"M419 {y} h23", darker(cane, 0.5), 3, opacity=0.6)
    rim = (36, 138, 252, 370, 490, 608, 722, 824)
    hem = "".join(f"C{x - 26} 398 {x - w + 26} 398 {x - w} 438 " for x, w in zip(rim[:0:-1], _widths(rim), strict=True))
    dome = f"M36 438 C46 210 220 74 430 74 C640 74 814 210 824 438 {hem}Z"
    d.path(dome, blue)
    with d.clipped(dome):
        for index, (left, right) in enumerate(pairwise(rim)):
            color = (blue, pale)[index % 2]
            shades = (0, darker(color, 0.25)), (0.4, lighter(color, 0.16)), (1, darker(color, 0.12))
            d.path(_gore(left, right), d.linear(left, 0, right, 0, shades))
        d.ellipse(300, 190, 170, 90, "#ffffff", 46, opacity=0.40)
        d.ellipse(770, 390, 150, 150, "#06122a", 60, opacity=0.45)
        d.path("M36 470 V390 C180 340 680 340 824 390 V470 Z", "#06122a", 24, opacity=0.25)
    for x in rim:
        d.ellipse(x, 438, 6.5, 6.5, d.radial(x - 2, 435, 9, ((0, "#fff5da"), (1, "#8a6428"))))
    d.path("M421 80 L425 34 C427 26 433 26 435 34 L439 80 Z", d.linear(421, 0, 439, 0, metallic("#c9a86a")))
    return d


def _widths(rim: Sequence[int]) -> list[int]:
    return [right - left for left, right in pairwise(rim)][::-1]


def _gore(left: int, right: int) -> str:
    """One panel, from the top of the umbrella to its rim."""
    out_left, out_right = (left - 430) * 1.02, (right - 430) * 1.02
    return (
        f"M430 66 C{430 + out_left * 0.72} 130 {430 + out_left} 280 {left} 480 L{right} 480 "
        f"C{430 + out_right} 280 {430 + out_right * 0.72} 130 430 66 Z"
    )


def watch() -> Drawing:
    """A wristwatch: cream dial, blued hands, leather strap."""
    d = Drawing(520, 880)
    strap, steel, dial = "#6a4630", "#c3c7cc", "#f7f0e1"
    for path in (
        "M172 40 C172 24 348 24 348 40 L372 300 L148 300 Z",
        "M148 580 L372 580 L348 840 C348 858 172 858 172 840 Z",
    ):
        d.path(path, d.linear(150, 0, 370, 0, rounded(strap, 0.3)))
        with d.clipped(path):
            d.box(130, 262, 260, 60, "#140a04", blur=18, opacity=0.6)
            d.box(130, 570, 260, 60, "#140a04", blur=18, opacity=0.7)
    for path in ("M184 52 L164 280 M336 52 L356 280", "M164 600 L184 828 M356 600 L336 828"):
        d.path(path, "none", stroke=lighter(strap, 0.6), stroke_width=3, stroke_dasharray="11 8", opacity=0.85)
    for y in (700, 748, 796):
        d.ellipse(260, y, 7, 8, "#1a0d06")
    for x in (146, 340):
        for y, flip in ((252, 1), (628, -1)):
            d.path(
                f"M{x} {y + flip * 70} L{x + 4} {y} h26 L{x + 34} {y + flip * 70} Z",
                d.linear(x, 0, x + 34, 0, metallic(steel)),
            )
    d.box(462, 418, 34, 44, d.linear(0, 418, 0, 462, metallic(steel)), 8)
    d.ellipse(260, 440, 212, 212, d.linear(60, 240, 460, 640, metallic(steel)))
    d.ellipse(
        260,
        440,
        196,
        196,
        d.linear(400, 250, 120, 630, ((0, "#ffffff"), (0.4, "#a7adb4"), (0.7, "#eef0f2"), (1, "#7d848c"))),
    )
    d.ellipse(260, 440, 178, 178, d.radial(220, 380, 300, ((0, "#fffdf6"), (0.6, dial), (1, darker(dial, 0.22)))))
    d.ellipse(260, 440, 178, 178, "none", stroke="#5f5a50", stroke_width=3, opacity=0.7)
    for minute in range(60):
        angle, inner = math.radians(minute * 6), (136 if minute % 5 == 0 else 160)
        s, c = math.sin(angle), -math.cos(angle)
        d.line(
            f"M{260 + inner * s:.1f} {440 + inner * c:.1f} L{260 + 168 * s:.1f} {440 + 168 * c:.1f}",
            "#22304d" if minute % 5 == 0 else "#7c7668",
            6 if minute % 5 == 0 else 1.8,
            stroke_linecap="butt",
        )
    d.ellipse(
        260,
        520,
        42,
        42,
        d.radial(260, 520, 42, ((0, darker(dial, 0.05)), (1, darker(dial, 0.12)))),
        stroke="#9a927f",
        stroke_width=1.6,
    )
    d.line("M260 520 L282 496", "#b3402e", 3)
    d.ellipse(260, 520, 4, 4, "#b3402e")
    for path, width in (("M260 440 L182 374", 11), ("M260 440 L352 330", 8)):
        d.line(path, "#000000", width, 4, opacity=0.4, transform="translate(5 7)")
        d.line(path, d.linear(182, 330, 352, 440, ((0, "#1b3566"), (0.5, "#3b62a8"), (1, "#162a52"))), width)
    d.ellipse(260, 440, 11, 11, d.radial(256, 436, 14, ((0, "#ffffff"), (1, "#6d747d"))))
    with d.clipped("M82 440 A178 178 0 0 1 438 440 A178 178 0 0 1 82 440 Z"):
        d.path("M60 420 L330 240 L420 300 L90 560 Z", "#ffffff", 10, opacity=0.22)
    return d


def sunglasses() -> Drawing:
    """Sunglasses of tortoiseshell acetate with graded lenses."""
    d = Drawing(900, 420)
    shell, lens = "#7b4522", "#3d2b2f"
    for flip in (1, -1):
        with d.moved(f"translate(450 0) scale({flip} 1)"):
            d.path(
                "M380 92 C410 86 432 96 430 122 L420 190 C416 206 404 208 402 192 L398 140 Z",
                d.linear(380, 90, 430, 200, falling(shell, 0.35)),
            )
    for center, name in ((246, "left"), (654, "right")):
        flip = 1 if name == "left" else -1
        with d.moved(f"translate({center} 0) scale({flip} 1)"):
            _rim(d, shell, lens)
    bridge = "M410 128 C424 96 476 96 490 128 L490 168 C476 138 424 138 410 168 Z"
    d.path(bridge, d.linear(0, 100, 0, 168, falling(shell, 0.4)))
    d.line("M414 128 C430 106 470 106 486 128", lighter(shell, 0.7), 4, 2, opacity=0.8)
    return d


def _rim(d: Drawing, shell: str, lens: str) -> None:
    outer = "M-216 92 C-216 72 -196 64 -150 64 C-60 58 70 58 136 72 C180 82 186 120 180 176 C170 284 110 352 -20 352 C-140 352 -182 286 -192 190 C-196 150 -214 140 -216 92 Z"
    inner = "M-176 112 C-174 96 -160 92 -130 90 C-50 84 60 86 118 98 C150 106 154 132 148 178 C138 266 90 322 -20 322 C-122 322 -154 268 -162 190 C-164 150 -178 140 -176 112 Z"
    d.path(outer, d.linear(0, 60, 0, 352, falling(shell, 0.35)))
    with d.clipped(outer):
        for index in range(16):
            x, y = -210 + (index * 97) % 400, 60 + (index * 71) % 290
            d.ellipse(
                x,
                y,
                34,
                16,
                ("#d9903f", "#2b1208")[index % 2],
                9,
                opacity=0.75,
                transform=f"rotate({index * 40} {x} {y})",
            )
        d.line("M-206 92 C-170 70 40 62 140 82", "#fff1d6", 7, 3.5, opacity=0.85)
        d.line("M-186 220 C-170 300 -100 346 -10 344", "#120602", 10, 6, opacity=0.6)
    d.path(inner, "#120602", 4, opacity=0.8)
    d.path(
        inner,
        d.linear(0, 90, 0, 322, ((0, darker(lens, 0.35)), (0.5, lens), (1, lighter("#b98a73", 0.25)))),
        opacity=0.94,
    )
    with d.clipped(inner):
        d.path("M-150 80 L-70 80 L-150 330 L-230 330 Z", "#ffffff", 6, opacity=0.22)
        d.path("M-40 80 L-14 80 L-96 330 L-122 330 Z", "#ffffff", 5, opacity=0.16)
        d.ellipse(80, 280, 90, 50, "#ffdcb8", 30, opacity=0.4)
    for x in (-196, -184):
        d.ellipse(x, 112, 4, 4, "#e9d5a5")
