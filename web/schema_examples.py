"""An example of what a JSON Schema describes, from the examples and the choices that its parts give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_TYPE: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True, "string": "…", "null": None, "object": {}}
_OF_FORMAT = {"uuid": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11", "date-time": "2026-11-23T19:06:41.218Z"}
_DEEPEST = 8


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that fits. ``schemas`` is what ``#/components/schemas/`` refers to; recursion ends somewhere."""
    given = [schema[keyword][0] for keyword in ("examples", "enum") if schema.get(keyword)]
    if given:
        return given[0]
    if "const" in schema:
        return schema["const"]
    if depth < _DEEPEST:
        if "$ref" in schema:
            return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, depth + 1)
        if "anyOf" in schema:
            return example_of(schema["anyOf"][0], schemas, depth + 1)
        if "properties" in schema:
            return {name: example_of(inner, schemas, depth + 1) for name, inner in schema["properties"].items()}
    return _plain(schema, schemas, depth)


def _plain(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    if schema.get("type") == "array":
        items = schema.get("items")
        return [example_of(items, schemas, depth + 1)] if items and depth < _DEEPEST else []
    if schema.get("default") is not None:
        return schema["default"]
    return _OF_FORMAT.get(schema.get("format", "")) or _OF_TYPE.get(schema.get("type", ""))
