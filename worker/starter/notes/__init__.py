"""The starter notes model: a small Llama that composes pieces of four voices, trained on pieces the project composes."""

from __future__ import annotations

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"

__all__ = ["WEIGHTS"]
