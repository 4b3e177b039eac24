"""The web as a process of its own, under gunicorn, on servers that run already."""

from __future__ import annotations

from pathlib import Path

from shared.stack import Stack, platform_processes


def web_process(servers: Stack, folder: Path, **settings: str) -> Stack:
    """A stack of nothing but the web, to be started; its servers are those of another. Settings by their variables."""
    (web,) = [process for process in platform_processes() if process.name == "web"]
    return Stack(folder, processes=[web], extra_env={**servers.environment, **settings}, say=lambda _line: None)
