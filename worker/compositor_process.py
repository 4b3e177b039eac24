"""What runs in a compositor's child process: the executor of the GPU workers, over a family that needs no device."""

from __future__ import annotations

from functools import cache

from shared.catalog.families import FamilyName
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.storage.s3 import get_store
from worker.batch_sizes import FixedSizes
from worker.builtin import BuiltinModels, register_composite
from worker.claimer import Claimer, Terms
from worker.compositing.family import Compositing
from worker.compositing.revision import revision
from worker.drain import Drain
from worker.executor import Executor
from worker.finisher import Finisher
from worker.heartbeat import Heartbeat
from worker.lease import LeaseKeeper
from worker.progress import ProgressPublisher
from worker.ready import announce_ready
from worker.spool import Spool, default_folder

_CLAIMED_AT_ONCE = 8


class CompositorProcess:
    """The parts of one compositor, put together."""

    def __init__(self, settings: Settings) -> None:
        drain = Drain.from_environment(settings.drain_seconds)
        self._revision = revision()
        self._heartbeat = Heartbeat(QueueName.COMPOSITION, "cpu", drain)
        self._leases = LeaseKeeper(
            settings.lease_seconds, settings.lease_renew_seconds, settings.stall_seconds, drain=drain
        )
        self._publisher = ProgressPublisher()
        models = BuiltinModels({FamilyName.COMPOSITE: Compositing()}, self._revision, self._heartbeat.show_model)
        spool = Spool(settings.spool_dir or default_folder(), settings.spool_bytes)
        store = get_store()
        self._finisher = Finisher(store, self._leases, spool, self._heartbeat.count_jobs)
        sizes = FixedSizes(_CLAIMED_AT_ONCE)
        terms = Terms(settings.lease_seconds, settings.model_switch_seconds, queue=QueueName.COMPOSITION)
        claimer = Claimer(self._heartbeat.worker_id, terms, models, sizes, self._leases)
        self.executor = Executor(claimer, models, sizes, self._leases, self._finisher, store, self._publisher, drain)

    def start(self) -> None:
        """Register the compositor, say that it lives, and look for work at once."""
        with session_scope() as session:
            register_composite(session, self._revision)
        self._heartbeat.start()
        self._leases.start()
        self._publisher.start()
        self._finisher.start()
        ring(QueueName.COMPOSITION)

    def stop(self) -> None:
        """Let what was handed over end, and say good-bye."""
        self._finisher.stop()
        self._publisher.stop()
        self._leases.stop()
        self._heartbeat.stop()


@cache
def this_process() -> CompositorProcess:
    """The one of this process, started. A start that fails is made again when the next bell rings."""
    process = CompositorProcess(get_settings())
    process.start()
    announce_ready()
    return process


def stop_process() -> None:
    """Stop the one of this process, if it ever started."""
    if this_process.cache_info().currsize:
        this_process().stop()


def run_until_idle() -> None:
    """Run what is due; when the turn is over with work left, ring for the next turn."""
    if this_process().executor.run_until_idle():
        ring(QueueName.COMPOSITION)
