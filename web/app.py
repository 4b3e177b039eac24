"""The web application. Making it opens no connection and starts no thread."""

from __future__ import annotations

import importlib.metadata
from datetime import timedelta

from apiflask import APIFlask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import web.api.routes
import web.pages.routes
from shared.config import get_settings
from shared.crypto import derived_secret
from web import auth, body_limits, errors, headers, http_metrics, openapi, request_ids
from web.auth import open_to_all
from web.json_body import StrictJson, StrictRequest
from web.pages import assets, frame

MAX_BODY_BYTES = 1024 * 1024
_SESSION_LASTS = timedelta(days=7)

_INTRODUCTION = """\
Bottega takes jobs for generative models, runs them on your own GPUs and keeps what they make.

Send your key as `Authorization: Bearer <key>`. Every reply carries an `X-Request-Id`; send one of your own and it
is used. Times are RFC 3339 in UTC. Lists are paged by `cursor`.
"""
_TAGS = {
    "Jobs": "One run of one model on one input.",
    "Artifacts": "What jobs made.",
    "Batches": "One job a row of a table, planned, launched and looked after as one.",
    "Campaigns": "Rows of a table in every template, size and locale: a batch of creatives.",
    "Templates": "Layouts of creatives, those that ship and your own.",
    "Brand kits": "Colours, fonts, logos, tone and words of brands, applied by name.",
    "Uploads": "Files that jobs read.",
    "Models": "What jobs can run.",
    "Pause": "A workspace that stands still for a while.",
    "Webhooks": "Being told when something happens, signed to the Standard Webhooks specification.",
    "Workers": "The processes that do the work.",
    "Health": "Probes, without a key.",
}


class BottegaApp(APIFlask):
    """Flask with strict JSON."""

    request_class = StrictRequest
    json_provider_class = StrictJson

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """How long browsers may keep a static file, in seconds."""
        return assets.max_age(filename)


def create_app() -> APIFlask:
    """A configured application. Raises ``pydantic.ValidationError`` when a setting is missing."""
    app = BottegaApp(
        "web",
        title="Bottega",
        version=importlib.metadata.version("bottega"),
        spec_path=None,
        docs_path=None,
        json_errors=False,
    )
    _configure(app)
    http_metrics.install(app)
    request_ids.install(app)
    headers.install(app)
    errors.install(app)
    openapi.install(app)
    body_limits.install(app)
    csrf = CSRFProtect(app)
    for blueprint in web.api.routes.install(app):
        csrf.exempt(blueprint)
    frame.install(app)
    web.pages.routes.install(app)
    open_to_all(app.view_functions["static"])
    auth.install(app)
    return app


def _configure(app: APIFlask) -> None:
    settings = get_settings()
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=derived_secret("web-session"),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="__Host-bottega" if is_https else "bottega",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=_SESSION_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        # A TLS proxy stands in front, and some of them drop the Referer; SameSite and the token do the work.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.description = _INTRODUCTION
    app.tags = [{"name": name, "description": text} for name, text in _TAGS.items()]
    app.servers = [{"url": settings.public_url.rstrip("/")}]
    if is_https:
        # We speak plain HTTP: where people use https, one proxy stands in front and tells their address.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
