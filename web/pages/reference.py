"""The API reference: the OpenAPI document as a person reads it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Json = Mapping[str, Any]

_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Row:
    """One property or parameter: ``type`` in words, ``link`` to the schema it names."""

    name: str
    type: str
    link: str
    required: bool
    description: str
    place: str = ""
    """``path``, ``query`` or ``header``; empty for a property."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One status an operation answers with."""

    status: int
    phrase: str
    description: str
    schema: str
    example: str

    @property
    def is_success(self) -> bool:
        """Whether it is what a caller hopes for."""
        return self.status < 300


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: Sequence[Row]
    body: str
    replies: Sequence[Reply]
    curl: str

    @property
    def example(self) -> str:
        """What comes back when it goes well."""
        return next((reply.example for reply in self.replies if reply.is_success and reply.example), "")


@dataclass(frozen=True, slots=True)
class Group:
    """The operations on one resource."""

    name: str
    description: str
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema: what a document of that name holds."""

    name: str
    description: str
    rows: Sequence[Row]


def groups_of(spec: Json) -> list[Group]:
    """The operations by resource, in the order of the document's tags."""
    server = spec["servers"][0]["url"]
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, methods in sorted(spec["paths"].items()):
        for method, operation in sorted(methods.items(), key=lambda each: each[0] != "post"):
            for tag in operation["tags"]:
                found[tag].append(_operation(server, path, method.upper(), operation))
    return [Group(tag["name"], tag["description"], found[tag["name"]]) for tag in spec["tags"]]


def shapes_of(spec: Json) -> list[Shape]:
    """The documents' schemas, by name."""
    schemas = sorted(spec["components"]["schemas"].items())
    return [
        Shape(name, schema.get("description", ""), list(_properties(schema)))
        for name, schema in schemas
        if schema.get("properties")
    ]


def _operation(server: str, path: str, method: str, operation: Json) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [example["value"] for example in body.get("examples", {}).values()]
    example = examples[0] if examples else body.get("example")
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        parameters=[_parameter(parameter) for parameter in operation["parameters"]],
        body=_named(body.get("schema", {})),
        replies=[_reply(int(status), reply) for status, reply in operation["responses"].items()],
        curl=_curl(f"{server}{path}", method, operation, example),
    )


def _reply(status: int, reply: Json) -> Reply:
    content: Json = next(iter(reply.get("content", {}).values()), {})
    example = content.get("example", "")
    return Reply(
        status,
        HTTPStatus(status).phrase,
        reply["description"],
        _named(content.get("schema", {})),
        example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False),
    )


def _curl(url: str, method: str, operation: Json, body: Any) -> str:
    address = re.sub(r"\{(?:\w+_)?(\w+)\}", lambda match: f"${match[1].upper()}", url)
    lines = [f'curl "{address}"' if method == "GET" else f'curl -X {method} "{address}"']
    if operation.get("security"):
        lines.append('-H "Authorization: Bearer $BOTTEGA_API_KEY"')
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"]):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(body, indent=2, ensure_ascii=False))}")
    if "text/event-stream" in operation["responses"].get("200", {}).get("content", {}):
        lines.append("--no-buffer")
    return " \\\n  ".join(lines)


def _parameter(parameter: Json) -> Row:
    schema = parameter["schema"]
    return Row(
        parameter["name"],
        _type(schema),
        _link(schema),
        parameter["required"],
        parameter.get("description", ""),
        parameter["in"],
    )


def _properties(schema: Json) -> Iterator[Row]:
    required = schema.get("required", ())
    for name, inner in schema["properties"].items():
        yield Row(name, _type(inner), _link(inner), name in required, inner.get("description", ""))


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return _named(schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(option) for option in schema["anyOf"]))
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("format") in ("uuid", "date-time"):
        return str(schema["format"])
    return str(schema.get("type", "any"))


def _link(schema: Json) -> str:
    """The schema that a type names, however deep."""
    options = [schema, schema.get("items", {}), *schema.get("anyOf", ())]
    named = next((_named(option) for option in options if "$ref" in option), "")
    return f"schema-{named}" if named else ""


def _named(schema: Json) -> str:
    return str(schema.get("$ref", "")).removeprefix(_SCHEMAS)
