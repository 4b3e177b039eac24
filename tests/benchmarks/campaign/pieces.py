"""What the benchmarks' creatives are laid together from: pictures drawn here, and a scene as a template gives it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyvips

SIDE = 1080
BACKDROP_SIDE = 256
CUT_OUT_SIDE = 800
HEADLINES = (
    "Slow mornings, bright ideas",
    "Made for the long way home",
    "Light enough to forget",
    "A cup that stays warm",
)
QUALITY = 88


def backdrop(number: int) -> bytes:
    """A soft picture of 256 x 256 as the starter model draws them, PNG."""
    y, x = np.mgrid[0:BACKDROP_SIDE, 0:BACKDROP_SIDE] / BACKDROP_SIDE
    waves = [np.sin(math.tau * (x * (1 + number % 3) + y * shift)) for shift in (0.6, 0.9, 1.3)]
    pixels = np.stack([120 + 60 * wave * (1 - y) + 40 * y for wave in waves], -1)
    return bytes(pyvips.Image.new_from_array(pixels.astype(np.uint8), interpretation="srgb").pngsave_buffer())


def cut_out(number: int) -> bytes:
    """A product before nothing, 800 x 800, PNG."""
    hue = (number * 47) % 360
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CUT_OUT_SIDE}" height="{CUT_OUT_SIDE}">'
        f'<defs><linearGradient id="g"><stop offset="0" stop-color="hsl({hue},60%,60%)"/>'
        f'<stop offset="1" stop-color="hsl({hue},60%,35%)"/></linearGradient></defs>'
        '<rect x="260" y="120" width="280" height="600" rx="70" fill="url(#g)"/>'
        '<rect x="330" y="60" width="140" height="90" rx="20" fill="#333"/></svg>'
    )
    return bytes(pyvips.Image.svgload_buffer(drawing.encode()).pngsave_buffer())


def scene(number: int, backdrop_id: str, cut_out_id: str) -> dict[str, Any]:
    """A creative of 1080 x 1080: backdrop, shade, product with a shadow, headline, price on a plate."""
    return {
        "canvas": {"width": SIDE, "height": SIDE, "safe": {"x": 40, "y": 40, "width": 1000, "height": 1000}},
        "layers": [
            {"kind": "image", "name": "backdrop", "box": _box(0, 0, SIDE, SIDE), "image": {"upload": backdrop_id}},
            {
                "kind": "shape",
                "name": "shade",
                "box": _box(0, 0, SIDE, 420),
                "paint": {
                    "kind": "linear",
                    "angle": 180,
                    "stops": [{"at": 0, "color": "#000000a0"}, {"at": 1, "color": "#00000000"}],
                },
            },
            {
                "kind": "image",
                "name": "product",
                "box": _box(290, 380, 500, 640),
                "image": {"upload": cut_out_id},
                "fit": "contain",
                "shadow": {"color": "#00000066", "blur": 18, "y": 24},
            },
            {
                "kind": "text",
                "name": "headline",
                "box": _box(80, 80, 920, 240),
                "text": HEADLINES[number % len(HEADLINES)],
                "weight": 700,
                "color": "#ffffff",
                "size_max": 96,
                "size_min": 40,
                "max_lines": 2,
                "contrast": 3,
                "scrim": "#000000",
            },
            {
                "kind": "text",
                "name": "price",
                "box": _box(780, 900, 240, 80),
                "text": f"€ {number % 90 + 9}.90",
                "weight": 700,
                "color": "#111111",
                "size_max": 52,
                "size_min": 30,
                "max_lines": 1,
                "align": "center",
                "valign": "middle",
                "plate": {
                    "paint": {"kind": "solid", "color": "#ffd84d"},
                    "padding_x": 24,
                    "padding_y": 10,
                    "radius": 20,
                },
            },
        ],
        "output": {"format": "jpeg", "quality": QUALITY},
    }


def _box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}
