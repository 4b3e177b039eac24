"""Every blueprint of the pages."""

from __future__ import annotations

from flask import Flask

from web.pages import artifacts, docs, home, job, jobs, models, recipes, sign_in, standstill, uploads


def install(app: Flask) -> None:
    """Register them."""
    for module in (home, recipes, models, jobs, job, artifacts, uploads, standstill, sign_in, docs):
        app.register_blueprint(module.blueprint)
