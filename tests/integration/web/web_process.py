"""The web as a process of its own, under gunicorn, on servers that run already."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shared.stack import Stack, platform_processes


def web_process(environment: Mapping[str, str], folder: Path, **settings: str) -> Stack:
    """A stack of nothing but the web, to be started, on the servers of ``environment``. Settings by their variables."""
    (web,) = [process for process in platform_processes() if process.name == "web"]
    return Stack(folder, processes=[web], extra_env={**environment, **settings}, say=lambda _line: None)
