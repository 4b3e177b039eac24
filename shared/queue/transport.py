"""Redis as kombu speaks with it, but patient with one that is full, and with messages that are none."""

from __future__ import annotations

from queue import Empty
from typing import Any

from kombu.transport.redis import Channel, Transport
from redis.exceptions import OutOfMemoryError

from shared.logging import get_logger

log = get_logger(__name__)


class PatientChannel(Channel):
    """What cannot be read as a message is thrown away: kombu would end the worker, and its models with it."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("message_not_read", error=type(error).__name__)
            raise Empty from error


class PatientTransport(Transport):
    """A Redis without memory to spare is waited for, as one that is away: kombu would end the worker."""

    Channel = PatientChannel
    connection_errors = (*Transport.connection_errors, OutOfMemoryError)
