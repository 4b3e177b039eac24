"""The OpenAPI document: what APIFlask generates from the routes, completed by what all routes share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from apiflask import APIBlueprint, APIFlask
from werkzeug.routing import Rule

from web.api.schemas.problem import Problem
from web.auth import Door, access_of
from web.schema_examples import example_of

View = TypeVar("View", bound=Callable[..., Any])
Json = dict[str, Any]

IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes a repeated request the same job: same key and body, same answer. Kept for 48 hours.",
    "schema": {"type": "string", "maxLength": 255},
    "example": "order-4711",
}
PREFER: Json = {
    "name": "Prefer",
    "in": "header",
    "description": "`wait=N`: answer when the job has ended, or after N seconds (60 at most).",
    "schema": {"type": "string"},
    "example": "wait=10",
}
LAST_EVENT_ID: Json = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "Go on after this event.",
    "schema": {"type": "string"},
    "example": "1795460001490-0",
}
RANGE: Json = {
    "name": "Range",
    "in": "header",
    "description": "One range of bytes.",
    "schema": {"type": "string"},
    "example": "bytes=0-1023",
}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "An `ETag` of before: answers 304 when the file is the same.",
    "schema": {"type": "string"},
}

_PROBLEM = "application/problem+json"
_BODY_REFUSED = {
    400: "The body is not JSON.",
    413: "The body is larger than 1 MiB.",
    422: "The input is not valid; `errors` names each bad field.",
}
_KEY_REFUSED = {401: "No valid API key was sent.", 403: "The API key lacks the scope."}
_ALWAYS = {
    500: "Something went wrong on our side; quote `request_id`.",
    503: "The database or the object store does not answer; try again after `Retry-After` seconds.",
}
_NOT_FOUND = {404: "There is no such thing in this workspace."}


def accepts_headers(*parameters: Json) -> Callable[[View], View]:
    """Document the headers that a route reads."""

    def annotate(view: View) -> View:
        view.accepted_headers = parameters  # type: ignore[attr-defined]
        return view

    return annotate


def accepts_body(body: Json) -> Callable[[View], View]:
    """Document a body that is no JSON: an OpenAPI request body."""

    def annotate(view: View) -> View:
        view.accepted_body = body  # type: ignore[attr-defined]
        return view

    return annotate


def install(app: APIFlask) -> None:
    """Complete the generated document whenever it is made."""
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
    )
    app.security_schemes = {
        "api_key": {
            "type": "http",
            "scheme": "bearer",
            "description": "`Authorization: Bearer bott_...`. A key has the scopes `read`, `write` or `admin`.",
        }
    }
    app.spec_processor(lambda spec: _completed(app, cast(Json, spec)))


def _completed(app: APIFlask, spec: Json) -> Json:
    schemas = spec["components"].setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/Problem.{model}")
    schemas.update({f"Problem.{name}": nested for name, nested in schemas["Problem"].pop("$defs", {}).items()})
    schemas.pop("HTTPError", None)
    for rule, operation in _operations(app, spec):
        view = app.view_functions[rule.endpoint]
        if body := getattr(view, "accepted_body", None):
            operation["requestBody"] = dict(body)
        _complete_parameters(operation, getattr(view, "accepted_headers", ()))
        access = access_of(app, rule.endpoint)
        needs_key = access is not None and access.door is Door.API_KEY
        operation["tags"] = [_tag(app, rule)]
        operation["operationId"] = rule.endpoint.replace(".", "_")
        operation["security"] = [{"api_key": []}] if needs_key else []
        if needs_key and access is not None and access.scope is not None:
            operation["x-scope"] = access.scope.value
        _complete_responses(operation, _shared_responses(rule, operation, needs_key))
    return _with_examples(_without_parents(spec))


def _tag(app: APIFlask, rule: Rule) -> str:
    blueprint = app.blueprints[rule.endpoint.partition(".")[0]]
    assert isinstance(blueprint, APIBlueprint), "only the API's routes are in its document"
    return str(blueprint.tag)


def _operations(app: APIFlask, spec: Json) -> Iterator[tuple[Rule, Json]]:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<:>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            if operation := spec["paths"].get(path, {}).get(method.lower()):
                yield rule, operation


def _shared_responses(rule: Rule, operation: Json, needs_key: bool) -> dict[int, str]:
    shared: dict[int, str] = {}
    if needs_key:
        shared |= _KEY_REFUSED | _ALWAYS
    if rule.arguments:
        shared |= _NOT_FOUND
    if "requestBody" in operation:
        shared |= _BODY_REFUSED
    elif any(parameter["in"] != "path" for parameter in operation["parameters"]):
        shared |= {422: _BODY_REFUSED[422]}
    return shared


def _complete_parameters(operation: Json, headers: tuple[Json, ...]) -> None:
    parameters = [*operation["parameters"], *({**header, "required": False} for header in headers)]
    for parameter in parameters:
        schema = parameter.get("schema", {})
        schema.pop("title", None)
        if "description" in schema:
            parameter["description"] = schema.pop("description")
        if "anyOf" in schema and schema.get("default", ...) is None:
            # A parameter is left out, never null.
            parameter["schema"] = schema["anyOf"][0]
    operation["parameters"] = parameters
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True


def _complete_responses(operation: Json, shared: dict[int, str]) -> None:
    responses = operation["responses"]
    for status, description in shared.items():
        responses.setdefault(str(status), {"description": description})
    main: Json = next((each for status, each in responses.items() if status[0] == "2" and _has_schema(each)), {})
    for status, response in responses.items():
        if status[0] in "45" and not _is_documented_json(response):
            response["content"] = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        elif status[0] == "2" and not _has_schema(response) and status != "204":
            response["content"] = main["content"]
        elif status in ("204", "304"):
            response.pop("content", None)
    operation["responses"] = dict(sorted(responses.items()))


def _has_schema(response: Json) -> bool:
    return any(content.get("schema") for content in response.get("content", {}).values())


def _is_documented_json(response: Json) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema) and not schema.get("$ref", "").endswith("/HTTPError")


def _with_examples(spec: Json) -> Json:
    """The document with an example of every JSON body that has none."""
    schemas = spec["components"]["schemas"]
    for methods in spec["paths"].values():
        for operation in methods.values():
            for described in (operation.get("requestBody", {}), *operation["responses"].values()):
                for media_type, content in described.get("content", {}).items():
                    if media_type == "application/json" and not {"example", "examples"} & content.keys():
                        content["example"] = example_of(content["schema"], schemas)
    return spec


def _without_parents(spec: Json) -> Json:
    """Nested schemas under their own names: ``JobPage.JobError`` and ``Job.JobError`` are one."""
    prefix = "#/components/schemas/"

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if not isinstance(value, dict):
            return value
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(prefix):
            return {**value, "$ref": prefix + target.removeprefix(prefix).rsplit(".", 1)[-1]}
        return {name: renamed(inner) for name, inner in value.items()}

    schemas = {name.rsplit(".", 1)[-1]: schema for name, schema in spec["components"]["schemas"].items()}
    complete: Json = renamed({**spec, "components": {**spec["components"], "schemas": schemas}})
    return complete
