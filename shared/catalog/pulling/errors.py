"""What can go wrong while a model is fetched."""

from __future__ import annotations

from shared.errors import BottegaError


class PullFailed(BottegaError):
    """The model could not be fetched."""

    code = "pull_failed"
