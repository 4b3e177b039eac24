"""Every blueprint of the API."""

from __future__ import annotations

from collections.abc import Sequence

from apiflask import APIBlueprint, APIFlask

from web.api import (
    artifacts,
    batches,
    brand_kits,
    campaign_preview,
    campaign_review,
    campaigns,
    health,
    job_events,
    jobs,
    metrics,
    models,
    pause,
    templates,
    uploads,
    webhook_deliveries,
    webhook_endpoints,
    webhook_secret,
    workers,
)

_OF_CAMPAIGNS = (campaign_preview, campaign_review)
"""Routes of the campaigns' blueprint in files of their own: importing them adds them."""
_RESOURCES = (
    jobs,
    job_events,
    artifacts,
    uploads,
    models,
    batches,
    campaigns,
    templates,
    brand_kits,
    pause,
    webhook_endpoints,
    webhook_deliveries,
    webhook_secret,
    workers,
    health,
    metrics,
)


def install(app: APIFlask) -> Sequence[APIBlueprint]:
    """Register and return them."""
    blueprints = [resource.blueprint for resource in _RESOURCES]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return blueprints
