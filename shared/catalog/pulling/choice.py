"""Which of a model's files are fetched: those that are loaded, once, and what says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from shared.catalog.pulling.errors import PullFailed

_KINDS = frozenset({".safetensors", ".json", ".txt", ".model", ".jinja"})
_CARD = "README.md"
_INDEX = "model_index.json"
_VARIANT = re.compile(r"\.(fp16|fp32|bf16|non_ema|ema_only)[.-]")


def chosen_files(names: Iterable[str]) -> list[str]:
    """The files to fetch, of all that a hub or a bucket has. Raises ``PullFailed`` for a path out of the folder.

    Left out: pickles and code, which nothing would load; variants of weights, for loaders look for the plain name; and
    beside a pipeline's components, its checkpoint in one file.
    """
    everything = sorted(set(names))
    for name in everything:
        if name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name:
            raise PullFailed(f"There is a file named {name!r}, which lies outside of the model; nothing was fetched.")
    is_pipeline = _INDEX in everything
    return [name for name in everything if _is_wanted(PurePosixPath(name), is_pipeline)]


def _is_wanted(path: PurePosixPath, is_pipeline: bool) -> bool:
    if any(part.startswith(".") for part in path.parts):
        return False
    if path.as_posix() == _CARD:
        return True
    is_weights = path.suffix == ".safetensors"
    if is_weights and (_VARIANT.search(path.name) or (is_pipeline and len(path.parts) == 1)):
        return False
    return path.suffix in _KINDS
