"""Which addresses a webhook may be sent to: nobody may aim the platform at its own network (SSRF).

A URL is checked when it is registered and again at every attempt, because a name can resolve to something
else by then. Whoever sends connects to the very addresses that were checked, never to the name.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

from shared.config import get_settings
from shared.errors import AddressRefused

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[Address]]

MAX_URL_LENGTH = 2048
RESOLVE_SECONDS = 5.0
_DEFAULT_PORTS = {"https": 443, "http": 80}
_FIRST_UNPRIVILEGED_PORT = 1024
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(:[0-9]*)?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# What an address parser of the C library would take for a number, as the WHATWG URL standard words it.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# The IANA special-purpose registry (RFC 6890 and successors), and one cloud's internal host outside it.
_REFUSED_IPV4 = {
    IPv4Network("0.0.0.0/8"): "this network",
    IPv4Network("10.0.0.0/8"): "a private network",
    IPv4Network("100.64.0.0/10"): "carrier-grade NAT",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("168.63.129.16/32"): "a cloud's internal host",
    IPv4Network("169.254.0.0/16"): "link-local",
    IPv4Network("172.16.0.0/12"): "a private network",
    IPv4Network("192.0.0.0/24"): "reserved for protocols",
    IPv4Network("192.0.2.0/24"): "reserved for documentation",
    IPv4Network("192.88.99.0/24"): "a 6to4 relay",
    IPv4Network("192.168.0.0/16"): "a private network",
    IPv4Network("198.18.0.0/15"): "reserved for benchmarks",
    IPv4Network("198.51.100.0/24"): "reserved for documentation",
    IPv4Network("203.0.113.0/24"): "reserved for documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
# Outside 2000::/3 nothing is global unicast: IPv4-mapped and -compatible, NAT64, link-local, multicast, ...
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_REFUSED_IPV6 = {
    IPv6Network("2001::/23"): "reserved for protocols, Teredo among them",
    IPv6Network("2001:db8::/32"): "reserved for documentation",
    IPv6Network("2002::/16"): "6to4",
    IPv6Network("3fff::/20"): "reserved for documentation",
}
_PRIVATE: tuple[IPv4Network | IPv6Network, ...] = (
    *(IPv4Network(network) for network in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    *(IPv6Network(network) for network in ("::1/128", "fc00::/7")),
)


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """A URL taken apart once, so that nothing downstream can read it another way. Only a policy makes one."""

    scheme: str
    host: str
    """Lower case, ASCII, without brackets or a final dot."""
    port: int
    target: str
    """Path and query, percent-encoded."""

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"

    @property
    def origin(self) -> str:
        """``scheme://authority``."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """What the ``Host`` header says: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Decides about URLs. ``allow_private`` lets plain http, loopback and private networks through too."""

    allow_private: bool
    resolver: Resolver

    def parse(self, url: str) -> WebhookUrl:
        """The URL in parts, without asking the network. Raises ``AddressRefused``."""
        parts = _split(url)
        if parts.scheme not in (("https", "http") if self.allow_private else ("https",)):
            raise AddressRefused("A webhook URL starts with https://.")
        host = _host(parts)
        literal = _literal(host)
        if literal is not None:
            self._check_address(literal)
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~')}" if parts.query else ""
        return WebhookUrl(parts.scheme, str(literal or host), _port(parts), target + query)

    def resolve(self, url: WebhookUrl) -> tuple[Address, ...]:
        """Every address of the URL's host, each of them allowed. Raises ``AddressRefused``."""
        literal = _literal(url.host)
        addresses = tuple(self.resolver(url.host, url.port)) if literal is None else (literal,)
        if not addresses:
            raise AddressRefused(f"{url.host} has no address.")
        for address in addresses:
            self._check_address(address)
        return addresses

    def check(self, url: str) -> WebhookUrl:
        """The URL in parts, when it may be called now. Asks the name service; raises ``AddressRefused``."""
        parsed = self.parse(url)
        self.resolve(parsed)
        return parsed

    def _check_address(self, address: Address) -> None:
        if self.allow_private and any(address in network for network in _PRIVATE):
            return
        reason = _refusal(address)
        if reason is not None:
            raise AddressRefused(f"{address} may not be called: {reason}.")


@cache
def get_policy() -> AddressPolicy:
    """This process's policy, as the settings say."""
    return AddressPolicy(get_settings().webhook_allow_private_addresses, resolve_name)


def check_url(url: str) -> WebhookUrl:
    """The URL in parts, when it may be registered. Raises ``AddressRefused`` with the reason.

    Asks the name service, for at most 5 s: call it before a transaction begins.
    """
    return get_policy().check(url)


def resolve_name(host: str, port: int) -> Sequence[Address]:
    """The addresses the system's resolver gives, in its order. Raises ``AddressRefused`` when it fails."""
    lookup = _resolvers().submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = lookup.result(timeout=RESOLVE_SECONDS)
    except TimeoutError as error:
        raise AddressRefused(f"{host} could not be resolved in time.") from error
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{host} could not be resolved.") from error
    return list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))


@cache
def _resolvers() -> ThreadPoolExecutor:
    # getaddrinfo takes no time limit; a thread that hangs in it must not hold its caller.
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolver")


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL_LENGTH:
        raise AddressRefused(f"A webhook URL has at most {MAX_URL_LENGTH} characters.")
    # urlsplit drops some of these silently, and other parsers take a backslash for a slash.
    if any(ord(character) <= 0x20 or character in "\\\x7f" for character in url):
        raise AddressRefused("A webhook URL has no spaces, control characters or backslashes.")
    try:
        return urlsplit(url)
    except ValueError as error:
        raise AddressRefused("This is not a URL.") from error


def _host(parts: SplitResult) -> str:
    if "@" in parts.netloc:
        raise AddressRefused("A webhook URL carries no user name or password.")
    if not _NETLOC.fullmatch(parts.netloc):
        raise AddressRefused("A webhook URL needs a host, and a port that is a number; IPv6 stands in brackets.")
    host = (parts.hostname or "").removesuffix(".")
    if _literal(host) is not None:
        return host
    labels = host.split(".")
    if not host.isascii():
        raise AddressRefused("Write the host name in its ASCII form (xn--...).")
    if _NUMBER.fullmatch(labels[-1]):
        raise AddressRefused("Write an IPv4 address as four decimal numbers.")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("A webhook URL needs a valid host name.")
    return host


def _port(parts: SplitResult) -> int:
    try:
        port = _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError as error:
        raise AddressRefused("The port is a number from 1 to 65535.") from error
    if port not in _DEFAULT_PORTS.values() and port < _FIRST_UNPRIVILEGED_PORT:
        raise AddressRefused("The port is 443, 80 or at least 1024: the others belong to other services.")
    return port


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refusal(address: Address) -> str | None:
    """Why an address is not a global unicast address of the Internet; ``None`` when it is one."""
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in _REFUSED_IPV4.items() if address in network), None)
    if address not in _GLOBAL_IPV6:
        return "not a global address"
    return next((reason for network, reason in _REFUSED_IPV6.items() if address in network), None)
