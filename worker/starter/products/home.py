"""Things for a room: a lamp, a chair, a plant in its pot, a vase, a notebook."""

from __future__ import annotations

from worker.starter.products.drawing import Drawing
from worker.starter.products.tones import darker, falling, lighter, metallic, rounded


def lamp() -> Drawing:
    """A table lamp with a dome of enamel, a brass stem and a round foot, lit."""
    d = Drawing(720, 880)
    enamel, brass = "#d9a441", "#c39a52"
    d.box(351, 330, 18, 470, d.linear(351, 0, 369, 0, metallic(brass)))
    d.ellipse(360, 826, 168, 36, darker(enamel, 0.55))
    d.path("M192 806 V826 C192 874 528 874 528 826 V806 Z", d.linear(192, 0, 528, 0, rounded(enamel, 0.4)))
    d.ellipse(
        360,
        806,
        168,
        36,
        d.linear(192, 780, 528, 840, ((0, lighter(enamel, 0.45)), (0.5, enamel), (1, darker(enamel, 0.25)))),
    )
    d.ellipse(360, 804, 62, 15, "#fff3cf", 9, opacity=0.8)
    d.path("M340 806 L350 770 L370 770 L380 806 C374 812 346 812 340 806 Z", d.linear(340, 0, 380, 0, metallic(brass)))
    d.ellipse(360, 330, 230, 46, darker(enamel, 0.35))
    d.ellipse(
        360,
        330,
        216,
        38,
        d.radial(360, 330, 216, ((0, "#fffdf0"), (0.35, "#fff0b8"), (0.8, "#f1c766"), (1, "#c98f2e"))),
    )
    d.ellipse(360, 322, 58, 30, "#ffffff", 5)
    dome = "M130 330 C130 150 226 66 360 66 C494 66 590 150 590 330 C560 376 160 376 130 330 Z"
    front = (
        "M130 330 C130 150 226 66 360 66 C494 66 590 150 590 330 C590 304 486 288 360 288 C234 288 130 304 130 330 Z"
    )
    d.path(front, d.linear(130, 0, 590, 0, rounded(enamel, 0.45)))
    with d.clipped(front):
        d.ellipse(270, 150, 60, 96, "#ffffff", 26, opacity=0.65, transform="rotate(24 270 150)")
        d.path("M560 330 C560 220 520 130 440 90 L470 84 C570 140 590 240 590 330 Z", "#fff3d0", 7, opacity=0.45)
        d.box(120, 262, 480, 40, "#ffcf6b", blur=14, opacity=0.35)
    d.path(
        "M130 330 C130 304 234 288 360 288 C486 288 590 304 590 330",
        "none",
        stroke=lighter(enamel, 0.6),
        stroke_width=4,
    )
    with d.clipped(dome):
        d.ellipse(360, 330, 150, 24, "#fffbe6", 12, opacity=0.6)
    d.path("M336 72 L344 36 L376 36 L384 72 C372 64 348 64 336 72 Z", d.linear(336, 0, 384, 0, metallic(brass)))
    d.ellipse(360, 34, 17, 13, d.radial(354, 28, 20, ((0, "#fff4d6"), (0.6, brass), (1, darker(brass, 0.5)))))
    return d


def chair() -> Drawing:
    """A lounge chair: a shell of bent walnut, green cushions, splayed legs."""
    d = Drawing(860, 860)
    green, wood = "#3f6b5b", "#8d5a33"
    for path in ("M280 600 L216 838", "M584 600 L640 838"):
        d.line(path, darker(wood, 0.55), 22)
    for path, shift in (("M214 610 L112 846", 0), ("M650 610 L752 846", 0)):
        d.line(path, d.linear(112, 600, 214 + shift, 846, falling(wood, 0.3)), 30)
        d.line(path, lighter(wood, 0.6), 6, 3, opacity=0.55, transform="translate(-7 0)")
    back = "M206 130 C206 64 262 38 430 38 C598 38 654 64 654 130 L690 520 C692 560 664 580 626 580 L234 580 C196 580 168 560 170 520 Z"
    d.path(back, d.linear(170, 0, 690, 0, rounded(wood, 0.3)), transform="translate(0 -10)")
    d.path(back, d.linear(170, 0, 690, 0, rounded(green, 0.22)), transform="translate(43 28) scale(0.9)")
    with d.clipped("M230 140 C230 92 280 66 430 66 C580 66 630 92 630 140 L662 510 L198 510 Z"):
        d.ellipse(330, 180, 130, 120, lighter(green, 0.5), 50, opacity=0.55)
        for x in (330, 430, 530):
            for y in (190, 320):
                d.ellipse(x, y + 6, 26, 20, "#0d1f19", 10, opacity=0.6)
                d.ellipse(x, y, 9, 9, d.radial(x - 3, y - 3, 12, ((0, lighter(green, 0.5)), (1, darker(green, 0.4)))))
        d.box(170, 430, 520, 90, "#0a1712", blur=30, opacity=0.65)
    arms = (
        (
            "M96 372 C96 350 122 340 150 344 L206 352 C220 356 226 366 224 382 L206 590 L156 590 L134 420 C112 412 96 398 96 372 Z",
            96,
            226,
        ),
        (
            "M764 372 C764 350 738 340 710 344 L654 352 C640 356 634 366 636 382 L654 590 L704 590 L726 420 C748 412 764 398 764 372 Z",
            634,
            764,
        ),
    )
    seat = "M166 500 C168 468 200 454 240 454 L620 454 C660 454 692 468 694 500 L700 560 C702 600 676 616 636 616 L224 616 C184 616 158 600 160 560 Z"
    d.path(
        seat,
        d.linear(
            0,
            454,
            0,
            616,
            ((0, lighter(green, 0.42)), (0.35, lighter(green, 0.08)), (0.55, green), (1, darker(green, 0.5))),
        ),
    )
    with d.clipped(seat):
        d.ellipse(360, 476, 200, 18, "#ffffff", 16, opacity=0.35)
        d.line("M166 548 C300 560 560 560 696 548", darker(green, 0.5), 5, 3, opacity=0.7)
        d.line("M166 542 C300 554 560 554 696 542", lighter(green, 0.5), 2, 1, opacity=0.6)
    d.path(
        "M150 584 H710 L700 640 C698 650 690 654 680 654 H180 C170 654 162 650 160 640 Z",
        d.linear(0, 596, 0, 654, falling(wood, 0.36)),
    )
    d.line("M160 592 H700", lighter(wood, 0.55), 4, 2, opacity=0.7)
    for path, left, right in arms:
        d.path(path, d.linear(left, 340, right, 590, falling(wood, 0.34)))
        with d.clipped(path):
            d.ellipse((left + right) / 2 - 6, 352, 60, 9, "#ffe9cc", 6, opacity=0.8)
    return d


def plant() -> Drawing:
    """A rubber plant in a ribbed pot of terracotta."""
    d = Drawing(700, 880)
    clay = "#c4714b"
    d.line("M350 600 C346 470 356 330 350 190", "#5c4630", 13)
    leaves = (
        (350, 520, -96, 250, 0.94),
        (350, 510, 92, 246, 0.92),
        (350, 450, -62, 262, 1.0),
        (350, 430, 60, 268, 1.02),
        (350, 350, -80, 210, 0.82),
        (350, 340, 74, 214, 0.84),
        (350, 300, -34, 240, 0.9),
        (350, 280, 30, 236, 0.88),
        (350, 240, -3, 200, 0.74),
    )
    for index, (x, y, angle, length, width) in enumerate(leaves):
        _leaf(d, x, y, angle, length, 62 * width, ("#2f6f4b", "#3d8258", "#27603f")[index % 3])
    d.ellipse(350, 560, 176, 34, darker(clay, 0.55))
    d.ellipse(350, 562, 160, 26, d.radial(350, 560, 160, ((0, "#4a3022"), (1, "#20130c"))))
    with d.clipped("M200 400 H500 V562 C470 584 230 584 200 562 Z"):
        d.line("M350 600 C348 540 350 500 350 460", "#5c4630", 15)
    body = "M186 590 L214 806 C218 838 240 850 350 850 C460 850 482 838 486 806 L514 590 Z"
    d.path(body, d.linear(186, 0, 514, 0, rounded(clay, 0.4)))
    with d.clipped(body):
        for index in range(13):
            at = 186 + index * 27.3
            d.path(
                f"M{at} 590 L{350 + (at - 350) * 0.84} 860",
                "none",
                stroke=darker(clay, 0.5),
                stroke_width=7,
                opacity=0.32,
            )
            d.path(
                f"M{at + 8} 590 L{350 + (at + 8 - 350) * 0.84} 860",
                "none",
                stroke=lighter(clay, 0.6),
                stroke_width=5,
                opacity=0.22,
            )
        d.box(186, 596, 330, 34, "#1f0d06", blur=11, opacity=0.6)
        d.box(186, 810, 330, 50, "#1f0d06", blur=15, opacity=0.5)
    rim = "M170 562 C170 600 530 600 530 562 L530 606 C530 646 170 646 170 606 Z"
    d.path(rim, d.linear(170, 0, 530, 0, rounded(lighter(clay, 0.06), 0.45)))
    d.path("M174 564 C174 602 526 602 526 564", "none", stroke=lighter(clay, 0.65), stroke_width=3, opacity=0.9)
    return d


def vase() -> Drawing:
    """A vase with a belly and dried grasses in it, brushed with two bands."""
    d = Drawing(620, 880)
    clay, ink = "#e6ddd0", "#3c5a78"
    stems = ((310, 300, 150, 60), (310, 300, 216, 24), (310, 300, 300, 10), (310, 300, 392, 26), (310, 300, 470, 76))
    for index, (x, y, tip_x, tip_y) in enumerate(stems):
        mid = (x + tip_x) / 2 + (tip_x - x) * -0.18
        d.line(f"M{x + (index - 2) * 9} {y} C{x + (index - 2) * 10} 220 {mid} 170 {tip_x} {tip_y}", "#b08d57", 4)
        _plume(d, tip_x, tip_y, (tip_x - 310) * 0.16)
    body = "M236 262 C236 236 250 226 252 262 L252 262 H368 C370 226 384 236 384 262 C380 330 400 370 452 430 C520 506 536 600 500 700 C470 790 430 836 396 848 L224 848 C190 836 150 790 120 700 C84 600 100 506 168 430 C220 370 240 330 236 262 Z"
    d.path(body, d.linear(100, 0, 520, 0, rounded(clay, 0.85)))
    with d.clipped(body):
        band = "M80 560 C180 604 440 604 540 560 L540 640 C440 690 180 690 80 640 Z"
        d.path(band, d.linear(100, 0, 520, 0, rounded(ink, 0.34)))
        d.path(
            "M80 664 C180 712 440 712 540 664 L540 682 C440 730 180 730 80 682 Z",
            d.linear(100, 0, 520, 0, rounded(ink, 0.34)),
        )
        d.ellipse(206, 560, 34, 150, "#ffffff", 22, opacity=0.75, transform="rotate(8 206 560)")
        d.ellipse(470, 640, 60, 200, "#2a1d16", 36, opacity=0.35)
        d.box(100, 800, 420, 60, "#2a1d16", blur=22, opacity=0.45)
        d.box(220, 268, 180, 46, "#2a1d16", blur=13, opacity=0.35)
    d.ellipse(310, 258, 76, 19, d.linear(234, 0, 386, 0, rounded(clay, 0.8)))
    d.ellipse(310, 259, 62, 13, d.linear(0, 246, 0, 272, ((0, "#2a1d16"), (1, "#6f5d4e"))))
    for index in range(5):
        x = 310 + (index - 2) * 10
        d.line(f"M{x} 268 C{x} 262 {x} 250 {x + (index - 2) * 3} 230", "#b08d57", 4.5)
    return d


def notebook() -> Drawing:
    """A clothbound notebook with an elastic band and a ribbon, a pencil on it."""
    d = Drawing(660, 860)
    cloth, page, band = "#2e4a6b", "#f6efdf", "#e2734f"
    d.path(
        "M92 62 H584 C598 62 606 70 606 84 V806 C606 820 598 828 584 828 H92 Z",
        d.linear(590, 0, 606, 0, ((0, page), (1, darker(page, 0.35)))),
    )
    for y in (812, 817, 822):
        d.line(f"M100 {y} H600", darker(page, 0.3), 1.2, opacity=0.8)
    d.path("M360 826 L360 852 L374 842 L388 852 L388 826 Z", band)
    cover = (
        "M66 44 C66 36 72 30 80 30 H572 C586 30 594 38 594 52 V786 C594 800 586 808 572 808 H80 C72 808 66 802 66 794 Z"
    )
    d.path(cover, "#0a0f18", 6, opacity=0.5, transform="translate(5 8)")
    d.path(cover, d.linear(66, 30, 594, 808, ((0, lighter(cloth, 0.26)), (0.4, cloth), (1, darker(cloth, 0.35)))))
    with d.clipped(cover):
        for index in range(132):
            d.line(f"M66 {30 + index * 6} H594", "#ffffff", 1, opacity=0.05)
            d.line(f"M{66 + index * 4} 30 V808", "#000000", 1, opacity=0.06)
        d.box(
            66,
            30,
            44,
            780,
            d.linear(66, 0, 110, 0, ((0, "#00000066"), (0.6, "#ffffff20"), (0.9, "#00000055"), (1, "#00000000"))),
        )
        d.ellipse(230, 120, 240, 120, "#ffffff", 60, opacity=0.28)
    d.box(500, 28, 24, 782, d.linear(500, 0, 524, 0, rounded(band, 0.35)), 2)
    d.box(180, 196, 230, 130, d.linear(180, 196, 410, 326, ((0, "#fffaf0"), (1, "#e9dcc3"))), 5)
    d.box(190, 206, 210, 110, "none", 3, stroke="#b9975b", stroke_width=2)
    for y, x2 in ((246, 360), (278, 320)):
        d.line(f"M226 {y} H{x2}", "#9b8c72", 2.4)
    with d.moved("rotate(24 300 580)"):
        d.box(268, 404, 34, 330, "#05090f", 4, 8, opacity=0.5, transform="translate(10 8)")
        d.box(
            268,
            420,
            34,
            262,
            d.linear(
                268,
                0,
                302,
                0,
                (
                    (0, "#f1bf4d"),
                    (0.3, "#ffe09a"),
                    (0.34, "#e0a432"),
                    (0.66, "#d9982a"),
                    (0.7, "#b8791a"),
                    (1, "#96600f"),
                ),
            ),
        )
        d.box(268, 396, 34, 28, d.linear(268, 0, 302, 0, metallic("#b9bdc2")))
        d.path("M268 398 V380 C268 366 302 366 302 380 V398 Z", d.linear(268, 0, 302, 0, rounded("#d98278", 0.4)))
        d.path("M268 682 L302 682 L285 740 Z", d.linear(268, 0, 302, 0, rounded("#e2bd8c", 0.5)))
        d.path("M279 720 L291 720 L285 741 Z", "#2a2a30")
    return d


def _leaf(d: Drawing, x: float, y: float, angle: float, length: float, half: float, color: str) -> None:
    """A leaf from its stalk at ``x``, ``y``, pointing ``angle`` degrees from upright."""
    with d.moved(f"translate({x} {y}) rotate({angle})"):
        shape = f"M0 -24 C{-half * 1.1} {-length * 0.34} {-half} {-length * 0.8} 0 {-length} C{half} {-length * 0.8} {half * 1.1} {-length * 0.34} 0 -24 Z"
        d.line("M0 0 V-30", "#6f8f4f", 7)
        d.path(shape, "#06140c", 7, opacity=0.35, transform="translate(4 8)")
        d.path(
            shape,
            d.linear(
                -half,
                0,
                half,
                0,
                ((0, lighter(color, 0.28)), (0.48, color), (0.52, darker(color, 0.25)), (1, darker(color, 0.05))),
            ),
        )
        with d.clipped(shape):
            d.ellipse(-half * 0.4, -length * 0.6, half * 0.24, length * 0.26, "#ffffff", 10, opacity=0.5)
            for index in range(1, 8):
                at = -24 - (length - 24) * index / 9
                d.line(f"M0 {at} L{-half} {at - 34} M0 {at} L{half} {at - 34}", lighter(color, 0.5), 1.6, opacity=0.3)
        d.line(f"M0 -20 V{-length + 12}", "#a9c98a", 3.4, opacity=0.9)


def _plume(d: Drawing, x: float, y: float, lean: float) -> None:
    """The feathery end of a grass."""
    for index in range(30):
        along = index / 29
        base_x, base_y = x - lean * along * 1.2, y + along * 130
        for side in (-1, 1):
            reach = side * (10 + 16 * along)
            shade = ("#dcbf8d", "#c9a56b", "#ecd9b0")[index % 3]
            d.line(
                f"M{base_x:.1f} {base_y:.1f} C{base_x + reach * 0.4:.1f} {base_y - 12:.1f} {base_x + reach * 0.8:.1f} {base_y - 20:.1f} {base_x + reach:.1f} {base_y - 34:.1f}",
                shade,
                2.6,
                opacity=0.85,
            )
