"""Look at a model's folder without running anything of it, and without a model library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.catalog.families import FamilyName
from shared.catalog.inspection.architectures import (
    NOTES,
    NOTES_FORMAT,
    PIPELINE_MODULES,
    family_of_model,
    family_of_pipeline,
    family_of_single,
)
from shared.catalog.inspection.files import code_problems, list_files, read_json
from shared.catalog.inspection.problems import FileProblem, ModelRefused
from shared.catalog.inspection.safetensors_header import Tensors
from shared.catalog.inspection.weights import weigh

_INDEX = Path("model_index.json")
_CONFIG = Path("config.json")
_VOCABULARY = Path("vocabulary.json")
_CARD = Path("README.md")
_HERE = Path()
_LIBRARIES = frozenset({"diffusers", "transformers"}) | PIPELINE_MODULES
_WEIGHTLESS = re.compile(r"Scheduler|Tokenizer|Processor|FeatureExtractor|Guider")
_LICENCE = re.compile(r"^license:[ \t]*[\"']?([\w.+-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What a model is, by its own files."""

    architecture: str
    """Its pipeline's or network's class: ``StableDiffusionPipeline``, ``GPT2LMHeadModel``."""
    family: FamilyName | None
    """Which runs it, as far as its architecture tells."""
    why: str
    """What the family was recognised by, or why it was not."""
    tensors: Tensors
    """The weights that are loaded: bytes, and numbers by dtype as safetensors calls it."""
    size: int
    """Bytes of all files."""
    licence: str | None
    """As its card names it."""

    @property
    def dtype(self) -> str:
        """The one most of its numbers have: ``F32``."""
        return max(self.tensors.elements, key=lambda dtype: self.tensors.elements[dtype], default="none")


def inspect_folder(folder: Path) -> FolderReport:
    """What is in a model's folder. Raises ``ModelRefused`` naming every file that is not taken, and why."""
    if not folder.is_dir():
        raise ModelRefused([FileProblem(str(folder), "is no folder")])
    files, problems = list_files(folder)
    problems += code_problems(folder, files)
    if problems:
        # What they say is not to be gone by.
        raise ModelRefused(problems)
    if _INDEX in files:
        report, problems = _inspect_pipeline(folder, files)
    elif _CONFIG in files:
        report, problems = _inspect_network(folder, files)
    else:
        problems = [_nothing_to_load(files)]
    if problems:
        raise ModelRefused(problems)
    return report


def _inspect_pipeline(folder: Path, files: list[Path]) -> tuple[FolderReport, list[FileProblem]]:
    """A diffusers pipeline: ``model_index.json`` names its components, each in a folder of its own."""
    index = _object(folder, _INDEX)
    class_name = index.get("_class_name")
    problems: list[FileProblem] = []
    if not isinstance(class_name, str):
        problems.append(FileProblem.of(_INDEX, "names a pipeline of the model's own; only those of diffusers are run"))
    tensors = Tensors()
    for name, library, kind in _components(index):
        if library not in _LIBRARIES:
            problems.append(FileProblem.of(_INDEX, f"takes {name} from {library!r}; only diffusers and transformers"))
        elif not any(file.parts[0] == name for file in files):
            problems.append(FileProblem.of(Path(name), f"is missing, and {_INDEX} names it; get the whole model"))
        elif not _WEIGHTLESS.search(kind):
            found, wrong = weigh(folder, Path(name), files)
            tensors += found
            problems += wrong
    value = family_of_pipeline(str(class_name))
    return _report(folder, files, str(class_name), value, tensors), problems


def _components(index: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, library and class of every component that is there: one that was left out has neither."""
    for name, entry in index.items():
        if not name.startswith("_") and isinstance(entry, list) and len(entry) == 2 and any(entry):
            yield name, str(entry[0]), str(entry[1])


def _inspect_network(folder: Path, files: list[Path]) -> tuple[FolderReport, list[FileProblem]]:
    """A single network: one of transformers', one of diffusers', or one of the project's own."""
    config = _object(folder, _CONFIG)
    tensors, problems = weigh(folder, _HERE, files)
    named = config.get("architectures")
    if isinstance(named, list) and named:
        architecture = str(named[0])
        value = NOTES if _writes_notes(folder, files) else family_of_model(architecture)
    else:
        architecture = str(config.get("_class_name") or config.get("model_type") or "unknown")
        value = family_of_single(architecture)
    return _report(folder, files, architecture, value, tensors), problems


def _writes_notes(folder: Path, files: list[Path]) -> bool:
    """Whether its words are notes: a network of any architecture, with the project's own vocabulary beside it."""
    return _VOCABULARY in files and str(_object(folder, _VOCABULARY).get("format", "")).startswith(NOTES_FORMAT)


def _report(folder: Path, files: list[Path], architecture: str, value: str | None, tensors: Tensors) -> FolderReport:
    family = next((each for each in FamilyName if each.value == value), None)
    if family is not None:
        why = f"{architecture} is run by the family {family}"
    elif value is not None:
        why = f"{architecture} is of the family {value}, which this installation does not run"
    else:
        why = f"it is not known which family runs {architecture}"
    size = sum((folder / file).stat().st_size for file in files)
    return FolderReport(architecture, family, why, tensors, size, _licence(folder, files))


def _licence(folder: Path, files: list[Path]) -> str | None:
    """What the front matter of the model's card says."""
    if _CARD not in files:
        return None
    text = (folder / _CARD).read_bytes()[:100_000].decode("utf-8", "replace")
    _, fence, rest = text.partition("---\n") if text.startswith("---\n") else ("", "", "")
    found = _LICENCE.search(rest.partition("\n---")[0]) if fence else None
    return found[1] if found else None


def _object(folder: Path, file: Path) -> dict[str, Any]:
    content = read_json(folder / file)
    if not isinstance(content, dict):
        raise ModelRefused([FileProblem.of(file, "holds no JSON object; get the file again")])
    return content


def _nothing_to_load(files: list[Path]) -> FileProblem:
    checkpoint = next((file for file in files if file.suffix in {".safetensors", ".ckpt", ".bin", ".pt"}), None)
    if checkpoint is not None:
        return FileProblem.of(
            checkpoint,
            f"is a checkpoint by itself, without {_INDEX} or {_CONFIG}; save it as a folder:"
            " Pipeline.from_single_file(...).save_pretrained(folder)",
        )
    return FileProblem.of(_INDEX, f"is missing, and so is {_CONFIG}: this is no model that from_pretrained reads")
