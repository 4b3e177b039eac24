"""A job's input, put together from the options of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shared.cli.errors import BadOption
from shared.cli.json_file import read_object


def read_input(file: Path | None, prompt: str | None, settings: Sequence[str]) -> dict[str, Any]:
    """The fields of ``file`` (``-`` is standard input), over which ``prompt`` and ``name=value`` settings win.

    A value that is JSON is taken as JSON, any other as text: ``width=64``, ``prompt=a beach``. Raises ``BadOption``.
    """
    job_input = {} if file is None else read_object("--input", file)
    if prompt is not None:
        job_input["prompt"] = prompt
    for setting in settings:
        name, value = split_pair("--set", setting)
        job_input[name] = _value(value)
    return job_input


def split_pair(option: str, text: str) -> tuple[str, str]:
    """The two sides of ``name=value``. Raises ``BadOption``."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadOption(f"{option} takes name=value, not {text!r}.")
    return name.strip(), value


def with_seeds(job_input: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The input ``count`` times: with the seeds that follow its own, or without one, so that the server draws them."""
    seed = job_input.get("seed")
    for number in range(count):
        yield {**job_input, "seed": seed + number} if isinstance(seed, int) else dict(job_input)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
