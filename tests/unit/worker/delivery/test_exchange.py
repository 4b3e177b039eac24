"""One exchange with a receiver: pinned, under TLS, over by its deadline."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.clock import utc_now
from shared.webhooks.address_policy import Address, AddressPolicy
from tests.integration.webhooks.receiver import Receiver, status
from worker.delivery.exchange import MAX_KEPT_BYTES, Answer, exchange

LOOPBACK = ip_address("127.0.0.1")
POLICY = AddressPolicy(True, lambda _host, _port: [LOOPBACK])


def post(
    url: str,
    policy: AddressPolicy = POLICY,
    ssl_context: ssl.SSLContext | None = None,
    seconds: float = 1.0,
    body: bytes = b"{}",
) -> Answer:
    return exchange(url, {}, body, policy, ssl_context or ssl.create_default_context(), seconds)


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Serve one connection by a function of its socket; returns the port."""
    listeners: list[socket.socket] = []

    def start(handle: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            connection, _ = listener.accept()
            # A client that hangs up ends it.
            with connection, suppress(OSError):
                handle(connection)

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def answering(answer: bytes) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        # Read on: to close while some of the request is unread would reset the connection.
        while connection.recv(65536):
            pass

    return handle


class Certificate:
    """A self-signed certificate for one host name, and the contexts of both sides."""

    def __init__(self, folder: Path, host: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(utc_now() - timedelta(hours=1))
            .not_valid_after(utc_now() + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._certificate, self._key = folder / "certificate.pem", folder / "key.pem"
        self._certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
        self._key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def server(self, asked_for: list[str | None]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate, self._key)
        context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
        return context

    def client(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self._certificate))


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Receiver, ssl.SSLContext, list[str | None]]]:
    """A receiver under TLS called receiver.test, a context that trusts it, and the names it was asked for."""
    asked_for: list[str | None] = []
    certificate = Certificate(tmp_path, "receiver.test")
    receiver = Receiver(status(204), tls=certificate.server(asked_for))
    yield receiver, certificate.client(), asked_for
    receiver.close()


def test_tls_is_verified_against_the_name_while_the_connection_goes_to_the_address(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]],
) -> None:
    receiver, trusting, asked_for = secure

    answer = post(f"https://receiver.test:{receiver.port}/hook", ssl_context=trusting)

    assert (answer.status, answer.address, answer.error) == (204, "127.0.0.1", None)
    assert asked_for == ["receiver.test"]
    assert receiver.received[0].headers["host"] == f"receiver.test:{receiver.port}"


def test_a_certificate_for_another_name_is_refused(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]],
) -> None:
    receiver, trusting, _ = secure

    answer = post(f"https://other.test:{receiver.port}/hook", ssl_context=trusting)

    assert answer.status is None
    assert "certificate is not valid for 'other.test'" in (answer.error or "")
    assert not receiver.received


def test_a_certificate_that_nobody_trusts_is_refused(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]],
) -> None:
    answer = post(f"https://receiver.test:{secure[0].port}/hook")

    assert answer.error == "TLS certificate refused: self-signed certificate"


def test_the_next_address_is_tried_when_one_does_not_accept() -> None:
    def resolve(host: str, port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.2"), LOOPBACK]

    receiver = Receiver(status(204))
    try:
        answer = post(f"http://receiver.test:{receiver.port}/", AddressPolicy(True, resolve))
    finally:
        receiver.close()

    assert (answer.status, answer.address) == (204, "127.0.0.1")


@pytest.mark.parametrize(
    "stalling",
    [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\nX-Header: "],
    ids=["before the status", "in the status line", "in a header"],
)
def test_bytes_that_drip_do_not_extend_the_deadline(
    serve: Callable[..., int], over: threading.Event, stalling: bytes
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(stalling)
        while stalling and not over.wait(0.02):
            connection.sendall(b"0")
        over.wait(10)

    begun = time.monotonic()
    answer = post(f"http://127.0.0.1:{serve(drip)}/", seconds=0.4)

    assert answer.error == "not over after 0.4 s"
    assert answer.status is None
    assert time.monotonic() - begun < 0.8


def test_a_status_counts_even_when_the_body_after_it_drips(serve: Callable[..., int], over: threading.Event) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not over.wait(0.02):
            connection.sendall(b"0")

    answer = post(f"http://127.0.0.1:{serve(drip)}/", seconds=0.4)

    assert (answer.status, answer.error) == (200, "not over after 0.4 s")
    assert answer.body.startswith("000")


def test_a_receiver_that_does_not_read_is_left_at_the_deadline(
    serve: Callable[..., int], over: threading.Event
) -> None:
    port = serve(lambda _connection: over.wait(10))

    answer = post(f"http://127.0.0.1:{port}/", seconds=0.4, body=b"x" * 20_000_000)

    assert answer.error == "not over after 0.4 s"


def test_tls_that_never_answers_is_left_at_the_deadline(serve: Callable[..., int], over: threading.Event) -> None:
    port = serve(lambda _connection: over.wait(10))

    answer = post(f"https://receiver.test:{port}/", seconds=0.4)

    assert answer.error == "not over after 0.4 s"


def test_an_endless_body_is_read_no_further_than_the_cap(serve: Callable[..., int]) -> None:
    sent = threading.Event()
    amount = 0

    def flood(connection: socket.socket) -> None:
        nonlocal amount
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while amount < 500_000_000:
                connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                amount += 0x10000
        finally:
            sent.set()

    answer = post(f"http://127.0.0.1:{serve(flood)}/", seconds=5)

    assert answer.status == 500
    assert answer.body == "x" * MAX_KEPT_BYTES
    assert sent.wait(10)
    assert amount < 20_000_000


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"SSH-2.0-OpenSSH_9\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000, "not an HTTP answer"),
        (b"", "not an HTTP answer"),
    ],
    ids=["another protocol", "endless header", "hangs up"],
)
def test_what_is_not_http_is_a_failure_that_says_so(serve: Callable[..., int], raw: bytes, error: str) -> None:
    answer = post(f"http://127.0.0.1:{serve(answering(raw))}/")

    assert answer.status is None
    assert (answer.error or "").startswith(error)


def test_an_informational_answer_is_not_the_answer(serve: Callable[..., int]) -> None:
    raw = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"

    assert post(f"http://127.0.0.1:{serve(answering(raw))}/").status == 410


def test_headers_come_with_lower_case_names(serve: Callable[..., int]) -> None:
    raw = b"HTTP/1.1 503 Busy\r\nRETRY-AFTER: 7\r\nX-Odd: \xff\r\nContent-Length: 0\r\n\r\n"

    assert post(f"http://127.0.0.1:{serve(answering(raw))}/").headers["retry-after"] == "7"


def test_bytes_that_are_no_text_can_still_be_stored(serve: Callable[..., int]) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\x00ok"

    assert post(f"http://127.0.0.1:{serve(answering(raw))}/").body == "\ufffd\ufffdok"
