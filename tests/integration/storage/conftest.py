"""The suite's object store, and variations of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.config import Settings, get_settings
from shared.identifiers import new_id
from shared.stack import Stack
from shared.storage.base import ObjectStore
from shared.storage.s3 import S3Store, get_store


@pytest.fixture
def store(servers: Stack) -> ObjectStore:
    return get_store()


@pytest.fixture
def prefix() -> str:
    """A place in the store that this test has for itself."""
    return f"tests/{new_id()}"


@pytest.fixture
def store_with(servers: Stack) -> Callable[..., S3Store]:
    """A store with other settings than the suite's."""

    def make(**changes: object) -> S3Store:
        return S3Store(Settings.model_validate({**get_settings().model_dump(), **changes}))

    return make
