"""Things for a free day: a sneaker, a skateboard, a bar of chocolate."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, rounded

_UPPER = (
    "M104 204 C110 178 134 170 156 186 C196 216 244 238 292 222 C320 212 338 186 356 158 C420 220 500 272 590 302 "
    "C700 332 806 348 832 436 L832 480 H100 C90 390 94 290 104 204 Z"
)
_SOLE = (
    "M72 446 C200 478 560 482 822 430 C860 420 884 446 868 478 C850 510 800 526 730 534 C520 552 300 552 160 542 "
    "C98 538 64 516 62 480 C60 460 62 444 72 446 Z"
)


def sneaker() -> Drawing:
    """A running shoe from its side: knitted upper, suede at heel and toe, a cushioned sole."""
    d = Drawing(930, 600)
    knit, suede, accent, sole = "#f1e9dc", "#d9653b", "#1f4e5f", "#fbf7ef"
    d.path(
        "M120 200 C170 168 290 158 366 150 L372 190 C330 250 200 250 120 200 Z",
        d.linear(0, 160, 0, 240, ((0, darker(accent, 0.2)), (1, darker(accent, 0.6)))),
    )
    tongue = "M346 168 C336 130 342 98 364 90 C388 84 408 100 414 126 C440 190 540 262 620 300 C590 318 560 318 530 306 C460 276 390 226 346 168 Z"
    d.path(tongue, d.linear(340, 90, 560, 320, falling(accent, 0.28)))
    d.line("M362 104 C384 96 400 110 404 132", lighter(accent, 0.5), 4, 1.5)
    d.path(_UPPER, d.linear(0, 150, 0, 470, ((0, lighter(knit, 0.7)), (0.5, knit), (1, darker(knit, 0.26)))))
    with d.clipped(_UPPER):
        _knitted(d, knit)
        _overlays(d, suede, accent)
        d.box(80, 446, 790, 40, "#1c120c", blur=14, opacity=0.45)
    d.path(
        "M108 204 C114 182 134 176 154 190 C196 220 246 242 294 226 C322 216 340 190 358 162",
        "none",
        stroke=darker(accent, 0.05),
        stroke_width=17,
        stroke_linecap="round",
    )
    d.path(
        "M112 196 C120 180 136 178 154 190 C196 218 246 238 292 223 C318 214 336 190 354 162",
        "none",
        stroke=lighter(accent, 0.45),
        stroke_width=4,
        stroke_linecap="round",
        opacity=0.9,
    )
    for x, y in ((418, 172), (456, 206), (498, 238), (544, 268)):
        lace = f"M{x + 8} {y - 4} C{x - 8} {y + 8} {x - 30} {y + 26} {x - 46} {y + 58}"
        d.line(lace, "#20140c", 15, 4, opacity=0.4, transform="translate(4 7)")
        d.line(lace, darker(sole, 0.22), 15)
        d.line(lace, sole, 11, transform="translate(-1 -1)")
        d.ellipse(x - 46, y + 59, 8, 8, d.radial(x - 48, y + 57, 10, ((0, "#ffffff"), (1, "#8d8d92"))))
    d.path(
        "M70 500 C140 552 520 566 740 548 C800 542 848 528 872 492 C866 540 800 564 720 570 C520 584 280 584 150 570 C96 562 66 540 70 500 Z",
        d.linear(0, 500, 0, 580, ((0, darker(suede, 0.2)), (1, darker(suede, 0.55)))),
    )
    d.path(_SOLE, d.linear(0, 440, 0, 552, ((0, "#ffffff"), (0.5, sole), (1, darker(sole, 0.32)))))
    with d.clipped(_SOLE):
        d.path("M50 500 C240 530 560 534 890 470 L890 488 C560 554 240 550 50 518 Z", accent)
        for index in range(12):
            d.line(f"M{104 + index * 19} {474 + index * 1.6:.1f} v22", darker(sole, 0.34), 4, 1, opacity=0.55)
        d.box(60, 436, 830, 22, "#3a2a1c", blur=7, opacity=0.3)
    return d


def _knitted(d: Drawing, knit: str) -> None:
    for row in range(46):
        for column in range(60):
            d.ellipse(100 + column * 13 + (row % 2) * 6.5, 156 + row * 7.4, 2.1, 1.5, darker(knit, 0.5), opacity=0.30)


def _overlays(d: Drawing, suede: str, accent: str) -> None:
    """Toe cap, heel counter and the stripe between them."""
    toe = "M668 322 C740 340 810 356 836 436 L836 490 H588 C594 420 622 366 668 322 Z"
    d.path(toe, "#000000", 8, opacity=0.35)
    d.path(toe, d.linear(0, 322, 0, 480, ((0, lighter(suede, 0.3)), (0.5, suede), (1, darker(suede, 0.35)))))
    heel = "M84 160 H196 C222 250 230 340 296 420 L322 490 H84 Z"
    d.path(heel, "#000000", 9, opacity=0.3)
    d.path(
        heel,
        d.linear(
            90,
            0,
            300,
            0,
            ((0, darker(accent, 0.3)), (0.35, lighter(accent, 0.22)), (0.7, accent), (1, darker(accent, 0.2))),
        ),
    )
    d.path(
        "M190 180 C216 262 224 338 286 414 L310 480",
        "none",
        stroke=lighter(accent, 0.6),
        stroke_width=2.6,
        stroke_dasharray="8 6",
    )
    d.path(
        "M600 480 C608 424 634 376 678 334",
        "none",
        stroke=lighter(suede, 0.65),
        stroke_width=2.6,
        stroke_dasharray="8 6",
    )
    stripe = "M232 392 C330 446 450 434 528 346 C552 318 566 300 572 284 L606 302 C588 378 510 480 392 486 C326 488 272 462 232 392 Z"
    d.path(stripe, "#000000", 6, opacity=0.3, transform="translate(2 5)")
    d.path(stripe, d.linear(236, 280, 590, 486, falling(suede, 0.25)))
    d.ellipse(722, 346, 80, 18, "#ffffff", 15, opacity=0.5, transform="rotate(15 722 346)")
    d.ellipse(144, 270, 16, 80, "#ffffff", 14, opacity=0.4)


def skateboard() -> Drawing:
    """A skateboard stood on end, seen from below: a printed deck, trucks and wheels."""
    d = Drawing(400, 900)
    ink, sun, cream, sea = "#17324d", "#e9663c", "#f6ead2", "#2f8f8b"
    deck = "M200 20 C290 20 316 96 316 190 V710 C316 804 290 880 200 880 C110 880 84 804 84 710 V190 C84 96 110 20 200 20 Z"
    d.path(deck, "#c99a62", transform="translate(7 0)")
    d.path(deck, cream)
    with d.clipped(deck):
        d.box(84, 20, 240, 500, d.linear(0, 20, 0, 470, ((0, "#f7c56b"), (0.6, "#f29a55"), (1, "#ea6f4a"))))
        d.ellipse(200, 452, 92, 92, d.linear(0, 360, 0, 544, ((0, "#fff3cf"), (1, "#ffd27a"))))
        for index, (y, color) in enumerate(
            ((470, sea), (530, lighter(ink, 0.12)), (600, ink), (690, darker(ink, 0.35)))
        ):
            lift = 26 if index % 2 else -26
            d.path(
                f"M60 {y} C120 {y - lift} 180 {y - lift} 210 {y} C250 {y + lift} 300 {y + lift} 340 {y} V900 H60 Z",
                color,
            )
            d.path(
                f"M60 {y} C120 {y - lift} 180 {y - lift} 210 {y} C250 {y + lift} 300 {y + lift} 340 {y}",
                "none",
                stroke=cream,
                stroke_width=4,
                opacity=0.85,
            )
        d.path("M200 96 C236 132 236 172 200 212 C164 172 164 132 200 96 Z", "none", stroke=cream, stroke_width=6)
        d.line("M200 120 V206", cream, 4)
        d.box(84, 20, 44, 860, "#ffffff", blur=16, opacity=0.40)
        d.box(276, 20, 50, 860, "#0a0a14", blur=20, opacity=0.5)
        d.ellipse(200, 30, 110, 30, "#ffffff", 16, opacity=0.4)
        d.ellipse(200, 880, 110, 40, "#000000", 20, opacity=0.45)
    for y, flip in ((262, 1), (640, -1)):
        _truck(d, y, flip, sun)
    return d


def chocolate() -> Drawing:
    """A bar of chocolate in its sleeve, torn open at the top over silver foil."""
    d = Drawing(520, 880)
    brown, wine, gold = "#5a2f1c", "#7d1f3a", "#dcb25f"
    d.box(66, 40, 388, 420, d.linear(66, 0, 454, 0, falling(darker(brown, 0.1), 0.1)), 12)
    for row in range(4):
        for column in range(3):
            _square(d, 72 + column * 126, 46 + row * 104, 120, 98, brown)
    foil = "M46 330 L74 296 L104 322 L138 286 L176 318 L214 280 L250 314 L292 276 L330 312 L368 284 L404 318 L440 290 L474 326 V840 H46 Z"
    d.path(foil, "#000000", 10, opacity=0.5, transform="translate(0 -6)")
    d.path(foil, d.linear(46, 0, 474, 0, metallic("#c7cace")))
    with d.clipped(foil):
        for index in range(24):
            x = 46 + index * 18
            d.line(f"M{x} 270 L{x + (index * 13) % 30 - 15} 400", ("#ffffff", "#5f646b")[index % 2], 4, 2, opacity=0.55)
    sleeve = "M40 372 H480 V846 C480 856 474 862 464 862 H56 C46 862 40 856 40 846 Z"
    d.path(sleeve, "#000000", 8, opacity=0.5, transform="translate(0 -5)")
    d.path(sleeve, d.linear(40, 0, 480, 0, rounded(wine, 0.2)))
    with d.clipped(sleeve):
        for row in range(12):
            for column in range(11):
                x, y = 52 + column * 42 + (row % 2) * 21, 380 + row * 42
                d.path(
                    f"M{x} {y - 13} C{x + 9} {y - 4} {x + 9} {y + 4} {x} {y + 13} C{x - 9} {y + 4} {x - 9} {y - 4} {x} {y - 13} Z",
                    "none",
                    stroke=lighter(wine, 0.35),
                    stroke_width=1.6,
                    opacity=0.55,
                )
        d.box(
            98,
            470,
            324,
            250,
            d.linear(98, 0, 422, 0, ((0, darker("#f4e8d2", 0.08)), (0.3, "#fbf3e2"), (1, darker("#f4e8d2", 0.14)))),
            8,
        )
        d.box(110, 482, 300, 226, "none", 5, stroke=d.linear(110, 482, 410, 708, metallic(gold)), stroke_width=4)
        _pod(d, 260, 590)
        for y in (396, 824):
            d.box(40, y, 440, 9, d.linear(40, 0, 480, 0, metallic(gold)))
        d.box(60, 372, 40, 500, "#ffffff", blur=14, opacity=0.22)
        d.box(40, 372, 440, 12, "#ffffff", blur=3, opacity=0.45)
    return d


def _truck(d: Drawing, y: float, flip: int, color: str) -> None:
    """A truck with its two wheels, seen from below."""
    d.box(146, y - 46, 108, 92, "#05070a", 12, 9, opacity=0.55, transform="translate(4 10)")
    d.box(150, y - 46, 100, 92, d.linear(150, 0, 250, 0, metallic("#aab0b8")), 12)
    for x in (168, 232):
        for bolt in (y - 30, y + 30):
            d.ellipse(x, bolt, 6, 6, "#3f444b")
    d.box(78, y - 13, 244, 26, d.linear(0, y - 13, 0, y + 13, metallic("#c3c8cf")), 8)
    d.ellipse(200, y + flip * 8, 27, 27, d.radial(192, y, 34, ((0, "#ffffff"), (0.4, "#b9bec6"), (1, "#585e67"))))
    d.ellipse(
        200,
        y + flip * 8,
        13,
        13,
        d.radial(196, y + flip * 8 - 4, 16, ((0, lighter(color, 0.5)), (1, darker(color, 0.3)))),
    )
    for x in (34, 322):
        d.box(x, y - 39, 46, 78, "#05070a", 13, 7, opacity=0.5, transform="translate(3 8)")
        d.box(x, y - 39, 46, 78, d.linear(0, y - 39, 0, y + 39, rounded(color, 0.55)), 13)
        d.box(x + 19, y - 39, 8, 78, "#ffffff", blur=2, opacity=0.25)


def _square(d: Drawing, x: float, y: float, width: float, height: float, color: str) -> None:
    """One piece of a bar, bevelled."""
    inset = 15
    right, bottom = x + width, y + height
    d.box(x, y, width, height, color, 6)
    d.path(f"M{x} {y} H{right} L{right - inset} {y + inset} H{x + inset} Z", lighter(color, 0.34))
    d.path(f"M{x} {y} V{bottom} L{x + inset} {bottom - inset} V{y + inset} Z", lighter(color, 0.16))
    d.path(f"M{right} {y} V{bottom} L{right - inset} {bottom - inset} V{y + inset} Z", darker(color, 0.34))
    d.path(f"M{x} {bottom} H{right} L{right - inset} {bottom - inset} H{x + inset} Z", darker(color, 0.5))
    d.box(
        x + inset, y + inset, width - 2 * inset, height - 2 * inset, d.linear(x, y, right, bottom, falling(color, 0.2))
    )
    d.path(f"M{x + inset} {y + inset} h40 l-40 40 Z", "#ffffff", 6, opacity=0.25)


def _pod(d: Drawing, x: float, y: float) -> None:
    """A cacao pod on two leaves."""
    for side in (-1, 1):
        d.path(
            f"M{x} {y + 66} C{x + side * 30} {y + 6} {x + side * 96} {y - 6} {x + side * 128} {y - 62} C{x + side * 134} {y + 10} {x + side * 86} {y + 66} {x} {y + 66} Z",
            "#4f7a4a",
        )
        d.line(
            f"M{x} {y + 66} C{x + side * 50} {y + 40} {x + side * 96} {y + 6} {x + side * 122} {y - 46}",
            "#c9dba8",
            3,
            opacity=0.8,
        )
    pod = f"M{x} {y - 90} C{x + 66} {y - 56} {x + 62} {y + 40} {x} {y + 88} C{x - 62} {y + 40} {x - 66} {y - 56} {x} {y - 90} Z"
    d.path(pod, d.linear(x - 60, 0, x + 60, 0, rounded("#c46a2b", 0.4)))
    for bend in (-32, -12, 12, 32):
        d.path(
            f"M{x} {y - 86} C{x + bend * 1.5} {y - 40} {x + bend * 1.5} {y + 36} {x} {y + 84}",
            "none",
            stroke="#7a3712",
            stroke_width=3.4,
            opacity=0.8,
        )
