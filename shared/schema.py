"""The whole schema in one place: importing this module maps every table."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

import shared.accounts.models
import shared.artifacts.models
import shared.batches.models
import shared.campaigns.models
import shared.catalog.models
import shared.events.models
import shared.jobs.batch_measurement
import shared.jobs.models
import shared.jobs.pause
import shared.webhooks.models
import shared.workers.models  # noqa: F401 - imported for the mapping it makes
from shared.db import Base

METADATA = Base.metadata


def alembic_config() -> Config:
    """Alembic's configuration, found beside the installed packages, wherever the process was started."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent.parent / "migrations"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return config


def migrate(revision: str = "head") -> None:
    """Bring the database to a revision, up or down to ``base``."""
    config = alembic_config()
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
