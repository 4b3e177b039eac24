"""``python -m shared.cli``: the command of this very interpreter, wherever its scripts are installed."""

from __future__ import annotations

from shared.cli.main import app

app()
