"""Receivers on loopback, and a sender that may reach them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from shared.db import session_scope
from shared.webhooks import service
from shared.webhooks.address_policy import AddressPolicy, check_url, resolve_name
from shared.webhooks.models import WebhookEndpoint
from tests.integration.webhooks.receiver import Answering, Receiver, status
from worker.delivery.deliverer import Deliverer


@pytest.fixture
def start_receiver() -> Iterator[Callable[..., Receiver]]:
    started: list[Receiver] = []

    def start(answer: Answering | None = None) -> Receiver:
        started.append(Receiver(answer or status(204)))
        return started[-1]

    yield start
    for receiver in started:
        receiver.close()


@pytest.fixture
def receiver(start_receiver: Callable[..., Receiver]) -> Receiver:
    """One that accepts everything, until told otherwise."""
    return start_receiver()


@pytest.fixture
def endpoint(receiver: Receiver, workspace_id: UUID) -> WebhookEndpoint:
    """An endpoint at the receiver, for all events."""
    return add_endpoint(workspace_id, receiver.url)


def add_endpoint(workspace_id: UUID, url: str) -> WebhookEndpoint:
    with session_scope() as session:
        return service.create_endpoint(session, workspace_id, check_url(url))


@pytest.fixture
def deliverer(database: None) -> Deliverer:
    """Gives up on an exchange after a second."""
    from shared.db import get_engine

    return Deliverer(get_engine(), AddressPolicy(True, resolve_name), exchange_seconds=1.0)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Lets receivers that hold their answers go, at the end at the latest."""
    event = threading.Event()
    yield event
    event.set()
