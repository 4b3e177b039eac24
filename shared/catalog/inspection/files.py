"""The files of a model's folder: nothing outside of it, nothing that runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.catalog.inspection.problems import FileProblem

_LARGEST_JSON = 200_000_000
_RUN_BY_LOADERS = ("auto_map", "custom_pipelines", "custom_pipeline")
_NO_CODE = "nothing of a model is run here. Take a model whose architecture transformers or diffusers have themselves"


def list_files(folder: Path) -> tuple[list[Path], list[FileProblem]]:
    """Every file by its path in the folder, hidden ones left out, and what is wrong with any as a file."""
    found: list[Path] = []
    problems: list[FileProblem] = []
    root = folder.resolve()
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted((*folders, *(name for name in names if not name.startswith(".")))):
            path = Path(here, name)
            inside = path.relative_to(folder)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                problems.append(
                    FileProblem.of(inside, "is a link out of the folder; put the file there itself (cp -rL copies it)")
                )
            elif path.is_symlink() and not path.exists():
                problems.append(FileProblem.of(inside, "is a link to nothing; put the file there itself"))
            elif path.is_file():
                found.append(inside)
            elif not path.is_dir():
                problems.append(FileProblem.of(inside, "is neither a file nor a folder; take it out"))
    return found, problems


def code_problems(folder: Path, files: list[Path]) -> Iterator[FileProblem]:
    """Code among the files, and configurations that ask a loader to run some."""
    for file in files:
        if file.suffix == ".py":
            yield FileProblem.of(file, f"is code, and {_NO_CODE}; if it is, delete the file")
        elif file.suffix == ".json":
            try:
                content = read_json(folder / file)
            except ValueError as error:
                yield FileProblem.of(file, f"cannot be read as JSON ({error}); get the file again")
                continue
            asked = next((key for key in _RUN_BY_LOADERS if _mentions(content, key)), None)
            if asked is not None:
                yield FileProblem.of(file, f"asks for code of the model's own ({asked}), and {_NO_CODE}")


def read_json(path: Path) -> Any:
    """A JSON file's content. Raises ``ValueError``."""
    if path.stat().st_size > _LARGEST_JSON:
        raise ValueError(f"it has more than {_LARGEST_JSON:,} bytes")
    try:
        return json.loads(path.read_bytes())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _mentions(content: Any, key: str) -> bool:
    """Whether a configuration, or one within it, has the key, and something under it."""
    if not isinstance(content, dict):
        return False
    if content.get(key):
        return True
    return any(_mentions(inner, key) for name, inner in content.items() if name.endswith("config"))
