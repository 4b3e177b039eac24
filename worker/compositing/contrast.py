"""How well a colour is read against what is behind it (WCAG 2.2, "contrast ratio")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.compositing.overlay import Rgba

# So much of what lies behind the text may be worse than what is reported, in percent: a bright spot as large as a
# letter counts, one as large as its dot does not.
_PERCENTILE = 2.0

Pixels = NDArray[np.uint8]


def _linear_levels() -> NDArray[np.float32]:
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear_levels()
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def luminance(pixels: Pixels) -> NDArray[np.float32]:
    """Relative luminance of ``(..., 3)`` sRGB pixels, from 0 to 1."""
    result: NDArray[np.float32] = _LINEAR[pixels] @ _WEIGHTS
    return result


def ratio(text: NDArray[np.float32], behind: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 1, unreadable, to 21, black on white."""
    lighter, darker = np.maximum(text, behind), np.minimum(text, behind)
    result: NDArray[np.float32] = ((lighter + 0.05) / (darker + 0.05)).astype(np.float32)
    return result


def measured(color: Rgba, opacity: float, behind: Pixels) -> float:
    """The ratio that all but a few of the ``(n, 3)`` pixels behind a text reach.

    A text that lets through is mixed with each pixel first.
    """
    if not len(behind):
        return 21.0
    strength = color.opacity * opacity
    background = luminance(behind)
    if strength >= 1:
        own = luminance(np.array([color.rgb], np.uint8))
    else:
        mixed = np.array(color.rgb, np.float32) * strength + behind.astype(np.float32) * (1 - strength)
        own = luminance(np.rint(mixed).astype(np.uint8))
    return float(np.percentile(ratio(own, background), _PERCENTILE))
