"""What every reply says to the browser about trust."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from shared.config import get_settings

_DOCUMENT_FREE = "default-src 'none'; frame-ancestors 'none'"
USER_FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For bytes that a model or a person made: whatever they are, they run nothing and load nothing."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_HSTS = "max-age=31536000"


def install(app: Flask) -> None:
    """Add the headers to every reply, and ``csp_nonce()`` to the templates."""
    app.after_request(_protect)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce of this reply, which its scripts must carry to run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _protect(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if get_settings().public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    policy = _page_policy() if response.mimetype == "text/html" else _DOCUMENT_FREE
    response.headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _page_policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            # Modules that a script with the nonce imports inherit it.
            f"script-src 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
