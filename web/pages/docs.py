"""The API's description: as a document for programs, as a page for people."""

from __future__ import annotations

from typing import cast

from apiflask import APIFlask
from flask import Blueprint, Response, current_app, jsonify

from web.auth import open_to_all

blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
@open_to_all
def openapi() -> Response:
    """The OpenAPI document, generated from the routes."""
    app = cast(APIFlask, current_app)
    return jsonify(app._get_spec("json"))
