"""What every page needs to be drawn: filters, assets, and who is signed in."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass

from flask import Flask, session

from shared.jobs.queue_words import queue_words
from web.auth import SESSION_KEY
from web.pages import formats, results
from web.pages.assets import asset

WORKSPACE_NAME_KEY = "workspace"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the header shows them."""

    workspace: str


def install(app: Flask) -> None:
    """Give the templates what ``base.html`` uses."""
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.globals.update(asset=asset, version=importlib.metadata.version("bottega"))
    for make in (
        formats.ago,
        formats.duration,
        formats.size,
        formats.full_time,
        formats.rfc3339,
        formats.upper_first,
        formats.prose,
        formats.inline,
    ):
        environment.filters[make.__name__] = make
    environment.filters["queue_words"] = queue_words
    for describe in (results.format_name, results.in_words, results.is_read):
        environment.filters[describe.__name__] = describe
    app.context_processor(lambda: {"person": _person()})


def _person() -> Person | None:
    return Person(session.get(WORKSPACE_NAME_KEY, "")) if SESSION_KEY in session else None
