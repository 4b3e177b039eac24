"""Brand kits as people write them: with logos that lie beside the kit's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.client.uploads import Upload
from shared.errors import FieldProblem

_NOT_SENT_YET = str(UUID(int=0))


def with_logos(kit: Mapping[str, Any], folder: Path, send: Callable[[Path], Upload]) -> dict[str, Any]:
    """``kit`` with the logos that it names by a path from ``folder`` sent, and their uploads in their place.

    An upload's id stays as it is; what is no kit is left for the server to refuse. Raises what ``send`` raises.
    """
    return _each_logo(kit, lambda _variant, path: send(folder / path).id)


def without_sending(kit: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], Sequence[FieldProblem]]:
    """``kit`` as the server can look through it while its logos still lie in ``folder``, and those that do not."""
    problems = []

    def stand_in(variant: str, path: str) -> str:
        try:
            with (folder / path).open("rb"):
                pass
        except OSError as error:
            problems.append(FieldProblem(f"kit.logos.{variant}.upload", f"{path} cannot be read: {error.strerror}"))
        return _NOT_SENT_YET

    return _each_logo(kit, stand_in), problems


def _each_logo(kit: Mapping[str, Any], id_of: Callable[[str, str], str]) -> dict[str, Any]:
    """``kit`` with an id in the place of every path of a logo."""
    logos = kit.get("logos")
    if not isinstance(logos, Mapping):
        return dict(kit)
    return {**kit, "logos": {variant: _with_id(variant, logo, id_of) for variant, logo in logos.items()}}


def _with_id(variant: str, logo: Any, id_of: Callable[[str, str], str]) -> Any:
    if not isinstance(logo, Mapping) or not isinstance(logo.get("upload"), str) or _is_id(logo["upload"]):
        return logo
    return {**logo, "upload": id_of(variant, logo["upload"])}


def _is_id(written: str) -> bool:
    try:
        UUID(written)
    except ValueError:
        return False
    return True
