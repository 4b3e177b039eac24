"""Every error the platform raises on purpose.

One root; one class a cause; the docstring's first line is the default message. ``code`` is stable and part of
the API. ``retryable`` is a property of the class: a job that fails with a retryable error is tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class BottegaError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: ``path`` as the caller wrote it (``input.width``), and why."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class BeyondReading(FieldProblem):
    """A description of which the model would read the beginning alone."""


class InputRefused(BottegaError):
    """The input is not valid."""

    code = "invalid_input"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems) or None)

    @classmethod
    def of(cls, path: str, message: str) -> InputRefused:
        """One problem with one field."""
        return cls([FieldProblem(path, message)])


class NotFound(BottegaError):
    """There is no such thing in this workspace."""

    code = "not_found"


class Unauthenticated(BottegaError):
    """No valid API key was sent."""

    code = "unauthenticated"


class Forbidden(BottegaError):
    """This API key is not allowed to do that."""

    code = "forbidden"


class IdempotencyKeyReused(BottegaError):
    """This Idempotency-Key was used with another request body."""

    code = "idempotency_key_reused"


class IdempotencyKeyInFlight(BottegaError):
    """A request with this Idempotency-Key is still being handled."""

    code = "idempotency_key_in_flight"


class StateConflict(BottegaError):
    """The job's state does not allow that."""

    code = "state_conflict"


class LeaseLost(BottegaError):
    """The job was given to another worker."""

    code = "lease_lost"


class ForwardBatchInterrupted(BottegaError):
    """No member of the forward batch is left to generate for."""

    code = "interrupted"


class StoreUnavailable(BottegaError):
    """The object store did not answer."""

    code = "store_unavailable"
    retryable = True


class StoredObjectMismatch(BottegaError):
    """The object store holds other bytes than were sent."""

    code = "stored_object_mismatch"
    retryable = True


class ObjectMissing(BottegaError):
    """The object store has no such object."""

    code = "object_missing"


class NoLongerKept(BottegaError):
    """This file is no longer kept."""

    code = "no_longer_kept"


class DatabaseUnavailable(BottegaError):
    """The database did not answer."""

    code = "database_unavailable"
    retryable = True


class ModelLoadFailed(BottegaError):
    """The model could not be loaded."""

    code = "model_load_failed"


class GenerationFailed(BottegaError):
    """The model failed while generating."""

    code = "generation_failed"
    retryable = True


class OutOfDeviceMemory(BottegaError):
    """The device has too little memory for this job."""

    code = "out_of_device_memory"
    retryable = True


class AddressRefused(BottegaError):
    """This address may not be called."""

    code = "address_refused"


class StackRefused(BottegaError):
    """The stack cannot start here."""

    code = "stack_refused"
