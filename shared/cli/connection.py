"""Where the command talks to, and with which key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.cli.errors import NoServerKnown

if TYPE_CHECKING:
    from shared.client import Client

_PATIENCE = 15.0
"""Seconds: a server that restarts is waited for, one that is not there is soon said to be missing."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A server's address and an API key for it."""

    url: str
    api_key: str


def connect(url: str | None, key: str | None, home: Path) -> Client:
    """A client for the server that was named, or else runs here. Raises ``NoServerKnown``."""
    from shared.client import Client

    connection = find_connection(url, key, home)
    return Client(connection.url, connection.api_key, patience=_PATIENCE)


def find_connection(url: str | None, key: str | None, home: Path) -> Connection:
    """What was given; the rest from the stack that runs in ``home``. Raises ``NoServerKnown``.

    The key kept in ``home`` is for that stack alone: it is never sent to another address.
    """
    if url and key:
        return Connection(url, key)
    local = local_connection(home)
    if local is not None and (url is None or url.rstrip("/") == local.url.rstrip("/")):
        return Connection(local.url, key or local.api_key)
    if url:
        raise NoServerKnown(f"There is no API key for {url}. Give one with --key or BOTTEGA_API_KEY.")
    raise NoServerKnown(
        f"No stack runs in {home}, and no server is named. Start one with `bottega up`, or give the address and the "
        "key of one with --url and --key (or BOTTEGA_URL and BOTTEGA_API_KEY)."
    )


def local_connection(home: Path) -> Connection | None:
    """The stack that runs in ``home``, once it serves and has a key."""
    from shared.cli.stored_key import StoredKey
    from shared.stack.environment import running_stack

    stack, key = running_stack(home), StoredKey.read(home)
    if stack is None or stack.web_url is None or key is None:
        return None
    return Connection(stack.web_url, key.api_key)
