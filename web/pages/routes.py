"""Every blueprint of the pages."""

from __future__ import annotations

from flask import Flask

from web.pages import (
    artifacts,
    batch,
    campaign_board,
    campaign_creative,
    campaign_downloads,
    campaign_new,
    campaign_preview,
    campaign_review,
    campaign_start,
    campaigns,
    docs,
    home,
    job,
    jobs,
    models,
    recipes,
    sign_in,
    standstill,
    uploads,
)

_PAGES = (batch, home, recipes, models, jobs, job, artifacts, uploads, standstill, sign_in, docs)
_CAMPAIGN_PAGES = (
    campaigns,
    campaign_start,
    campaign_new,
    campaign_preview,
    campaign_board,
    campaign_review,
    campaign_creative,
    campaign_downloads,
)


def install(app: Flask) -> None:
    """Register them."""
    for module in (*_PAGES, *_CAMPAIGN_PAGES):
        app.register_blueprint(module.blueprint)
