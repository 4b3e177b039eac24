"""One request, one transaction: the reply is built inside it and sent after its commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from flask import Response, current_app
from sqlalchemy.orm import Session

from shared.db import session_scope
from web.auth import current_principal


def tenant_session() -> AbstractContextManager[Session]:
    """A transaction that sees the caller's workspace and no other (row-level security)."""
    return session_scope(current_principal().workspace_id)


def transactional(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run a route inside one transaction, given to it as ``session``.

    What it returns becomes the whole reply before the commit, so that a 2xx is sent only for what is durable and
    nothing can fail after it. Stands above ``output``, which makes part of the reply.
    """

    @wraps(view)
    def in_transaction(*args: Any, **kwargs: Any) -> Response:
        with tenant_session() as session:
            return current_app.make_response(view(*args, session=session, **kwargs))

    return in_transaction
