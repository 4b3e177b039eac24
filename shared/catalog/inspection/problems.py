"""What is wrong with a model's folder, file by file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from shared.errors import BottegaError


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file of the folder, by its path in it, and why it is refused and what to do."""

    file: str
    message: str

    @classmethod
    def of(cls, file: PurePath | str, message: str) -> FileProblem:
        """With the path written the same on every system."""
        return cls(file.as_posix() if isinstance(file, PurePath) else file, message)


class ModelRefused(BottegaError):
    """The model's files are refused."""

    code = "model_refused"

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{problem.file} {problem.message}" for problem in problems) or None)
