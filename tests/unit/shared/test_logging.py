"""What goes into the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.logging import configure_logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_log_has_what_went_wrong_with_a_picture_and_not_how_each_was_drawn() -> None:
    configure_logging("compositor", "json", logging.INFO)
    libvips = logging.getLogger("pyvips.voperation")
    assert not libvips.isEnabledFor(logging.INFO)
    assert libvips.isEnabledFor(logging.WARNING)
