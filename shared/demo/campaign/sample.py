"""What ships for the sample campaign: products of a house that does not exist, their pictures, its brand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shared.campaigns

FOLDER = Path(shared.campaigns.__file__).with_name("sample")
TABLE = FOLDER / "products.csv"
KIT_FILE = FOLDER / "brand-kit.json"


def request() -> dict[str, Any]:
    """The campaign as the API takes it, without its table."""
    return dict(json.loads((FOLDER / "campaign.json").read_text(encoding="utf-8")))


def kit() -> dict[str, Any]:
    """The brand kit, its logos named by their paths from ``FOLDER``."""
    return dict(json.loads(KIT_FILE.read_text(encoding="utf-8")))


def product_pictures() -> list[Path]:
    """The pictures that the table names."""
    return sorted((FOLDER / "products").glob("*.png"))
