"""The families of the font pack that a text may ask for, and the weights of each."""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: Mapping[str, tuple[int, ...]] = {
    "Noto Sans": (400, 700, 900),
    "Noto Sans Condensed": (700,),
    "Noto Serif": (400, 700),
    "Noto Serif Display": (700,),
    "League Spartan": (700,),
}
"""A weight that a family does not have is replaced by its nearest; a character, by another family's."""
