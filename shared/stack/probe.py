"""One quick HTTP request to a server of our own."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

# No proxy: the operator's http_proxy would be asked for loopback addresses.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def http_status(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    timeout: float = 1.0,
) -> int | None:
    """The status of the reply, or None when there was none within ``timeout`` seconds."""
    request = urllib.request.Request(url, method=method, headers=dict(headers or {}))  # noqa: S310 - an address of our own
    try:
        with _opener.open(request, timeout=timeout) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, http.client.HTTPException):
        return None
