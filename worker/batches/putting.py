"""PUT a file to an address that a customer named: pinned, bounded in time, never redirected."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from functools import cache
from typing import BinaryIO

import httpcore

from shared.errors import AddressRefused
from shared.webhooks.address_policy import AddressPolicy
from worker.delivery.deadline import Deadline, DeadlinePassed
from worker.delivery.pinned_network import PinnedNetwork

_LEAST_SECONDS = 30.0
# A connection slower than this is given up.
_BYTES_A_SECOND = 100_000
_CHUNK = 65_536
_READ_OF_ANSWER = 4_096
_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
# What may be otherwise in a while: too much at once, and what a server blames on itself.
_MAY_PASS = frozenset({408, 409, 425, 429})
_SERVER_ERROR = 500
_SUCCESS = range(200, 300)


class PutFailed(Exception):
    """The file is not there. ``may_pass``: it may be tried again."""

    def __init__(self, message: str, *, may_pass: bool) -> None:
        super().__init__(message)
        self.may_pass = may_pass


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def put(url: str, headers: Mapping[str, str], body: BinaryIO, policy: AddressPolicy) -> None:
    """Send an open file from its beginning. Raises ``PutFailed``."""
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    seconds = _LEAST_SECONDS + size / _BYTES_A_SECOND
    try:
        _put(url, {**headers, "Content-Length": str(size)}, body, policy, Deadline(seconds))
    except AddressRefused as error:
        raise PutFailed(error.message.replace("A webhook URL", "An endpoint"), may_pass=False) from error
    except DeadlinePassed as error:
        raise PutFailed(f"The bucket's server took longer than {seconds:.0f} s.", may_pass=True) from error
    except httpcore.NetworkError as error:
        raise PutFailed(f"The bucket's server could not be reached: {error}.", may_pass=True) from error
    except httpcore.ProtocolError as error:
        raise PutFailed(f"The bucket's server gave no HTTP answer: {error}.", may_pass=True) from error


def _put(url: str, headers: Mapping[str, str], body: BinaryIO, policy: AddressPolicy, deadline: Deadline) -> None:
    place = policy.parse(url)
    network = PinnedNetwork(policy.resolve(place), deadline)
    address = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    sent = {"Host": place.authority, "User-Agent": "Bottega", "Connection": "close", **headers}
    with (
        httpcore.HTTPConnection(address.origin, ssl_context=_trust(), network_backend=network) as connection,
        connection.stream("PUT", address, headers=list(sent.items()), content=_chunks(body)) as response,
    ):
        answer = b""
        for chunk in response.iter_stream():
            answer += chunk
            if len(answer) > _READ_OF_ANSWER:
                break
        if response.status not in _SUCCESS:
            found = _CODE.search(answer)
            code = f" ({found[1].decode()})" if found else ""
            may_pass = response.status in _MAY_PASS or response.status >= _SERVER_ERROR
            raise PutFailed(f"The bucket's server answered {response.status}{code}.", may_pass=may_pass)


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    while chunk := body.read(_CHUNK):
        yield chunk
