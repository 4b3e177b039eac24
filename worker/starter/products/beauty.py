"""Things for the bathroom and the dressing table: a perfume, a lipstick, a soap, a candle."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, lighter, metallic, mixed, rounded


def perfume() -> Drawing:
    """A faceted flacon of heavy glass, half full of amber, with a gilt stopper."""
    d = Drawing(600, 820)
    amber, gold, glass = "#e39a4a", "#d9b36c", "#f6efe6"
    outer = "M60 300 C60 268 84 246 118 246 L482 246 C516 246 540 268 540 300 L540 740 C540 774 516 796 482 796 L118 796 C84 796 60 774 60 740 Z"
    d.path(
        outer,
        d.linear(60, 246, 540, 796, ((0, "#ffffffee"), (0.35, "#e9e2d8d0"), (0.7, "#d3c8bad8"), (1, "#f8f4eeee"))),
    )
    with d.clipped(outer):
        d.path(
            "M60 246 L116 300 L116 742 L60 796 Z",
            d.linear(60, 0, 116, 0, ((0, "#b3a797"), (0.4, "#fbf8f3"), (1, "#cfc3b4"))),
            opacity=0.9,
        )
        d.path(
            "M540 246 L484 300 L484 742 L540 796 Z",
            d.linear(484, 0, 540, 0, ((0, "#a59683"), (0.6, "#e8dfd2"), (1, "#8d7f6e"))),
            opacity=0.9,
        )
        d.path(
            "M60 246 L540 246 L484 300 L116 300 Z",
            d.linear(0, 246, 0, 300, ((0, "#ffffff"), (1, "#d9cfc2"))),
            opacity=0.95,
        )
        d.path(
            "M60 796 L540 796 L484 742 L116 742 Z",
            d.linear(0, 742, 0, 796, ((0, "#bfae98"), (0.5, "#f7efe4"), (1, "#9f8d76"))),
            opacity=0.95,
        )
    inner = "M116 300 H484 V742 H116 Z"
    d.path(inner, glass, opacity=0.75)
    with d.clipped(inner):
        d.path(
            "M116 380 H484 V742 H116 Z",
            d.linear(116, 380, 484, 742, ((0, lighter(amber, 0.35)), (0.45, amber), (1, darker(amber, 0.34)))),
        )
        d.path("M116 380 H484 V394 H116 Z", lighter(amber, 0.65), opacity=0.9)
        d.ellipse(300, 742, 180, 64, darker(amber, 0.45), 26, opacity=0.55)
        d.ellipse(190, 470, 60, 110, lighter(amber, 0.8), 34, opacity=0.75)
        d.path("M116 300 L240 300 L150 742 L116 742 Z", "#ffffff", 2, opacity=0.20)
        d.path("M392 300 L420 300 L330 742 L302 742 Z", "#ffffff", 2, opacity=0.16)
        d.line("M300 300 L300 690", mixed(amber, "#ffffff", 0.55), 6, 1, opacity=0.8)
    for line in ("M116 300 L76 262", "M484 300 L524 262", "M116 742 L76 780", "M484 742 L524 780"):
        d.line(line, "#ffffff", 3, 0.6, opacity=0.85)
    d.line("M116 300 H484 V742 H116 Z", "#ffffff", 2, 0.4, opacity=0.7)
    d.box(216, 500, 168, 116, d.linear(216, 0, 384, 0, ((0, "#fffaf0"), (1, "#efe4d2"))), 4)
    d.box(224, 508, 152, 100, "none", 2, stroke=darker(gold, 0.15), stroke_width=1.8)
    d.path("M300 524 C318 544 322 562 300 592 C278 562 282 544 300 524 Z", d.linear(270, 0, 330, 0, metallic(gold)))
    d.box(250, 196, 100, 52, d.linear(250, 0, 350, 0, metallic(gold)), 6)
    d.line("M252 228 H348", "#5b3b10", 2, opacity=0.5)
    cap = "M206 58 C206 40 220 28 240 28 L360 28 C380 28 394 40 394 58 L394 184 C394 194 386 200 376 200 L224 200 C214 200 206 194 206 184 Z"
    d.path(cap, d.linear(206, 0, 394, 0, metallic(gold)))
    with d.clipped(cap):
        d.box(206, 24, 190, 24, "#fff6dd", blur=8, opacity=0.8)
        d.box(206, 178, 190, 30, "#5b3b10", blur=9, opacity=0.5)
    return d


def lipstick() -> Drawing:
    """An open lipstick in a fluted, gilt case."""
    d = Drawing(300, 860)
    red, gold, navy = "#c0273f", "#dcb878", "#1d2340"
    stick = "M98 340 L98 176 C98 130 138 58 182 42 C198 38 204 50 204 74 L204 340 Z"
    d.path(stick, d.linear(98, 0, 204, 0, rounded(red, 0.42)))
    with d.clipped(stick):
        face = "M98 176 C98 130 138 58 182 42 C206 36 206 66 200 90 C190 134 140 176 98 186 Z"
        d.path(
            face,
            d.linear(110, 170, 196, 50, ((0, lighter(red, 0.16)), (0.6, lighter(red, 0.42)), (1, lighter(red, 0.2)))),
        )
        d.line("M100 188 C142 178 192 134 202 88", darker(red, 0.4), 3, 1.5, opacity=0.6)
        d.path("M118 210 L130 204 L130 340 L118 340 Z", "#ffffff", 5, opacity=0.55)
    d.box(88, 322, 126, 132, d.linear(88, 0, 214, 0, metallic(gold)), 6)
    d.box(88, 318, 126, 14, d.linear(88, 0, 214, 0, metallic(lighter(gold, 0.3))), 6)
    d.line("M90 420 H212", darker(gold, 0.6), 2, opacity=0.4)
    base = "M64 452 L238 452 L238 808 C238 822 230 830 216 830 L86 830 C72 830 64 822 64 808 Z"
    d.path(base, d.linear(64, 0, 238, 0, rounded(navy, 0.42)))
    with d.clipped(base):
        for index in range(11):
            x = 64 + index * 17.4
            d.box(x, 486, 9, 350, d.linear(x, 0, x + 9, 0, ((0, "#ffffff38"), (0.5, "#ffffff00"), (1, "#00000066"))), 4)
        d.box(64, 440, 180, 44, d.linear(64, 0, 238, 0, metallic(gold)))
        d.line("M64 486 H240", "#000000", 4, 2, opacity=0.5)
        d.box(64, 800, 180, 40, "#000000", blur=12, opacity=0.6)
        d.path("M104 486 L122 486 L122 830 L104 830 Z", "#ffffff", 6, opacity=0.28)
    return d


def soap() -> Drawing:
    """Two bars of handmade soap on a slotted tray of wood, with a leaf on top."""
    d = Drawing(820, 560)
    oat, sage, wood = "#ead9bd", "#9fb59a", "#a9794d"
    tray = "M50 428 H770 C784 428 790 440 786 452 L774 492 C770 506 760 512 746 512 H74 C60 512 50 506 46 492 L34 452 C30 440 36 428 50 428 Z"
    d.path(tray, d.linear(0, 428, 0, 512, ((0, lighter(wood, 0.35)), (0.25, wood), (1, darker(wood, 0.45)))))
    with d.clipped(tray):
        for y in (444, 462, 478, 494):
            d.line(f"M30 {y} C240 {y - 8} 420 {y + 9} 800 {y - 3}", darker(wood, 0.45), 2, 1, opacity=0.35)
        d.box(100, 424, 640, 24, "#2b1608", blur=9, opacity=0.6)
    for x in (96, 660):
        d.path(
            f"M{x} 510 h64 l-8 26 h-48 Z", d.linear(0, 510, 0, 536, ((0, darker(wood, 0.55)), (1, darker(wood, 0.3))))
        )
    _bar(d, 110, 262, 590, 172, oat)
    d.box(184, 262, 442, 22, "#2b2013", blur=7, opacity=0.55)
    _bar(d, 170, 118, 470, 160, sage)
    with d.moved("translate(0 10) rotate(-14 420 108)"):
        leaf = "M300 104 C350 42 450 40 540 92 C450 132 360 138 300 104 Z"
        d.path("M304 116 C354 58 452 56 536 104 C450 146 360 150 304 116 Z", "#20301f", 7, opacity=0.5)
        d.path(leaf, d.linear(300, 50, 520, 130, ((0, "#7da56c"), (0.5, "#4c7d4a"), (1, "#2f5a37"))))
        d.line("M262 108 C340 98 450 88 530 92", "#cfe3b8", 3.5, opacity=0.85)
        for x in (350, 396, 442, 486):
            d.line(f"M{x} 97 L{x + 30} 74 M{x} 98 L{x + 30} 114", "#cfe3b8", 1.8, opacity=0.6)
    return d


def candle() -> Drawing:
    """A candle in a smoked glass with a paper label, burning."""
    d = Drawing(560, 760)
    glass, wax, paper = "#6b4a3c", "#f1dfc3", "#f7efe2"
    d.ellipse(
        280,
        176,
        174,
        174,
        d.radial(280, 176, 174, ((0, "#ffd98abb"), (0.35, "#ffc56a40"), (0.7, "#ffb84d00"), (1, "#ffb84d00"))),
    )
    d.path("M52 300 C52 262 508 262 508 300 C508 340 52 340 52 300 Z", darker(glass, 0.35))
    pool = "M70 312 C70 284 490 284 490 312 C490 344 70 344 70 312 Z"
    d.path(pool, d.radial(280, 306, 230, ((0, "#fff3cf"), (0.5, wax), (1, darker(wax, 0.28)))))
    d.line("M280 312 C284 286 276 270 281 244", "#2a1a12", 7)
    flame = (
        "M280 262 C240 252 236 206 262 166 C272 148 276 126 278 96 C304 132 330 176 322 220 C316 248 302 260 280 262 Z"
    )
    d.path(flame, "#ffb648", 14, opacity=0.9)
    d.path(flame, d.linear(0, 96, 0, 264, ((0, "#fff2c0"), (0.45, "#ffd25e"), (0.8, "#ff9b2f"), (1, "#6d7fd8"))))
    d.path(
        "M280 254 C262 246 260 220 272 192 C278 176 282 170 284 160 C296 188 304 214 300 232 C296 248 290 254 280 254 Z",
        "#fffbe9",
        4,
    )
    body = "M50 300 C50 348 510 348 510 300 L502 680 C500 722 472 736 280 736 C88 736 60 722 58 680 Z"
    d.path(body, d.linear(50, 0, 510, 0, rounded(glass, 0.4)), opacity=0.93)
    with d.clipped(body):
        d.ellipse(280, 360, 220, 80, "#ffc36b", 38, opacity=0.75)
        label = "M132 440 C132 462 428 462 428 440 L428 632 C428 654 132 654 132 632 Z"
        d.path(
            label,
            d.linear(132, 0, 428, 0, ((0, darker(paper, 0.16)), (0.25, paper), (0.6, paper), (1, darker(paper, 0.26)))),
        )
        d.line("M150 460 C196 470 364 470 410 460 M150 632 C196 642 364 642 410 632", "#8a5a3a", 2, opacity=0.8)
        d.path("M280 500 C312 530 314 566 280 606 C246 566 248 530 280 500 Z", "none", stroke="#8a5a3a", stroke_width=4)
        d.line("M280 512 V598", "#8a5a3a", 3)
        d.path("M92 330 L124 338 L128 716 L100 704 Z", "#ffffff", 8, opacity=0.34)
        d.path("M480 326 L490 322 L484 690 L474 700 Z", "#ffe9cf", 4, opacity=0.5)
        d.path("M50 690 H510 V740 H50 Z", "#1a0d08", 14, opacity=0.6)
    d.path("M50 300 C50 348 510 348 510 300", "none", stroke=lighter(glass, 0.6), stroke_width=4, opacity=0.85)
    d.path("M50 300 C50 254 510 254 510 300", "none", stroke=lighter(glass, 0.35), stroke_width=3, opacity=0.7)
    return d


def _bar(d: Drawing, x: float, y: float, width: float, height: float, color: str) -> None:
    """One bar, its upper face foreshortened, stamped in front."""
    front = f"M{x} {y + 40} C{x} {y + 22} {x + 12} {y + 14} {x + 30} {y + 14} H{x + width - 30} C{x + width - 12} {y + 14} {x + width} {y + 22} {x + width} {y + 40} V{y + height - 26} C{x + width} {y + height - 6} {x + width - 12} {y + height} {x + width - 30} {y + height} H{x + 30} C{x + 12} {y + height} {x} {y + height - 6} {x} {y + height - 26} Z"
    d.path(front, d.linear(0, y, 0, y + height, ((0, lighter(color, 0.5)), (0.25, color), (1, darker(color, 0.30)))))
    with d.clipped(front):
        d.box(x - 10, y, width + 20, 34, "#ffffff", blur=12, opacity=0.7)
        d.box(x - 20, y, 40, height, "#ffffff", blur=16, opacity=0.35)
        d.box(x + width - 26, y, 50, height, darker(color, 0.7), blur=20, opacity=0.45)
        for index in range(26):
            px, py = x + 24 + (index * 137) % (width - 48), y + 46 + (index * 61) % (height - 64)
            d.ellipse(px, py, 3.2 - index % 3, 2.0, darker(color, 0.4), opacity=0.35)
    mx, my = x + width / 2, y + height / 2 + 10
    d.box(mx - 92, my - 32, 184, 64, "none", 32, stroke=darker(color, 0.28), stroke_width=3.5, opacity=0.75)
    d.box(mx - 92, my - 30, 184, 64, "none", 32, stroke=lighter(color, 0.7), stroke_width=2, opacity=0.7)
    d.path(
        f"M{mx} {my - 20} C{mx + 16} {my - 4} {mx + 16} {my + 8} {mx} {my + 22} C{mx - 16} {my + 8} {mx - 16} {my - 4} {mx} {my - 20} Z",
        darker(color, 0.28),
        opacity=0.7,
    )
