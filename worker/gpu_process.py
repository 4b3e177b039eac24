"""What runs in a GPU worker's child process: one device, its models, and the executor that drives them.

The parent imports none of this: torch lives in the child only, so that the parent stays small and can replace a
child whose device hangs.
"""

from __future__ import annotations

import gc
import platform
from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache

import torch

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.errors import ModelLoadFailed, OutOfDeviceMemory
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.storage.s3 import get_store
from worker.batch_sizes import BatchSizes
from worker.catalog import check_weights, model_ref
from worker.claimer import Claimer, Terms
from worker.device_memory import DeviceMemory
from worker.drain import Drain
from worker.executor import Executor
from worker.families.base import Device
from worker.families.registry import FAMILY_RUNNERS
from worker.finisher import Finisher
from worker.heartbeat import Heartbeat
from worker.lease import LeaseKeeper
from worker.model_cache import ModelCache
from worker.progress import ProgressPublisher
from worker.ready import announce_ready
from worker.spool import Spool, default_folder
from worker.starter.catalog import register_starter_models

log = get_logger(__name__)


class GpuProcess:
    """The parts of one worker process, put together."""

    def __init__(self, settings: Settings) -> None:
        drain = Drain.from_environment(settings.drain_seconds)
        device = choose_device(settings.device)
        self._heartbeat = Heartbeat(QueueName.GENERATION, f"{device.type}:{device.index}", drain)
        self._leases = LeaseKeeper(
            settings.lease_seconds, settings.lease_renew_seconds, settings.stall_seconds, drain=drain
        )
        self._publisher = ProgressPublisher()
        memory = DeviceMemory(device, settings.device_memory_bytes)
        self._models = ModelCache(FAMILY_RUNNERS, device, memory, self._heartbeat.show_model, check_weights)
        self._warm_models = settings.warm_models
        spool = Spool(settings.spool_dir or default_folder(), settings.spool_bytes)
        store = get_store()
        self._finisher = Finisher(store, self._leases, spool, self._heartbeat.count_jobs)
        self._sizes = BatchSizes(device_name(device))
        classes = [each.strip() for each in settings.resource_classes.split(",") if each.strip()]
        terms = Terms(
            settings.lease_seconds, settings.model_switch_seconds, settings.batch_fill_seconds, classes or None
        )
        claimer = Claimer(self._heartbeat.worker_id, terms, self._models, self._sizes, self._leases)
        self.executor = Executor(
            claimer, self._models, self._sizes, self._leases, self._finisher, store, self._publisher, drain
        )

    def start(self) -> None:
        """Register the models that the worker carries, load them, say that it lives, and look for work at once.

        What can fail comes before the threads, so that a start that failed leaves none behind.
        """
        with session_scope() as session:
            register_starter_models(session)
        self._warm_up()
        self._heartbeat.start()
        self._leases.start()
        self._publisher.start()
        self._finisher.start()
        ring(QueueName.GENERATION)

    def stop(self) -> None:
        """Let what was handed over end, and say good-bye."""
        self._finisher.stop()
        self._sizes.save(now=True)
        self._publisher.stop()
        self._leases.stop()
        self._heartbeat.stop()

    def _warm_up(self) -> None:
        """Load models before the first job asks for them: those whose names were asked for, as far as they fit."""
        patterns = [pattern.strip() for pattern in self._warm_models.split(",")]
        with session_scope() as session:
            enabled = repository.enabled_models(session)
        wanted = [model for model in enabled if any(fnmatchcase(model.name, pattern) for pattern in patterns)]
        _load_libraries({model.family for model in wanted})
        for model in wanted:
            try:
                with session_scope() as session:
                    ref = model_ref(session, model.id)
                if self._models.fits_beside(ref):
                    self._models.get(ref)
                else:
                    log.info("not_warmed_up", model=model.name, error="it does not fit beside the others")
            except (ModelLoadFailed, OutOfDeviceMemory) as error:
                # Its jobs will say why they fail; those of other models run.
                log.warning("not_warmed_up", model=model.name, error=error.message)


def _load_libraries(families: Iterable[FamilyName]) -> None:
    """What these families are made of, before any model is."""
    for name in families:
        # Whatever it is: loading a model of it will say so, and other families go on.
        with suppress(Exception):
            FAMILY_RUNNERS[name]
    # All of that stays: looking through it for garbage cost a fifth of a short job's time.
    gc.collect()
    gc.freeze()


def choose_device(wanted: str) -> Device:
    """The device the settings ask for: half precision where it is fast, full precision on a CPU."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return Device("cpu", 0, "float32")
    dtype = "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    return Device("cuda", torch.cuda.current_device(), dtype)


def device_name(device: Device) -> str:
    """What measurements of this kind of device are kept under: its make, its precision, a CPU's threads."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device.index)} {device.dtype}"
    return f"{platform.machine()} {torch.get_num_threads()} threads {device.dtype}"


@cache
def this_process() -> GpuProcess:
    """The one of this process, started. A start that fails is made again when the next bell rings."""
    process = GpuProcess(get_settings())
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
        ring(QueueName.GENERATION)
