"""A job's life in a worker, top to bottom: claim → load → generate → upload → finish."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.service import problems_of
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
from worker.media.base import Media
from worker.model_cache import ModelCache, Resident
from worker.outage import patiently
from worker.progress import ForwardBatchControl, ProgressPublisher

log = get_logger(__name__)

_CLAIM_LIMIT = 16
# Reading a large model from a slow disk takes longer than any step, and says nothing meanwhile.
_LOAD_SECONDS = 900

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
            handed_over = self._live(hold)
        except DatabaseUnavailable:
            # Nothing more can be written about these jobs: they come back when their leases lapse.
            log.error("claim_abandoned", job_ids=_ids(claims))
        finally:
            if not handed_over:
                self._leases.release(hold)
            seconds = round(time.monotonic() - started, 3)
            log.info("forward_batch", job_ids=_ids(claims), seconds=seconds)

    def _live(self, hold: Hold) -> bool:
        """The life of a claim; whether the finisher has taken it over."""
        try:
            resident = self._load(hold)
            members = self._accept(resident, hold)
            generated = self._generate(resident, members, hold)
            canceled = self._end_canceled(hold)
            return self._hand_over(hold, generated, canceled)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.warning("claim_failed", job_ids=_ids(hold.claims), error=type(error).__name__, exc_info=True)
            self._fail(hold, hold.claims, _as_own(error))
            return False

    def _claim(self) -> list[Claim]:
        """Queued jobs that may share a forward pass, now leased to this worker."""
        try:
            with metrics.CLAIM_SECONDS.time(), session_scope() as session:
                return job_claims.claim(
                    session, QueueName.GENERATION, self._worker_id, _CLAIM_LIMIT, self._lease_seconds
                )
        except DatabaseUnavailable:
            log.warning("claim_not_made")
            return []

    def _load(self, hold: Hold) -> Resident:
        """The model of these claims, in memory. One batch key means one model."""
        ref = patiently(hold, lambda: self._model_ref(hold.claims[0].model_id))
        hold.advance(patience=_LOAD_SECONDS)
        resident = self._models.get(ref)
        hold.advance()
        return resident

    @staticmethod
    def _model_ref(model_id: UUID) -> ModelRef:
        with session_scope() as session:
            return model_ref(session, model_id)

    def _accept(self, resident: Resident, hold: Hold) -> list[Member]:
        """The claims with their typed inputs; those that only the loaded model can refuse are failed here."""
        members: list[Member] = []
        for claim in hold.claims:
            try:
                job_input = FAMILIES[resident.ref.family].input_type.model_validate(claim.input)
                resident.family.check(resident.loaded, job_input)
            except ValidationError as error:
                self._fail(hold, [claim], InputRefused(problems_of(error, "input")))
            except Exception as error:
                self._fail(hold, [claim], _as_own(error))
            else:
                members.append((claim, job_input))
        return members

    def _generate(self, resident: Resident, members: Sequence[Member], hold: Hold) -> list[Generated]:
        """Run the members in forward batches of the size that fits. A drain gives back those not reached."""
        generated: list[Generated] = []
        left = members
        while left:
            size = self._size_that_fits(resident, left[0])
            try:
                generated += self._forward(resident, left[:size], hold)
            except ForwardBatchInterrupted:
                self._give_back(hold, [claim for claim, _ in left])
                break
            left = left[size:]
        return generated

    def _size_that_fits(self, resident: Resident, member: Member) -> int:
        claim, job_input = member
        most = resident.family.max_batch(resident.loaded, job_input)
        return max(1, min(most, self._fits.get(claim.batch_key, most)))

    def _forward(self, resident: Resident, members: Sequence[Member], hold: Hold) -> list[Generated]:
        """One forward batch. One that fails is halved, until the failure is pinned on the member that causes it."""
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
        return self._with_outputs(hold, wanted, outputs, share)

    def _with_outputs(
        self, hold: Hold, members: Sequence[Member], outputs: Sequence[Sequence[Media]], share: float
    ) -> list[Generated]:
        """What was generated. A member that got nothing though it was wanted to the end has failed."""
        dropped = hold.dropped()
        for (claim, _), media in zip(members, outputs, strict=True):
            if not media and claim.job_id not in dropped:
                self._fail(hold, [claim], GenerationFailed("The model gave nothing."))
        made = zip(members, outputs, strict=True)
        return [Generated(claim, media, share) for (claim, _), media in made if media]

    def _after_failure(
        self, resident: Resident, members: Sequence[Member], hold: Hold, error: Exception
    ) -> list[Generated]:
        job_ids = _ids([claim for claim, _ in members])
        log.warning("forward_failed", job_ids=job_ids, error=type(error).__name__, exc_info=True)
        if len(members) == 1:
            self._fail(hold, [members[0][0]], _as_own(error))
            return []
        half = len(members) // 2
        if isinstance(error, OutOfDeviceMemory):
            metrics.OUT_OF_MEMORY_HALVINGS.labels(resident.ref.name).inc()
            self._fits[members[0][0].batch_key] = half
        parts = [members[start : start + half] for start in range(0, len(members), half)]
        return [item for part in parts for item in self._forward(resident, part, hold)]

    def _hand_over(self, hold: Hold, generated: Sequence[Generated], canceled: frozenset[UUID]) -> bool:
        """Give the outputs to the finisher, which takes the hold with them; whether there were any."""
        unwanted = canceled | hold.lost
        wanted = [item for item in generated if item.claim.job_id not in unwanted]
        if wanted:
            self._finisher.hand_over(hold, wanted)
        return bool(wanted)

    def _end_canceled(self, hold: Hold) -> frozenset[UUID]:
        """Confirm the cancellations known by now, and say which: one that comes later has come too late."""
        canceled = hold.canceled
        claims = [claim for claim in hold.claims if claim.job_id in canceled]
        if claims:
            self._write(hold, lambda session: completion.confirm_cancel(session, claims))
        return canceled

    def _give_back(self, hold: Hold, claims: Sequence[Claim]) -> None:
        self._write(hold, lambda session: completion.give_back(session, claims, "drain"))

    def _fail(self, hold: Hold, claims: Sequence[Claim], error: BottegaError) -> None:
        self._write(hold, lambda session: completion.fail(session, claims, error))

    @staticmethod
    def _write(hold: Hold, change: Callable[[Session], None]) -> None:
        """Write how something ended, though the database may be away for a while."""

        def write() -> None:
            with session_scope() as session:
                change(session)

        patiently(hold, write)


def _ids(claims: Sequence[Claim]) -> list[str]:
    return [str(claim.job_id) for claim in claims]


def _as_own(error: Exception) -> BottegaError:
    if isinstance(error, BottegaError):
        return error
    return GenerationFailed(f"The model failed: {type(error).__name__}: {error}"[:1000])
