"""Who may enter: every route declares its door, and one hook stands before all of them.

The API opens to a key in the ``Authorization`` header only, the pages to the session cookie only, so that no
cookie can be made to act on the API from another site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request, session

from shared.accounts.service import Principal, Scope, authenticate
from shared.accounts.sign_in import principal_of_key
from shared.config import get_settings
from shared.db import session_scope
from shared.errors import Forbidden, Unauthenticated
from shared.metrics.admission import may_scrape

View = TypeVar("View", bound=Callable[..., Any])

SESSION_KEY = "api_key_id"
_BEARER = "bearer"


class Door(StrEnum):
    """How a caller says who they are."""

    OPEN = "open"
    """They need not."""
    API_KEY = "api_key"
    """``Authorization: Bearer <key>``."""
    SIGNED_IN = "signed_in"
    """The session cookie of somebody who signed in."""
    SCRAPER = "scraper"
    """The metrics token, or a loopback address where none is set."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its caller."""

    door: Door
    scope: Scope | None = None


def open_to_all(view: View) -> View:
    """A route without a door."""
    return _declare(view, Access(Door.OPEN))


def api_key(scope: Scope) -> Callable[[View], View]:
    """A route for API keys that have a scope."""
    return lambda view: _declare(view, Access(Door.API_KEY, scope))


def signed_in(scope: Scope) -> Callable[[View], View]:
    """A route for people who signed in with a key that has a scope."""
    return lambda view: _declare(view, Access(Door.SIGNED_IN, scope))


def for_scrapers(view: View) -> View:
    """A route for whoever may read metrics."""
    return _declare(view, Access(Door.SCRAPER))


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What an endpoint declares."""
    access: Access | None = getattr(app.view_functions[endpoint], "access", None)
    return access


def current_principal() -> Principal:
    """The caller of this request. Only behind a door."""
    principal: Principal = g.principal
    return principal


def install(app: Flask) -> None:
    """Put the hook before every route. Raises ``LookupError`` when a route does not declare its door."""
    undeclared = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if undeclared:
        raise LookupError(f"These routes do not say who may call them: {', '.join(undeclared)}")
    app.before_request(_admit)


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def _admit() -> None:
    if request.endpoint is None:
        return
    access = access_of(current_app, request.endpoint)
    if access is None or access.door is Door.OPEN:
        return
    if access.door is Door.SCRAPER:
        _admit_scraper()
        return
    g.principal = _caller(access.door)
    if access.scope is not None and access.scope not in g.principal.scopes:
        raise Forbidden(f"This API key lacks the scope '{access.scope}'.")


def _admit_scraper() -> None:
    if not may_scrape(get_settings(), request.remote_addr or "", request.headers.get):
        raise Unauthenticated("Send the metrics token: 'Authorization: Bearer <token>'.")


def _caller(door: Door) -> Principal:
    if door is Door.API_KEY:
        key = _bearer_key()
        with session_scope() as database:
            return authenticate(database, key)
    api_key_id = _signed_in_key()
    with session_scope() as database:
        return principal_of_key(database, api_key_id)


def _bearer_key() -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _BEARER or not key.strip():
        raise Unauthenticated("Send an API key: 'Authorization: Bearer <key>'.")
    return key.strip()


def _signed_in_key() -> UUID:
    try:
        return UUID(session[SESSION_KEY])
    except (KeyError, ValueError) as error:
        raise Unauthenticated("Sign in first.") from error
