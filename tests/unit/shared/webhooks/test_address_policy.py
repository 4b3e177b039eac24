"""Which URLs may be registered and called."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.errors import AddressRefused
from shared.webhooks.address_policy import Address, AddressPolicy, resolve_name

PUBLIC = ip_address("93.184.215.14")


def public(host: str, port: int) -> Sequence[Address]:
    return [PUBLIC]


STRICT = AddressPolicy(False, public)
DEVELOPMENT = AddressPolicy(True, public)


def strict_with(*addresses: str) -> AddressPolicy:
    return AddressPolicy(False, lambda _host, _port: [ip_address(address) for address in addresses])


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.com/hook", "https://example.com/hook"),
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM./Hook", "https://example.com/Hook"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:8443/a?b=c&d=%20", "https://example.com:8443/a?b=c&d=%20"),
        ("https://example.com/é?ü=1", "https://example.com/%C3%A9?%C3%BC=1"),
        ("https://example.com/hook#fragment", "https://example.com/hook"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:0021:1::1]:8443/", "https://[2606:2800:21:1::1]:8443/"),
    ],
)
def test_an_address_of_the_internet_is_allowed_and_spelled_one_way(url: str, canonical: str) -> None:
    assert str(STRICT.check(url)) == canonical
    assert str(STRICT.check(canonical)) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://",
        "https:///path",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https://@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com:0/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:65536/",
        "https://example.com:-1/",
        "https://example.com:port/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: internal",
        "https://example.com\\@127.0.0.1/",
        "https://exam\tple.com/",
        "https://example..com/",
        "https://-example.com/",
        "https://example.com%00.internal/",
        "https://%31%32%37.0.0.1/",
        "https://münchen.example/",
        "https://１２７.0.0.1/",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "https://127。0。0。1/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://[v1.fe80]/",
        "https://[::1]suffix/",
        "https://prefix[2606:2800:21:1::1]/",
        "https://[93.184.215.14]/",
        "https://::1/",
        "https://" + "a" * 64 + ".com/",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_what_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        STRICT.check(url)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "017700000001", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.1.0x0", "1"],
)
@pytest.mark.parametrize("policy", [STRICT, DEVELOPMENT], ids=["production", "development"])
def test_an_ipv4_address_has_one_spelling(policy: AddressPolicy, host: str) -> None:
    with pytest.raises(AddressRefused):
        policy.check(f"https://{host}/")


NOT_GLOBAL = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "::ffff:0:93.184.215.14",
    "64:ff9b::93.184.215.14",
    "64:ff9b:1::10.0.0.1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", NOT_GLOBAL)
def test_an_address_that_is_not_global_is_refused_as_a_literal_and_as_an_answer(address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        STRICT.check(f"https://{literal}/")
    with pytest.raises(AddressRefused):
        strict_with(address).check("https://example.com/")
    with pytest.raises(AddressRefused):
        strict_with(str(PUBLIC), address).check("https://example.com/")


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6) | st.ip_addresses(v=6, network="2000::/3"))
@example(IPv4Address("192.0.0.8"))
@example(IPv6Address("2001:4:112::1"))
def test_whatever_python_knows_not_to_be_global_is_refused(address: Address) -> None:
    policy = AddressPolicy(False, lambda _host, _port: [address])
    try:
        policy.check("https://example.com/")
    except AddressRefused:
        return
    assert address.is_global
    assert not any((address.is_multicast, address.is_reserved, address.is_loopback, address.is_link_local))


@given(st.text() | st.text(alphabet="htps:/[]@.%#?\\127x0fa:-", min_size=1).map("https://".__add__))
def test_no_text_makes_it_stumble_or_yields_a_url_that_reads_differently(text: str) -> None:
    try:
        url = STRICT.check(text)
    except AddressRefused:
        return
    assert STRICT.check(str(url)) == url
    assert str(url).isascii()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000/",
        "https://127.0.0.1:9000/",
        "http://[::1]:9000/",
        "http://10.0.0.1/",
        "http://172.20.0.5:8080/",
        "http://192.168.1.1/",
        "http://[fd00::1]/",
        "http://example.com/",
    ],
)
def test_the_development_setting_lets_http_and_private_networks_through(url: str) -> None:
    assert str(DEVELOPMENT.check(url)) == url


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::ffff:127.0.0.1", "fe80::1"]
)
def test_the_development_setting_lets_nothing_else_through(address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        DEVELOPMENT.check(f"http://{literal}/")


def test_a_reason_names_the_address_and_what_it_is() -> None:
    with pytest.raises(AddressRefused, match=r"169\.254\.169\.254 may not be called: link-local\."):
        strict_with("169.254.169.254").check("https://example.com/")


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(AddressRefused, match="has no address"):
        strict_with().check("https://example.com/")


def test_the_systems_resolver_is_asked() -> None:
    assert ip_address("127.0.0.1") in resolve_name("localhost", 80)


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"nowhere\.invalid could not be resolved"):
        resolve_name("nowhere.invalid", 80)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from shared.webhooks import address_policy

    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answered.wait(30) and [])
    monkeypatch.setattr(address_policy, "RESOLVE_SECONDS", 0.05)
    try:
        with pytest.raises(AddressRefused, match="in time"):
            resolve_name("slow.example", 443)
    finally:
        answered.set()
