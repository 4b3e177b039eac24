"""GET a file from an address that a customer named: pinned, bounded in time and size, a few redirects at most."""

from __future__ import annotations

import ssl
from functools import cache
from typing import BinaryIO
from urllib.parse import urljoin

import httpcore

from shared.errors import AddressRefused
from shared.webhooks.address_policy import AddressPolicy
from worker.delivery.deadline import Deadline, DeadlinePassed
from worker.delivery.pinned_network import PinnedNetwork

DOWNLOAD_SECONDS = 20.0
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200


class DownloadFailed(Exception):
    """The file did not come; the message says why, and goes on after the address."""


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def download(
    url: str, target: BinaryIO, policy: AddressPolicy, max_bytes: int, seconds: float = DOWNLOAD_SECONDS
) -> None:
    """Write the file to ``target``. Every address on the way is checked. Raises ``DownloadFailed``."""
    deadline = Deadline(seconds)
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            following = _get(url, target, policy, max_bytes, deadline)
            if following is None:
                return
            url = urljoin(url, following)
    except AddressRefused as error:
        reason = error.message.replace("A webhook URL", "an address").rstrip(".")
        raise DownloadFailed(f"may not be fetched: {reason}") from error
    except DeadlinePassed as error:
        raise DownloadFailed(f"was not there after {seconds:g} s") from error
    except httpcore.NetworkError as error:
        raise DownloadFailed(f"could not be fetched: {error}") from error
    except httpcore.ProtocolError as error:
        raise DownloadFailed(f"gave no HTTP answer: {error}") from error
    raise DownloadFailed(f"redirects more than {_MOST_REDIRECTS} times")


def _get(url: str, target: BinaryIO, policy: AddressPolicy, max_bytes: int, deadline: Deadline) -> str | None:
    """Fetch it; where it redirects to, if it does."""
    place = policy.parse(url)
    network = PinnedNetwork(policy.resolve(place), deadline)
    address = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    headers = {"Host": place.authority, "User-Agent": "Bottega", "Accept-Encoding": "identity", "Connection": "close"}
    with (
        httpcore.HTTPConnection(address.origin, ssl_context=_trust(), network_backend=network) as connection,
        connection.stream("GET", address, headers=list(headers.items())) as response,
    ):
        if response.status in _REDIRECTS:
            found = [value for name, value in response.headers if name.lower() == b"location"]
            if not found:
                raise DownloadFailed(f"answered {response.status} without saying where to go")
            return found[0].decode("latin-1")
        if response.status != _OK:
            raise DownloadFailed(f"answered {response.status}")
        size = 0
        for chunk in response.iter_stream():
            size += len(chunk)
            if size > max_bytes:
                raise DownloadFailed(f"has more than {max_bytes // 1_000_000} MB")
            target.write(chunk)
    return None
