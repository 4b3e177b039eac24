"""The API's description: as a document for programs, as a page for people."""

from __future__ import annotations

from typing import Any, cast

from apiflask import APIFlask
from flask import Blueprint, Response, current_app, jsonify, render_template

from web.auth import open_to_all
from web.errors import error_codes
from web.pages.reference import groups_of, shapes_of

blueprint = Blueprint("docs", __name__)

_EXTENSION = "openapi-document"


@blueprint.get("/openapi.json")
@open_to_all
def openapi() -> Response:
    """The OpenAPI document, generated from the routes."""
    return jsonify(_spec())


@blueprint.get("/docs")
@open_to_all
def reference() -> str:
    """The reference."""
    spec = _spec()
    return render_template(
        "docs.html",
        tab="/docs",
        server=spec["servers"][0]["url"],
        groups=groups_of(spec),
        shapes=shapes_of(spec),
        errors=error_codes(),
    )


def _spec() -> dict[str, Any]:
    """The document: made once a process, since that takes a tenth of a second."""
    app = cast(APIFlask, current_app)
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = app.spec
    return cast(dict[str, Any], app.extensions[_EXTENSION])
