"""Chains: jobs of several models that hand on what they make, submitted as one graph.

A job that reads another one's output is accepted at once and waits for it, so that nobody has to stay. The server gives
the ids: each step is submitted when those that it reads are known.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.client.documents import Job
from shared.client.errors import RequestRefused
from shared.errors import BottegaError
from shared.storage.formats import FileKind

if TYPE_CHECKING:
    from shared.client.client import Client


class ChainRefused(BottegaError):
    """The chain cannot be run like that."""

    code = "chain_refused"


@dataclass(frozen=True, slots=True)
class Given:
    """In a step's input: the file of that name that the chain was given."""

    name: str


@dataclass(frozen=True, slots=True)
class Output:
    """In a step's input: what another step makes."""

    step: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a chain: a kind of model, and its input. ``<words>`` in a text are the caller's words of that name."""

    name: str
    family: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in an order in which each reads only what is given or made before it."""

    name: str
    title: str
    summary: str
    steps: tuple[Step, ...]
    files: Mapping[str, FileKind] = field(default_factory=dict)
    """What it has to be given."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What its prompts leave open, and what is said there unless the caller says something else."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a chain is to be run. ``files`` are references as ``Upload.reference`` gives them.

    ``settings`` are fields over those of a step's input, by the step's name; one that is null is left out.
    """

    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    """The model of each step; one that is not named is the first of its kind in the catalog."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seed: int | None = None
    """Of every step."""


def submit_chain(client: Client, chain: Chain, order: Order, *, idempotency_key: str | None = None) -> dict[str, Job]:
    """Submit every step: the jobs by their steps' names.

    With the same ``idempotency_key`` it is the same chain again. Raises ``ChainRefused`` before anything is sent, and
    ``RequestRefused`` for the first step that the server refuses; the steps before it are canceled.
    """
    _check_names(chain, order)
    models = _models(client, chain, order.models)
    key = idempotency_key or uuid.uuid4().hex
    jobs: dict[str, Job] = {}
    for step in chain.steps:
        try:
            job_input = _input(chain, step, order, jobs)
            jobs[step.name] = client.submit(models[step.name], job_input, idempotency_key=f"{key}-{step.name}")
        except RequestRefused:
            for job in reversed(jobs.values()):
                client.cancel(job.id)
            raise
    return jobs


def _check_names(chain: Chain, order: Order) -> None:
    steps = {step.name for step in chain.steps}
    for what, given, known in (
        ("file", order.files, chain.files),
        ("words", order.words, chain.words),
        ("step", order.models, steps),
        ("step", order.settings, steps),
    ):
        for name in given:
            if name not in known:
                raise ChainRefused(f"{chain.name} has no {what} {name!r}; it has {', '.join(known) or 'none'}.")
    if missing := [name for name in chain.files if name not in order.files]:
        raise ChainRefused(f"{chain.name} needs {', '.join(missing)}.")


def _models(client: Client, chain: Chain, named: Mapping[str, str]) -> dict[str, str]:
    """Each step's model. Raises ``ChainRefused`` for kinds of which there is none."""
    first_of: dict[str, str] = {}
    for model in client.models():
        first_of.setdefault(model.family, model.name)
    missing = [step for step in chain.steps if step.name not in named and step.family not in first_of]
    if missing:
        wanted = ", ".join(f"{step.name} needs a model of the family {step.family}" for step in missing)
        raise ChainRefused(f"{chain.name} cannot be run: {wanted}, and the catalog has none.")
    return {step.name: named.get(step.name) or first_of[step.family] for step in chain.steps}


def _input(chain: Chain, step: Step, order: Order, jobs: Mapping[str, Job]) -> dict[str, Any]:
    words = {**chain.words, **order.words}
    job_input = {**_filled(step.input, order.files, words, jobs), **order.settings.get(step.name, {})}
    if order.seed is not None:
        job_input.setdefault("seed", order.seed)
    return {name: value for name, value in job_input.items() if value is not None}


def _filled(value: Any, files: Mapping[str, Any], words: Mapping[str, str], jobs: Mapping[str, Job]) -> Any:
    if isinstance(value, Given):
        return dict(files[value.name])
    if isinstance(value, Output):
        return {"job": jobs[value.step].id, "output": value.index}
    if isinstance(value, str):
        for name, said in words.items():
            value = value.replace(f"<{name}>", said)
        return value
    if isinstance(value, Mapping):
        return {name: _filled(inner, files, words, jobs) for name, inner in value.items()}
    return value
