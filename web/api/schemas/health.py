"""What the probes answer."""

from __future__ import annotations

from typing import Literal

from web.api.schemas.fields import Document


class Health(Document):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Document):
    """Whether what a request needs answers."""

    status: Literal["ok", "unavailable"]
    postgres: Literal["ok", "unavailable"]
    redis: Literal["ok", "unavailable"]
