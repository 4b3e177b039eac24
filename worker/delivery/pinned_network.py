"""The network as one webhook may use it: only addresses that were checked, and only until its deadline.

``httpcore`` speaks HTTP and TLS over this; certificates are verified against the URL's host name, while the
connection goes to an address that was checked. The name is never resolved a second time. A time limit on
single reads would let a receiver drip bytes for ever, so each read and write gets what the exchange has left.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence

import httpcore

from shared.webhooks.address_policy import Address
from worker.delivery.deadline import Deadline, DeadlinePassed

CONNECT_SECONDS = 5.0
"""For one address, so that a silent first one leaves time for the next."""


class PinnedNetwork(httpcore.NetworkBackend):
    """Connects to given addresses, in their order."""

    def __init__(self, addresses: Sequence[Address], deadline: Deadline) -> None:
        self.address: Address | None = None
        """The one that was tried last."""
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the signature is httpcore's; the addresses are known
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """A connection to the first address that accepts one; ``host`` is only a name here."""
        failure: OSError | None = None
        for address in self._addresses:
            self.address = address
            try:
                return DeadlineStream(self._connect(address, port, timeout), self._deadline)
            except OSError as error:
                failure = error
        raise httpcore.ConnectError(_reason(failure)) from failure

    def _connect(self, address: Address, port: int, timeout: float | None) -> socket.socket:
        seconds = min(CONNECT_SECONDS, self._deadline.left(timeout))
        connection = socket.create_connection((str(address), port), timeout=seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes all together end by the deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._socket = connection
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at most ``max_bytes``."""
        try:
            self._socket.settimeout(self._deadline.left(timeout))
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise DeadlinePassed from error
        except OSError as error:
            raise httpcore.ReadError(_reason(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        try:
            while buffer:
                self._socket.settimeout(self._deadline.left(timeout))
                buffer = buffer[self._socket.send(buffer) :]
        except TimeoutError as error:
            raise DeadlinePassed from error
        except OSError as error:
            raise httpcore.WriteError(_reason(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS, its certificate verified against ``server_hostname``."""
        try:
            self._socket.settimeout(self._deadline.left(timeout))
            return DeadlineStream(
                ssl_context.wrap_socket(self._socket, server_hostname=server_hostname), self._deadline
            )
        except TimeoutError as error:
            raise DeadlinePassed from error
        except OSError as error:
            raise httpcore.ConnectError(_reason(error)) from error

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _reason(error: OSError | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS certificate refused: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "connecting timed out"
    return (error.strerror if error is not None else None) or "connection failed"
