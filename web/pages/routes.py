"""Every blueprint of the pages."""

from __future__ import annotations

from flask import Flask

from web.pages import docs


def install(app: Flask) -> None:
    """Register them."""
    for module in (docs,):
        app.register_blueprint(module.blueprint)
