"""What one family's model costs on this device."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from tests.benchmarks.families.subject import Subject
from tests.benchmarks.figure import Figure, Goal, at_most
from tests.conformance.differences import difference
from worker.media.base import Media

_SIZES = (1, 2, 4, 8)
_WORTH_FOLLOWING_SECONDS = 0.005


def measure(subject: Subject, label: str, rounds: int, tolerance: Goal | None) -> Iterator[Figure]:
    """Loading, a sample and samples a second by batch size, memory, what a neighbour and a callback change."""
    subject.run(subject.inputs(1))  # Whatever a first call does once.
    yield Figure(label, f"{label}: load", subject.load_seconds, "s")
    yield Figure(label, f"{label}: memory that loading takes", subject.memory / 2**20, "MiB")
    shares, shortest = [], float("inf")
    for size in (each for each in _SIZES if each <= max(1, subject.most())):
        inputs = subject.inputs(size)
        subject.forget_peak()
        subject.run(inputs)
        runs = [subject.run(inputs) for _ in range(rounds)]
        seconds = [run.seconds / size for run in runs]
        shortest = min(shortest, *(run.seconds for run in runs))
        shares.append(100 * statistics.median(run.callback_seconds / run.seconds for run in runs))
        yield Figure.median(label, f"{label}: a sample at batch {size}", seconds, "s")
        yield Figure(label, f"{label}: samples a second at batch {size}", 1 / statistics.median(seconds), "/s")
        if (peak := subject.peak()) is not None:
            yield Figure(label, f"{label}: peak memory at batch {size}", peak / 2**20, "MiB")
        if size > 1:
            apart = _apart(subject, runs[-1].outputs)
            yield Figure(label, f"{label}: batch of {size} against alone", apart, goal=tolerance)
    # A network that is done in a millisecond says nothing about those that people run.
    goal = at_most(2) if shortest >= _WORTH_FOLLOWING_SECONDS else None
    yield Figure(label, f"{label}: callbacks' share of a batch", max(shares), "%", goal)


def _apart(subject: Subject, together: Sequence[Sequence[Media]]) -> float:
    """By how much the members' outputs differ from those that they get alone."""
    alone = [subject.run([job_input]).outputs[0] for job_input in subject.inputs(len(together))]
    return max(difference(one, other) for one, other in zip(alone, together, strict=True))
