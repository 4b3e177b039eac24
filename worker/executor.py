"""A job's life in a worker, top to bottom: claim → load → generate → upload → finish."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.wording import problems_of
from shared.db import session_scope
from shared.errors import (
    BottegaError,
    DatabaseUnavailable,
    ForwardBatchInterrupted,
    GenerationFailed,
    InputRefused,
    OutOfDeviceMemory,
    StoreUnavailable,
)
from shared.jobs.claims import Claim
from shared.jobs.completion import Work
from shared.logging import get_logger
from shared.storage.base import ObjectStore
from worker import device_health, endings, metrics
from worker.batch_sizes import Sizes
from worker.catalog import model_ref
from worker.claimer import Claimer
from worker.drain import Drain
from worker.families.base import ModelRef
from worker.finisher import Finisher, Generated
from worker.inputs import InputFiles
from worker.inserting import checked_with_inserts, with_prompt_read
from worker.lease import Hold, LeaseKeeper
from worker.media.base import Media
from worker.outage import patiently
from worker.progress import ForwardBatchControl, ProgressPublisher
from worker.residents import Resident, Residents

log = get_logger(__name__)

# Reading a large model from a slow disk takes longer than any step, and says nothing meanwhile.
_LOAD_SECONDS = 900
_REF_SECONDS = 10

Member = tuple[Claim, JobInput]


class Executor:
    """Runs forward batches until nothing is due. One thread drives the device; it never waits for the disk."""

    def __init__(
        self,
        claimer: Claimer,
        models: Residents,
        sizes: Sizes,
        leases: LeaseKeeper,
        finisher: Finisher,
        store: ObjectStore,
        publisher: ProgressPublisher,
        drain: Drain,
    ) -> None:
        self._claimer = claimer
        self._models = models
        self._sizes = sizes
        self._leases = leases
        self._finisher = finisher
        self._files = InputFiles(store)
        self._publisher = publisher
        self._drain = drain
        self._turn_ends = 0.0
        self._refs: dict[UUID, tuple[ModelRef | None, float]] = {}

    def run_until_idle(self, turn_seconds: float = 300) -> bool:
        """Claim and run until nothing is due, the worker drains or the turn is over; whether work may be left."""
        self._turn_ends = time.monotonic() + turn_seconds
        while not self._drain.begun():
            if not self._finisher.has_room():
                self._claimer.put_back()
                return False
            hold = self._claimer.next()
            if hold is None:
                return False
            self._run(hold)
            self._sizes.save()
            if time.monotonic() > self._turn_ends and not self._claimer.has_ahead():
                return True
        self._claimer.put_back()
        self._finisher.settle()
        return False

    def _run(self, hold: Hold) -> None:
        """One claim from beginning to end: every member of it succeeds, fails, is canceled or goes back."""
        started = time.monotonic()
        handed_over = False
        suspect = any(claim.runs_alone for claim in hold.claims)
        try:
            if suspect:
                self._finisher.settle()
            handed_over = self._live(hold)
        except DatabaseUnavailable:
            # Nothing more can be written about these jobs: they come back when their leases lapse.
            log.error("claim_abandoned", job_ids=_ids(hold.claims))
        finally:
            if not handed_over:
                self._leases.release(hold)
            if suspect:
                # What it made must not be lost with a worker that another one kills.
                self._finisher.settle()
            seconds = round(time.monotonic() - started, 3)
            log.info("forward_batch", job_ids=_ids(hold.claims), seconds=seconds)

    def _live(self, hold: Hold) -> bool:
        """The life of a claim; whether the finisher has taken it over."""
        try:
            recalled = self._finisher.recall(hold)
            kept = {item.claim.job_id for item in recalled}
            generated = self._make(hold, [claim for claim in hold.claims if claim.job_id not in kept])
            canceled = self._end_canceled(hold)
            return self._hand_over(hold, [*recalled, *generated], canceled)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.warning("claim_failed", job_ids=_ids(hold.claims), error=type(error).__name__, exc_info=True)
            self._end_if_broken()
            endings.fail(hold, hold.claims, _as_own(error))
            return False

    def _make(self, hold: Hold, claims: Sequence[Claim]) -> list[Generated]:
        """What the model makes of these claims. One batch key means one model."""
        if not claims:
            return []
        resident = self._load(hold, claims[0].model_id)
        return self._generate(resident, self._accept(resident, hold, claims), hold)

    def _load(self, hold: Hold, model_id: UUID) -> Resident:
        ref = patiently(hold, lambda: self._model_ref(model_id))
        hold.advance(patience=_LOAD_SECONDS)
        resident = self._models.get(ref, lambda loading: self._say_loading(hold, loading))
        hold.advance()
        return resident

    def _say_loading(self, hold: Hold, loading: dict[str, Any]) -> None:
        """How far the model is that these jobs wait for."""
        self._publisher.say([(claim.job_id, "loading", loading) for claim in hold.claims])

    def _model_ref(self, model_id: UUID) -> ModelRef:
        """Which weights the catalog names, as of a moment ago."""
        ref, until = self._refs.get(model_id, (None, 0.0))
        if ref is None or time.monotonic() > until:
            with session_scope() as session:
                ref = model_ref(session, model_id)
            self._refs[model_id] = ref, time.monotonic() + _REF_SECONDS
        return ref

    def _accept(self, resident: Resident, hold: Hold, claims: Sequence[Claim]) -> list[Member]:
        """The claims with their typed inputs; those that only the loaded model can refuse are failed here."""
        members: list[Member] = []
        for claim in claims:
            try:
                job_input = FAMILIES[resident.ref.family].input_type.model_validate(claim.input)
                self._files.attach(hold, claim, job_input)
                job_input = checked_with_inserts(job_input, partial(resident.family.check, resident.loaded))
            except ValidationError as error:
                endings.fail(hold, [claim], InputRefused(problems_of(error, "input")))
            except DatabaseUnavailable:
                raise
            except StoreUnavailable as error:
                endings.give_back(hold, [claim], error.code)
            except Exception as error:
                endings.fail(hold, [claim], _as_own(error))
            else:
                members.append((claim, job_input))
        return members

    def _generate(self, resident: Resident, members: Sequence[Member], hold: Hold) -> list[Generated]:
        """Run the members in forward batches of the best size. A drain gives back those not reached."""
        generated: list[Generated] = []
        left = members
        while left:
            batch_key, size = self._best_size(resident, left[0])
            batch, left = left[:size], left[size:]
            began = time.monotonic()
            try:
                made = self._forward(resident, batch, hold, _wait if left else self._look_ahead_of(batch))
            except ForwardBatchInterrupted:
                endings.give_back(hold, [claim for claim, _ in (*batch, *left)], "drain")
                break
            generated += made
            if len(made) == len(batch):
                self._sizes.add(batch_key, len(batch), time.monotonic() - began)
        return generated

    def _best_size(self, resident: Resident, member: Member) -> tuple[str, int]:
        claim, job_input = member
        most = resident.family.max_batch(resident.loaded, job_input)
        return claim.batch_key, self._sizes.size(claim.batch_key, most)

    def _look_ahead_of(self, batch: Sequence[Member]) -> Callable[[], None]:
        """Nobody is claimed beside a job that may kill this worker: it would be one attempt poorer."""
        return _wait if any(claim.runs_alone for claim, _ in batch) else self._look_ahead

    def _look_ahead(self) -> None:
        """The device is about to be free: claim what it does next, unless it is to stop."""
        if self._finisher.has_room() and not self._drain.begun() and time.monotonic() < self._turn_ends:
            self._claimer.look_ahead()

    def _forward(
        self, resident: Resident, members: Sequence[Member], hold: Hold, on_last_step: Callable[[], None]
    ) -> list[Generated]:
        """One forward batch. One that fails is halved, until the failure is pinned on the member that causes it."""
        wanted = [member for member in members if member[0].job_id not in hold.dropped()]
        if not wanted:
            return []
        model = resident.ref.name
        job_ids = [claim.job_id for claim, _ in wanted]
        control = ForwardBatchControl(hold, job_ids, self._publisher, self._drain, model, on_last_step)
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
        work = Work(control.steps, round(time.monotonic() - began, 3))
        return self._with_outputs(hold, wanted, outputs, work)

    def _with_outputs(
        self, hold: Hold, members: Sequence[Member], outputs: Sequence[Sequence[Media]], work: Work
    ) -> list[Generated]:
        """What was generated. A member that got nothing though it was wanted to the end has failed."""
        dropped = hold.dropped()
        for (claim, _), media in zip(members, outputs, strict=True):
            if not media and claim.job_id not in dropped:
                endings.fail(hold, [claim], GenerationFailed("The model gave nothing."))
        share = work.seconds / len(members)
        made = [(member, media) for member, media in zip(members, outputs, strict=True) if media]
        return [Generated(member[0], with_prompt_read(*member, media), share, work) for member, media in made]

    def _after_failure(
        self, resident: Resident, members: Sequence[Member], hold: Hold, error: Exception
    ) -> list[Generated]:
        job_ids = _ids([claim for claim, _ in members])
        log.warning("forward_failed", job_ids=job_ids, error=type(error).__name__, exc_info=True)
        self._end_if_broken()
        if len(members) == 1:
            endings.fail(hold, [members[0][0]], _as_own(error))
            return []
        half = len(members) // 2
        if isinstance(error, OutOfDeviceMemory):
            metrics.OUT_OF_MEMORY_HALVINGS.labels(resident.ref.name).inc()
            self._sizes.too_large(members[0][0].batch_key, len(members))
        parts = [members[start : start + half] for start in range(0, len(members), half)]
        return [item for part in parts for item in self._forward(resident, part, hold, _wait)]

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
            endings.confirm_cancel(hold, claims)
        return canceled

    def _end_if_broken(self) -> None:
        """A device that answers nothing any more fails no jobs: the process ends, another takes its place."""
        if device_health.is_broken():
            self._finisher.stop()
            self._leases.end_process()


def _wait() -> None:
    """No hurry to claim: more of the same claim follows, or something that nothing else should be beside."""


def _ids(claims: Sequence[Claim]) -> list[str]:
    return [str(claim.job_id) for claim in claims]


def _as_own(error: Exception) -> BottegaError:
    if isinstance(error, BottegaError):
        return error
    return GenerationFailed(f"The model failed: {type(error).__name__}: {error}"[:1000])
