"""Things for hearing and seeing: headphones, a speaker, a camera."""

from __future__ import annotations

import math

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, rounded


def headphones() -> Drawing:
    """Headphones over the ear: cream shells, tan leather, a steel band."""
    d = Drawing(760, 820)
    cream, leather, steel = "#eadfce", "#b0713f", "#b9bdc2"
    d.line("M130 500 C96 220 210 70 380 70 C550 70 664 220 630 500", darker(steel, 0.55), 22)
    d.line("M130 500 C96 220 210 70 380 70 C550 70 664 220 630 500", d.linear(100, 0, 660, 0, metallic(steel)), 16)
    d.line("M160 330 C176 170 256 88 380 88 C504 88 584 170 600 330", darker(leather, 0.5), 54, stroke_linecap="butt")
    d.line(
        "M158 320 C176 164 256 82 380 82 C504 82 584 164 602 320",
        d.linear(150, 60, 610, 320, falling(leather, 0.3)),
        44,
        stroke_linecap="butt",
    )
    d.line("M172 270 C196 150 270 74 376 70", lighter(leather, 0.7), 9, 5, opacity=0.75)
    for path in (
        "M176 322 C192 180 268 104 380 104 C492 104 568 180 584 322",
        "M143 316 C160 150 248 64 380 64 C512 64 600 150 617 316",
    ):
        d.path(path, "none", stroke=lighter(leather, 0.55), stroke_width=2.4, stroke_dasharray="9 6", opacity=0.8)
    for center, flip in ((150, 1), (610, -1)):
        with d.moved(f"translate({center} 0) scale({flip} 1)"):
            _ear(d, cream, leather, steel)
    return d


def speaker() -> Drawing:
    """A shelf speaker of walnut with a woven front, two knobs and a handle."""
    d = Drawing(840, 640)
    wood, cloth, brass = "#8a5733", "#cfc3ae", "#d1a55a"
    d.line("M250 96 C250 22 590 22 590 96", darker("#5a3a26", 0.3), 26)
    d.line("M252 92 C256 30 584 30 588 92", "#6d4630", 20)
    d.line("M276 66 C310 42 420 38 470 42", "#e2b88e", 5, 3, opacity=0.8)
    for x in (236, 572):
        d.box(x, 72, 32, 26, d.linear(x, 0, x + 32, 0, metallic(brass)), 5)
    case = "M40 146 C40 112 62 92 98 92 H742 C778 92 800 112 800 146 V540 C800 574 778 594 742 594 H98 C62 594 40 574 40 540 Z"
    d.path(
        case,
        d.linear(
            0, 92, 0, 594, ((0, lighter(wood, 0.4)), (0.08, lighter(wood, 0.12)), (0.6, wood), (1, darker(wood, 0.45)))
        ),
    )
    with d.clipped(case):
        for index in range(40):
            y = 96 + index * 13
            d.line(
                f"M30 {y} C240 {y + (index * 7) % 17 - 8} 560 {y - (index * 11) % 19 + 9} 820 {y + 3}",
                darker(wood, 0.5),
                2 + index % 3,
                0.8,
                opacity=0.20,
            )
        d.box(40, 92, 34, 510, "#fff0d8", blur=14, opacity=0.4)
        d.box(772, 92, 40, 510, "#120804", blur=18, opacity=0.6)
    front = "M74 154 C74 136 86 126 104 126 H736 C754 126 766 136 766 154 V446 C766 464 754 474 736 474 H104 C86 474 74 464 74 446 Z"
    d.path(front, "#1a0d06", 4)
    with d.clipped(front):
        d.box(
            74,
            126,
            692,
            350,
            d.linear(74, 126, 766, 474, ((0, lighter(cloth, 0.45)), (0.5, cloth), (1, darker(cloth, 0.3)))),
        )
        for center in (236, 604):
            d.ellipse(center, 300, 140, 140, "#2a1f14", 5, opacity=0.30)
            d.ellipse(center, 300, 118, 118, d.radial(center - 20, 284, 140, ((0, "#2a1f1400"), (1, "#2a1f1466"))), 4)
            d.ellipse(center, 300, 46, 46, d.radial(center - 14, 286, 60, ((0, "#fff6e455"), (1, "#2a1f1488"))), 3)
        for index in range(88):
            d.line(f"M{74 + index * 8} 126 V476", "#3b2f22", 2.2, opacity=0.22)
        for index in range(46):
            d.line(f"M74 {126 + index * 8} H768", "#ffffff", 2.2, opacity=0.24)
        d.box(64, 116, 712, 24, "#000000", blur=10, opacity=0.55)
        d.box(58, 126, 22, 360, "#000000", blur=9, opacity=0.35)
    d.box(352, 412, 136, 38, d.linear(352, 0, 488, 0, metallic(brass)), 5)
    d.line("M376 431 H464", "#5b3b10", 3, opacity=0.8)
    for x in (168, 268):
        _knob(d, x, 534, 34, brass)
    for index in range(9):
        height = (14, 22, 32, 24, 40, 30, 20, 34, 16)[index]
        d.line(f"M{424 + index * 22} {534 - height / 2} v{height}", lighter(wood, 0.55), 6, opacity=0.9)
    d.ellipse(690, 534, 20, 20, d.radial(684, 528, 26, ((0, "#fff6dd"), (0.5, brass), (1, darker(brass, 0.5)))))
    for x in (120, 680):
        d.path(f"M{x} 592 h44 l-6 26 h-32 Z", d.linear(x, 0, x + 44, 0, metallic(brass)))
    return d


def camera() -> Drawing:
    """A rangefinder camera: silver top, black leatherette, a large lens."""
    d = Drawing(880, 640)
    steel, black = "#c9ccd0", "#26282c"
    top = "M60 150 C60 122 76 108 104 108 H250 L276 66 H520 L546 108 H776 C804 108 820 122 820 150 V236 H60 Z"
    d.box(642, 76, 92, 36, d.linear(642, 0, 734, 0, metallic(steel)), 8)
    for index in range(13):
        d.line(f"M{648 + index * 6.6} 80 V110", "#3b3f45", 2, opacity=0.5)
    d.box(120, 84, 74, 28, d.linear(120, 0, 194, 0, metallic(steel)), 7)
    d.box(570, 88, 40, 24, d.linear(570, 0, 610, 0, metallic("#d36a4f")), 7)
    d.path(
        top,
        d.linear(0, 66, 0, 236, ((0, "#ffffff"), (0.25, lighter(steel, 0.4)), (0.7, steel), (1, darker(steel, 0.3)))),
    )
    with d.clipped(top):
        d.box(60, 100, 760, 18, "#ffffff", blur=7, opacity=0.9)
        d.box(60, 214, 760, 30, "#1a1c20", blur=10, opacity=0.5)
        d.box(786, 100, 40, 140, "#1a1c20", blur=14, opacity=0.5)
    body = "M60 230 H820 V528 C820 560 802 574 772 574 H108 C78 574 60 560 60 528 Z"
    d.path(body, d.linear(60, 0, 820, 0, rounded(black, 0.2)))
    with d.clipped(body):
        for row in range(34):
            for column in range(74):
                shade = "#ffffff" if (row * 7 + column * 3) % 4 else "#000000"
                d.box(58 + column * 10.4 + (row % 2) * 5.2, 234 + row * 10, 6, 5, shade, 2.5, opacity=0.07)
        d.box(60, 226, 760, 16, "#000000", blur=6, opacity=0.8)
        d.box(
            60,
            536,
            760,
            44,
            d.linear(0, 536, 0, 574, ((0, lighter(steel, 0.5)), (0.3, steel), (1, darker(steel, 0.4)))),
        )
        d.line("M60 536 H820", "#000000", 3, 1, opacity=0.6)
    d.box(312, 92, 172, 66, "#17181b", 10)
    d.box(322, 100, 152, 50, d.linear(322, 100, 474, 150, ((0, "#5d7688"), (0.4, "#22303c"), (1, "#0d1319"))), 6)
    d.path("M330 104 L392 104 L360 146 L330 146 Z", "#ffffff", 3, opacity=0.35)
    d.box(664, 142, 92, 52, "#17181b", 10)
    d.box(672, 149, 76, 38, d.linear(672, 149, 748, 187, ((0, "#86684f"), (0.5, "#3a2a20"), (1, "#140e0b"))), 6)
    d.ellipse(150, 170, 19, 19, "#17181b")
    d.ellipse(150, 170, 12, 12, d.radial(146, 166, 16, ((0, "#ff9a86"), (0.5, "#c7402a"), (1, "#5f150b"))))
    _lens(d, 400, 372, steel)
    for x in (48, 810):
        d.ellipse(x + 11, 196, 15, 15, "none", stroke=d.linear(x, 180, x + 22, 212, metallic(steel)), stroke_width=7)
    return d


def _ear(d: Drawing, cream: str, leather: str, steel: str) -> None:
    """The left ear cup, around ``x`` = 0: cushion inwards (to the right), shell outwards."""
    d.path("M-30 330 L-44 470 L-16 470 L-8 330 Z", d.linear(-44, 0, -8, 0, metallic(steel)))
    cushion = "M30 420 C86 412 118 470 118 570 C118 670 86 734 30 726 Z"
    d.path(
        cushion,
        d.linear(
            30,
            0,
            118,
            0,
            (
                (0, darker(leather, 0.6)),
                (0.4, darker(leather, 0.1)),
                (0.7, lighter(leather, 0.3)),
                (1, darker(leather, 0.4)),
            ),
        ),
    )
    with d.clipped(cushion):
        d.line("M76 420 C104 480 104 660 76 724", darker(leather, 0.5), 4, 2, opacity=0.7)
        d.ellipse(84, 490, 14, 60, "#ffffff", 9, opacity=0.45)
    shell = "M46 404 C-40 392 -108 452 -108 572 C-108 692 -40 752 46 740 C60 690 62 454 46 404 Z"
    d.path(
        shell,
        d.linear(
            -108,
            0,
            58,
            0,
            (
                (0, darker(cream, 0.34)),
                (0.2, cream),
                (0.42, lighter(cream, 0.85)),
                (0.7, cream),
                (1, darker(cream, 0.28)),
            ),
        ),
    )
    with d.clipped(shell):
        d.ellipse(-30, 700, 100, 40, darker(cream, 0.6), 24, opacity=0.45)
        d.ellipse(-40, 470, 46, 36, "#ffffff", 16, opacity=0.9)
        d.box(34, 400, 34, 350, "#3a2a1c", blur=9, opacity=0.4)
    d.ellipse(-34, 572, 52, 108, "none", stroke=d.linear(-86, 480, 18, 680, metallic(steel)), stroke_width=7)
    d.ellipse(
        -34,
        572,
        42,
        96,
        d.linear(-76, 480, 8, 670, ((0, lighter(cream, 0.3)), (0.5, darker(cream, 0.06)), (1, lighter(cream, 0.5)))),
    )
    d.path(
        "M-34 530 C-16 556 -16 588 -34 614 C-52 588 -52 556 -34 530 Z",
        "none",
        stroke=darker(leather, 0.1),
        stroke_width=4.5,
    )


def _knob(d: Drawing, x: float, y: float, radius: float, brass: str) -> None:
    """A turned knob with its mark."""
    d.ellipse(x + 4, y + 8, radius, radius, "#0f0703", 7, opacity=0.7)
    d.ellipse(x, y, radius, radius, d.linear(x - radius, y - radius, x + radius, y + radius, metallic(brass)))
    d.ellipse(
        x,
        y,
        radius * 0.74,
        radius * 0.74,
        d.linear(x + radius, y - radius, x - radius, y + radius, metallic(lighter(brass, 0.15))),
    )
    d.line(f"M{x} {y} L{x + radius * 0.5} {y - radius * 0.5}", "#4b300c", 5)


def _lens(d: Drawing, x: float, y: float, steel: str) -> None:
    """A lens seen from the front: barrel, knurls, engraved ring, coated glass."""
    d.ellipse(x + 14, y + 22, 196, 192, "#000000", 20, opacity=0.6)
    d.ellipse(x, y, 196, 196, d.linear(x - 196, y - 196, x + 196, y + 196, metallic(steel)))
    d.ellipse(x, y, 180, 180, "#1b1c20")
    for index in range(72):
        angle = math.radians(index * 5)
        s, c = math.sin(angle), math.cos(angle)
        tone = "#6f747b" if s < 0.2 else "#3a3d42"
        d.line(
            f"M{x + 164 * s:.1f} {y - 164 * c:.1f} L{x + 178 * s:.1f} {y - 178 * c:.1f}",
            tone,
            6,
            stroke_linecap="butt",
            opacity=0.85,
        )
    d.ellipse(x, y, 160, 160, d.linear(x - 160, y - 160, x + 160, y + 160, metallic(steel)))
    d.ellipse(x, y, 148, 148, d.radial(x, y, 148, ((0, "#0a0a0c"), (0.8, "#17181b"), (1, "#2e3035"))))
    for index in range(11):
        angle = math.radians(-60 + index * 12)
        s, c = math.sin(angle), math.cos(angle)
        d.line(
            f"M{x + 128 * s:.1f} {y - 128 * c:.1f} L{x + 138 * s:.1f} {y - 138 * c:.1f}",
            "#e9e4d8" if index % 5 else "#e2734f",
            3,
        )
    d.ellipse(x, y, 114, 114, d.linear(x - 114, y - 114, x + 114, y + 114, metallic("#6d737b")))
    d.ellipse(
        x,
        y,
        106,
        106,
        d.radial(x - 24, y - 30, 130, ((0, "#3d5d86"), (0.35, "#1e2d57"), (0.7, "#1a1230"), (1, "#050408"))),
    )
    d.ellipse(
        x + 26, y + 30, 62, 62, d.radial(x + 26, y + 30, 62, ((0, "#c0678a90"), (0.6, "#5b3a8a50"), (1, "#5b3a8a00")))
    )
    d.ellipse(x, y, 66, 66, "none", stroke="#9db8e0", stroke_width=2, opacity=0.3)
    d.path(
        f"M{x - 84} {y - 20} C{x - 76} {y - 66} {x - 40} {y - 90} {x + 6} {y - 90} C{x - 20} {y - 70} {x - 52} {y - 50} {x - 84} {y - 20} Z",
        "#ffffff",
        3,
        opacity=0.75,
    )
    d.ellipse(x + 40, y + 50, 15, 11, "#ffffff", 4, opacity=0.65)
