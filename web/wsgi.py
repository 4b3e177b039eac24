"""What the server imports: ``web.wsgi:app``."""

from __future__ import annotations

from shared.config import get_settings
from shared.logging import configure_logging
from web.app import create_app

configure_logging("web", get_settings().log_format)
app = create_app()
