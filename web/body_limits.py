"""How large a request's body may be: a megabyte, but for the forms of signed-in people that carry files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request, session

from shared.errors import InputRefused
from web.auth import SESSION_KEY
from web.received_file import FIELD, LARGEST_BODY, TOO_LARGE

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """A page's route whose form may carry files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Set the limit before anything reads a body: the protection against forged forms already does."""
    app.before_request(_widen)


def _widen() -> None:
    # Whoever is not signed in has no business with a large body; the door turns them away.
    if request.method != "POST" or SESSION_KEY not in session:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "takes_files", False):
        return
    request.max_content_length = LARGEST_BODY
    if (request.content_length or 0) > LARGEST_BODY:
        raise InputRefused.of(FIELD, TOO_LARGE)
