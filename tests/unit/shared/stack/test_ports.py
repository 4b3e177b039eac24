from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import StackRefused
from shared.stack.ports import Ports, is_free
from shared.stack.reservation import PortReservation
from shared.stack.web_address import chosen_web_address


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


@pytest.fixture
def reservation() -> Iterator[PortReservation]:
    held = PortReservation()
    yield held
    held.release()


def test_a_settled_port_is_free_and_the_same_again_in_the_next_run(file: Path) -> None:
    first = Ports(file).settle("postgres")
    assert is_free(first)
    assert Ports(file).settle("postgres") == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_two_names_share_a_port(file: Path) -> None:
    ports = Ports(file)
    wanted = Ports(file.with_name("other.json")).settle("somebody")
    names = [f"server-{number}" for number in range(10)]
    assert len({ports.settle(name, preferred=wanted) for name in names}) == 10


def test_a_remembered_port_that_is_taken_is_replaced_until_the_ports_are_frozen(file: Path) -> None:
    ports = Ports(file)
    first = ports.settle("valkey")
    with socket.create_server(("127.0.0.1", first)):
        second = Ports(file).settle("valkey")
        assert second != first
        ports.freeze()
        assert ports.settle("valkey") == first
    assert ports["valkey"] == first


def test_a_port_is_not_usable_only_because_it_is_free(file: Path) -> None:
    ports = Ports(file)
    refused = ports.settle("admin.port")
    assert ports.settle("admin.port", usable=lambda port: port != refused and is_free(port)) != refused
    with pytest.raises(StackRefused, match="admin"):
        ports.settle("admin.port", usable=lambda _port: False)


def test_the_web_takes_the_port_asked_for_and_whoever_had_it_moves(file: Path, reservation: PortReservation) -> None:
    ports = Ports(file)
    wanted = ports.settle("postgres")
    address = chosen_web_address(ports, wanted, None, reservation)
    assert (address.bind, address.url) == (f"127.0.0.1:{wanted}", f"http://127.0.0.1:{wanted}")
    assert ports.settle("postgres") != wanted
    assert chosen_web_address(Ports(file), None, None, reservation) == address


def test_the_web_is_refused_a_port_in_use(file: Path, reservation: PortReservation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackRefused, match=str(port)):
            chosen_web_address(Ports(file), port, None, reservation)


def test_the_operators_bind_address_is_kept_and_reached_over_loopback(file: Path, reservation: PortReservation) -> None:
    free = Ports(file).settle("somebody")
    address = chosen_web_address(Ports(file), None, f"0.0.0.0:{free}", reservation)
    assert (address.bind, address.url) == (f"0.0.0.0:{free}", f"http://127.0.0.1:{free}")
    with pytest.raises(StackRefused, match="host:port"):
        chosen_web_address(Ports(file), None, "localhost", reservation)


def test_two_stacks_that_start_at_once_choose_different_ports(file: Path, reservation: PortReservation) -> None:
    first = chosen_web_address(Ports(file), None, None, reservation)
    other = PortReservation()
    second = chosen_web_address(Ports(file.with_name("other.json")), None, None, other)
    try:
        assert second.port != first.port
        with pytest.raises(StackRefused, match="Another stack"):
            chosen_web_address(Ports(file.with_name("third.json")), first.port, None, PortReservation())
    finally:
        other.release()
    reservation.release()
    assert other.take(first.port), "a port is free again when its stack has stopped"
    other.release()
