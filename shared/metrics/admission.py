"""Who may scrape: whoever knows the token, or without one only this machine itself."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import ip_address

from shared.config import Settings

_FORWARDED = ("X-Forwarded-For", "Forwarded")


def may_scrape(settings: Settings, address: str, header: Callable[[str], str | None]) -> bool:
    """Whether a caller at ``address`` may read metrics; ``header`` looks one of the request's up.

    With ``metrics_token`` set, only ``Authorization: Bearer <token>`` counts. Without it only a loopback address
    does, and no request that a proxy on this machine passes on.
    """
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    if token:
        scheme, _, given = (header("Authorization") or "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    return _is_loopback(address) and not any(header(name) for name in _FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
