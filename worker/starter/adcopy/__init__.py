"""The starter text model: a small GPT-2 that writes marketing copy, trained on data the project makes itself."""

from __future__ import annotations

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
CONTEXT_LENGTH = 256

__all__ = ["CONTEXT_LENGTH", "WEIGHTS"]
