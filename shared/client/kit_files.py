"""Brand kits as people write them: with logos that lie beside the kit's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.client.uploads import Upload


def with_logos(kit: Mapping[str, Any], folder: Path, send: Callable[[Path], Upload]) -> dict[str, Any]:
    """``kit`` with the logos that it names by a path from ``folder`` sent, and their uploads in their place.

    An upload's id stays as it is; what is no kit is left for the server to refuse. Raises what ``send`` raises.
    """
    logos = kit.get("logos")
    if not isinstance(logos, Mapping):
        return dict(kit)
    return {**kit, "logos": {variant: _sent(logo, folder, send) for variant, logo in logos.items()}}


def _sent(logo: Any, folder: Path, send: Callable[[Path], Upload]) -> Any:
    if not isinstance(logo, Mapping) or not isinstance(logo.get("upload"), str) or _is_id(logo["upload"]):
        return logo
    return {**logo, "upload": send(folder / logo["upload"]).id}


def _is_id(written: str) -> bool:
    try:
        UUID(written)
    except ValueError:
        return False
    return True
