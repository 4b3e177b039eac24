"""The properties of a JSON Schema that a person can fill in: nested ones by dotted names, each without its ``null``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

_DEFINITIONS = "#/$defs/"
ACCEPTS = "x-accepts"
"""The keyword of a field for a file: the media types it takes."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property. ``name`` is its path in the input: ``width``, ``control.image``."""

    name: str
    schema: Schema
    required: bool

    @property
    def accepts(self) -> tuple[str, ...]:
        """The media types of the file it takes, or of each of its files; nothing where it takes none."""
        return tuple(self.schema.get(ACCEPTS) or self.schema.get("items", {}).get(ACCEPTS, ()))

    @property
    def is_list(self) -> bool:
        """Whether it takes several."""
        return self.schema.get("type") == "array"


def properties_of(schema: Schema) -> list[Property]:
    """Those that can be filled in. Maps, and lists of objects that are no files, are left to the API."""
    return list(_walk(schema, schema, "", required=True))


def _walk(schema: Schema, root: Schema, prefix: str, *, required: bool) -> Iterator[Property]:
    demanded = schema.get("required", ())
    for name, raw in schema.get("properties", {}).items():
        found = Property(prefix + name, _flat(raw, root), required and name in demanded)
        if found.accepts:
            yield found
        elif found.schema.get("properties"):
            yield from _walk(found.schema, root, f"{found.name}.", required=found.required)
        elif found.schema.get("type") != "object" and not _holds_objects(found.schema, root):
            yield found


def _flat(prop: Schema, root: Schema) -> dict[str, Any]:
    """A property without its ``null`` and its reference; what stands beside ``anyOf`` is the model's own and wins."""
    given = [option for option in prop.get("anyOf", ()) if option.get("type") != "null"]
    inner = {**(given[0] if given else {}), **{key: value for key, value in prop.items() if key != "anyOf"}}
    definition = str(inner.pop("$ref", "")).removeprefix(_DEFINITIONS)
    if not definition or ACCEPTS in inner:
        return inner
    return {**_flat(root["$defs"][definition], root), **inner}


def _holds_objects(prop: Schema, root: Schema) -> bool:
    items = _flat(prop.get("items", {}), root)
    return items.get("type") == "object"
