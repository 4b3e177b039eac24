"""A workspace with a template, in a catalog that draws, writes and composes."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.integration.campaigns import studio


@pytest.fixture
def studio_id(workspace_id: UUID, models: None) -> UUID:
    """The workspace."""
    studio.open_studio(workspace_id)
    return workspace_id
