"""A job's life in a worker, top to bottom: claim → load → generate → upload → finish."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.db import session_scope
from shared.errors import (
    BottegaError,
    DatabaseUnavailable,
    ForwardBatchInterrupted,
    GenerationFailed,
    InputRefused,
    OutOfDeviceMemory,
)
from shared.jobs import claims as job_claims
from shared.jobs import completion
from shared.jobs.claims import Claim
from shared.logging import get_logger
from shared.queue.names import QueueName
from worker import metrics
from worker.catalog import model_ref
from worker.drain import Drain
from worker.families.base import ModelRef
from worker.finisher import Finisher, Generated
from worker.lease import Hold, LeaseKeeper
from worker.model_cache import ModelCache, Resident
from worker.progress import ForwardBatchControl, ProgressPublisher

log = get_logger(__name__)

_CLAIM_LIMIT = 16

Member = tuple[Claim, JobInput]


class Executor:
    """Runs forward batches until nothing is due. One thread drives the device; it never waits for the disk."""

    def __init__(
        self,
        worker_id: UUID,
        models: ModelCache,
        leases: LeaseKeeper,
        finisher: Finisher,
        publisher: ProgressPublisher,
        drain: Drain,
        lease_seconds: float,
    ) -> None:
        self._worker_id = worker_id
        self._models = models
        self._leases = leases
        self._finisher = finisher
        self._publisher = publisher
        self._drain = drain
        self._lease_seconds = lease_seconds
        self._fits: dict[str, int] = {}

    def run_until_idle(self, turn_seconds: float = 300) -> bool:
        """Claim and run until nothing is due, the worker drains or the turn is over; whether work may be left."""
        turn_ends = time.monotonic() + turn_seconds
        while not self._drain.begun():
            claims = self._claim()
            if not claims:
                return False
            self._run(claims)
            if time.monotonic() > turn_ends:
                return True
        self._finisher.settle()
        return False

    def _run(self, claims: Sequence[Claim]) -> None:
        """One claim from beginning to end: every member of it succeeds, fails, is canceled or goes back."""
        started = time.monotonic()
        hold = self._leases.take(claims)
        handed_over = False
        try:
            resident = self._load(claims)
            members = self._accept(resident, claims)
            generated = self._generate(resident, members, hold)
            handed_over = self._hand_over(hold, generated, self._end_canceled(hold))
        except ForwardBatchInterrupted:
            self._give_back(hold, "drain", self._end_canceled(hold))
        except BottegaError as error:
            self._fail(claims, error)
        finally:
            if not handed_over:
                self._leases.release(hold)
            seconds = round(time.monotonic() - started, 3)
            log.info("forward_batch", job_ids=[str(claim.job_id) for claim in claims], seconds=seconds)

    def _claim(self) -> list[Claim]:
        """Queued jobs that may share a forward pass, now leased to this worker."""
        try:
            with metrics.CLAIM_SECONDS.time(), session_scope() as session:
                return job_claims.claim(
                    session, QueueName.GENERATION, self._worker_id, _CLAIM_LIMIT, self._lease_seconds
                )
        except DatabaseUnavailable:
            log.warning("claim_failed")
            return []

    def _load(self, claims: Sequence[Claim]) -> Resident:
        """The model of these claims, in memory. One batch key means one model."""
        with session_scope() as session:
            ref: ModelRef = model_ref(session, claims[0].model_id)
        return self._models.get(ref)

    def _accept(self, resident: Resident, claims: Sequence[Claim]) -> list[Member]:
        """The claims with their typed inputs; those that only the loaded model can refuse are failed here."""
        members: list[Member] = []
        for claim in claims:
            try:
                job_input = FAMILIES[resident.ref.family].input_type.model_validate(claim.input)
                resident.family.check(resident.loaded, job_input)
            except (InputRefused, ValueError) as error:
                refused = error if isinstance(error, InputRefused) else InputRefused.of("input", str(error))
                self._fail([claim], refused)
            else:
                members.append((claim, job_input))
        return members

    def _generate(self, resident: Resident, members: Sequence[Member], hold: Hold) -> list[Generated]:
        """Run the members in forward batches of the size that fits."""
        generated: list[Generated] = []
        for batch in self._slices(resident, members):
            generated += self._forward(resident, batch, hold)
        return generated

    def _forward(self, resident: Resident, members: Sequence[Member], hold: Hold) -> list[Generated]:
        """One forward batch. Too little memory halves it; any other failure is pinned on one member."""
        wanted = [member for member in members if member[0].job_id not in hold.dropped()]
        if not wanted:
            return []
        model = resident.ref.name
        control = ForwardBatchControl(hold, [claim.job_id for claim, _ in wanted], self._publisher, self._drain, model)
        began = time.monotonic()
        try:
            with metrics.forward_batch(model, len(wanted)):
                outputs = resident.family.generate(resident.loaded, [job_input for _, job_input in wanted], control)
        except ForwardBatchInterrupted:
            if self._drain.overdue():
                raise
            return []
        except Exception as error:
            return self._after_failure(resident, wanted, hold, error)
        share = (time.monotonic() - began) / len(wanted)
        return [Generated(claim, media, share) for (claim, _), media in zip(wanted, outputs, strict=True) if media]

    def _after_failure(
        self, resident: Resident, members: Sequence[Member], hold: Hold, error: Exception
    ) -> list[Generated]:
        job_ids = [str(claim.job_id) for claim, _ in members]
        log.warning("forward_failed", job_ids=job_ids, error=type(error).__name__, exc_info=True)
        if len(members) == 1:
            self._fail([members[0][0]], _as_own(error))
            return []
        half = len(members) // 2 if isinstance(error, OutOfDeviceMemory) else 1
        if isinstance(error, OutOfDeviceMemory):
            metrics.OUT_OF_MEMORY_HALVINGS.labels(resident.ref.name).inc()
            self._fits[members[0][0].batch_key] = half
        parts = [members[start : start + half] for start in range(0, len(members), half)]
        return [item for part in parts for item in self._forward(resident, part, hold)]

    def _slices(self, resident: Resident, members: Sequence[Member]) -> Iterator[Sequence[Member]]:
        if not members:
            return
        claim, job_input = members[0]
        most = resident.family.max_batch(resident.loaded, job_input)
        size = max(1, min(most, self._fits.get(claim.batch_key, most)))
        for start in range(0, len(members), size):
            yield members[start : start + size]

    def _hand_over(self, hold: Hold, generated: Sequence[Generated], canceled: frozenset[UUID]) -> bool:
        """Give the outputs to the finisher, which takes the hold with them; whether there were any."""
        wanted = [item for item in generated if item.claim.job_id not in canceled]
        if wanted:
            self._finisher.hand_over(hold, wanted)
        return bool(wanted)

    def _end_canceled(self, hold: Hold) -> frozenset[UUID]:
        """Confirm the cancellations known by now, and say which: one that comes later has come too late."""
        canceled = hold.canceled
        if canceled:
            with session_scope() as session:
                completion.confirm_cancel(session, [claim for claim in hold.claims if claim.job_id in canceled])
        return canceled

    def _give_back(self, hold: Hold, reason: str, ended: frozenset[UUID]) -> None:
        rest = [claim for claim in hold.claims if claim.job_id not in ended]
        if rest:
            with session_scope() as session:
                completion.give_back(session, rest, reason)

    def _fail(self, claims: Sequence[Claim], error: BottegaError) -> None:
        with session_scope() as session:
            completion.fail(session, claims, error)


def _as_own(error: Exception) -> BottegaError:
    if isinstance(error, BottegaError):
        return error
    return GenerationFailed(f"The model failed: {type(error).__name__}: {error}"[:1000])
