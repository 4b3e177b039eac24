"""Redis as kombu speaks with it, but patient with one that is full."""

from __future__ import annotations

from kombu.transport.redis import Transport
from redis.exceptions import OutOfMemoryError


class PatientTransport(Transport):
    """A Redis without memory to spare is waited for, as one that is away: kombu would end the worker."""

    connection_errors = (*Transport.connection_errors, OutOfMemoryError)
