"""The templates that ship with the project, named ``starter/...``: one JSON file each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.campaigns.design.layout import Layout, read_layout

TEMPLATES = Path(__file__).parent / "templates"
PREFIX = "starter/"


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """Their JSON by name, in the order of the names."""
    return MappingProxyType(
        {PREFIX + path.stem: json.loads(path.read_text("utf-8")) for path in sorted(TEMPLATES.glob("*.json"))}
    )


@cache
def layouts() -> Mapping[str, Layout]:
    """The templates by name. Raises ``InputRefused`` for a file that is no template."""
    return MappingProxyType({name: read_layout(document, name) for name, document in documents().items()})
