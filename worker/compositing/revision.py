"""What the pixels of a composite depend on beside its scene."""

from __future__ import annotations

import hashlib
from functools import cache

import pyvips
from icu4py import icu_version

from worker.compositing import font_pack

RENDERER = 1
"""Counted up with every change that changes a pixel: composites made before are then made anew."""


@cache
def revision() -> str:
    """SHA-256, in hex, of the renderer's version, the libraries that set and encode, and the font pack."""
    libvips = ".".join(str(pyvips.version(part)) for part in range(3))
    parts = (f"renderer {RENDERER}", f"libvips {libvips}", f"icu {icu_version}", font_pack.content_hash())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
