"""The OpenAPI document is valid, complete and true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from apiflask import APIFlask
from openapi_spec_validator import validate

from web.auth import Door, access_of

Json = dict[str, Any]


def operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_valid_openapi(spec: Json) -> None:
    validate(spec)


def test_it_describes_every_route_of_the_api(app: APIFlask, spec: Json) -> None:
    described = {(path, method.upper()) for path, method, _ in operations(spec)}
    routed = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and (access.door is Door.API_KEY or rule.endpoint.startswith("health.")):
            path = rule.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")
            routed |= {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert described == routed


def test_every_operation_is_explained_and_says_what_key_it_needs(spec: Json) -> None:
    for path, method, operation in operations(spec):
        assert operation["summary"], (path, method)
        assert operation["description"], (path, method)
        needs_key = path.startswith("/api/")
        assert operation["security"] == ([{"api_key": []}] if needs_key else [])
        assert ("x-scope" in operation) is needs_key


def test_operation_ids_are_unique(spec: Json) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(ids) == len(set(ids))


def test_every_error_is_a_problem_document(spec: Json) -> None:
    for path, method, operation in operations(spec):
        for status, response in operation["responses"].items():
            if status[0] in "45" and path != "/readyz":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, method, status)


def test_every_operation_behind_the_door_tells_of_refusal_and_outage(spec: Json) -> None:
    for path, method, operation in operations(spec):
        if path.startswith("/api/"):
            assert {"401", "403", "500", "503"} <= set(operation["responses"]), (path, method)
            assert ("404" in operation["responses"]) is ("{" in path), (path, method)


def test_every_json_body_has_an_example_that_fits_its_schema(spec: Json) -> None:
    seen = 0
    for path, method, operation in operations(spec):
        for described in (operation.get("requestBody", {}), *operation["responses"].values()):
            content = described.get("content", {}).get("application/json")
            if content is None:
                continue
            given = [each["value"] for each in content.get("examples", {}).values()] or [content["example"]]
            schema = {**content["schema"], "components": spec["components"]}
            for example in given:
                jsonschema.validate(example, schema, jsonschema.Draft202012Validator)
                seen += 1
            assert seen, (path, method)
    assert seen > 20


def test_every_reference_leads_somewhere(spec: Json) -> None:
    text = json.dumps(spec)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in spec["components"]["schemas"], name


def test_parameters_are_described(spec: Json) -> None:
    for path, method, operation in operations(spec):
        for parameter in operation["parameters"]:
            if parameter["in"] != "path":
                assert parameter.get("description"), (path, method, parameter["name"])


@pytest.mark.parametrize("header", ["Idempotency-Key", "Prefer"])
def test_the_headers_that_submitting_reads_are_documented(spec: Json, header: str) -> None:
    names = [parameter["name"] for parameter in spec["paths"]["/api/v1/jobs"]["post"]["parameters"]]
    assert header in names
