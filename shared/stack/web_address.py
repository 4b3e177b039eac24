"""Where the web process of a stack listens, and how it is reached from this machine."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import StackRefused
from shared.stack.ports import Ports
from shared.stack.reservation import PortReservation

_DEFAULT_PORT = 8000
_EVERY_INTERFACE = {"", "0.0.0.0", "::", "[::]"}  # noqa: S104 - read from the operator's setting, never bound by default


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A host and a port. The host is loopback unless the operator set ``BOTTEGA_WEB_BIND``."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """As the web server takes it."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """As a browser on this machine takes it."""
        host = "127.0.0.1" if self.host in _EVERY_INTERFACE else self.host
        return f"http://{host}:{self.port}"


def chosen_web_address(ports: Ports, port: int | None, bind: str | None, reservation: PortReservation) -> WebAddress:
    """``port`` on loopback, else what ``bind`` (``host:port``) says, else the port used last, else 8000, else any.

    The port is spoken for by ``reservation``.

    Raises:
        StackRefused: the port asked for is in use, or ``bind`` is not an address.
    """
    if port is not None:
        return WebAddress("127.0.0.1", _claimed(ports, port, reservation))
    if bind is None:
        return WebAddress("127.0.0.1", ports.settle("web", preferred=_DEFAULT_PORT, usable=reservation.take))
    host, _, number = bind.rpartition(":")
    if not number.isdigit():
        raise StackRefused(f"BOTTEGA_WEB_BIND is {bind!r}; it has to be host:port.")
    return WebAddress(host, _claimed(ports, int(number), reservation))


def _claimed(ports: Ports, port: int, reservation: PortReservation) -> int:
    ports.claim("web", port)
    if not reservation.take(port):
        raise StackRefused(f"Another stack is about to use port {port}; choose another for the web.")
    return port
