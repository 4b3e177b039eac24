"""Nobody aims the sender at the platform's own network: the sentinel there is never even connected to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from uuid import UUID

import pytest

from shared.db import get_engine
from shared.webhooks.address_policy import Address, AddressPolicy, resolve_name
from tests.integration.webhooks.happenings import attempts, job_succeeds
from tests.integration.webhooks.receiver import Receiver, status
from worker.delivery.deliverer import Deliverer, DeliveryCounts

PUBLIC = ip_address("93.184.215.14")
LOOPBACK = ip_address("127.0.0.1")


def deliverer_with(resolve: Callable[[str, int], Sequence[Address]], allow_private: bool = False) -> Deliverer:
    return Deliverer(get_engine(), AddressPolicy(allow_private, resolve), exchange_seconds=1.0)


@pytest.fixture
def sentinel(start_receiver: Callable[..., Receiver]) -> Receiver:
    return start_receiver(status(200))


def test_a_name_that_rebinds_after_its_registration_is_refused_at_the_send(
    workspace_id: UUID, sentinel: Receiver
) -> None:
    answers = [[PUBLIC], [LOOPBACK]]
    policy = AddressPolicy(False, lambda _host, _port: answers.pop(0))
    url = policy.check(f"https://rebinding.test:{sentinel.port}/")
    job_succeeds(workspace_id, webhook_url=str(url))

    counts = Deliverer(get_engine(), policy).deliver_due(10)

    assert counts == DeliveryCounts(retry=1)
    assert attempts()[0].error == "127.0.0.1 may not be called: loopback."
    assert sentinel.connections == 0


def test_the_connection_goes_to_the_address_that_was_checked_and_the_name_is_resolved_once(
    workspace_id: UUID, sentinel: Receiver
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[Address]:
        asked.append(host)
        return [LOOPBACK]

    job_succeeds(workspace_id, webhook_url=f"http://receiver.test:{sentinel.port}/")

    deliverer_with(resolve, allow_private=True).deliver_due(10)

    assert asked == ["receiver.test"]
    assert sentinel.received[0].headers["host"] == f"receiver.test:{sentinel.port}"
    assert attempts()[0].address == "127.0.0.1"


def test_one_private_address_among_public_ones_is_enough_to_refuse(workspace_id: UUID, sentinel: Receiver) -> None:
    job_succeeds(workspace_id, webhook_url=f"https://mixed.test:{sentinel.port}/")

    deliverer_with(lambda _host, _port: [PUBLIC, LOOPBACK]).deliver_due(10)

    assert attempts()[0].address is None
    assert sentinel.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_no_spelling_of_loopback_is_called(workspace_id: UUID, sentinel: Receiver, host: str) -> None:
    for scheme in ("http", "https"):
        job_succeeds(workspace_id, webhook_url=f"{scheme}://{host}:{sentinel.port}/")

    assert deliverer_with(resolve_name).deliver_due(10) == DeliveryCounts(retry=2)

    assert sentinel.connections == 0


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
def test_the_development_setting_lets_plain_spellings_through_only(
    workspace_id: UUID, sentinel: Receiver, host: str
) -> None:
    job_succeeds(workspace_id, webhook_url=f"http://{host}:{sentinel.port}/")

    deliverer_with(resolve_name, allow_private=True).deliver_due(10)

    assert sentinel.connections == 0


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(workspace_id: UUID, receiver: Receiver, sentinel: Receiver, code: int) -> None:
    receiver.answer = status(code, {"Location": f"http://127.0.0.1:{sentinel.port}/latest/meta-data/"})
    job_succeeds(workspace_id, webhook_url=receiver.url)

    assert deliverer_with(resolve_name, allow_private=True).deliver_due(10) == DeliveryCounts(retry=1)

    assert sentinel.connections == 0


def test_the_environments_proxy_is_not_used(
    workspace_id: UUID, receiver: Receiver, sentinel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{sentinel.port}")
    job_succeeds(workspace_id, webhook_url=receiver.url)

    assert deliverer_with(resolve_name, allow_private=True).deliver_due(10) == DeliveryCounts(succeeded=1)

    assert sentinel.connections == 0
