"""Put a model into the catalog: looked at, described, and refused for what would fail in a worker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inspection.folder import FolderReport, inspect_folder
from shared.catalog.inspection.reading import reading_limits
from shared.catalog.models import STANDARD_CLASS, Model, ModelState
from shared.catalog.options import ModelOptions, read_options
from shared.catalog.revision import FileHashes, folder_revision, model_revision
from shared.catalog.sources import COMMIT, Source, SourceKind, parse_source
from shared.catalog.wording import problems_of
from shared.errors import FieldProblem, InputRefused

_BOUNDS = frozenset({"minimum", "maximum", "multiple_of", "one_of", "tokens"})
_PIPELINE_FAMILIES = frozenset({"text-to-image", "text-to-video", "text-to-audio", "unclip"})
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}/[a-z0-9][a-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RESOURCE_CLASS = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model as an operator describes it; what is left out is what its files say."""

    name: str
    source: Source
    family: FamilyName | None = None
    revision: str = ""
    title: str = ""
    description: str = ""
    licence: str = ""
    resource_class: str = STANDARD_CLASS
    defaults: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Described:
    """A model that can be written into the catalog, and what its folder holds if that is here already."""

    values: Mapping[str, Any]
    report: FolderReport | None


def describe(wanted: Wanted, models: Path, hashes: FileHashes | None = None) -> Described:
    """Look at the folder and judge what was said. Reads files, which can take long: for outside of a transaction.

    Raises ``InputRefused`` naming every bad field, ``ModelRefused`` naming every bad file.
    """
    options = read_options(wanted.options)
    _check_names(wanted)
    _check_pin(wanted)
    folder = _folder_here(wanted.source, wanted.revision, models)
    report = inspect_folder(folder) if folder is not None else None
    family = _family(wanted, report)
    problems = [*_problems_with_fields(wanted, family), *_problems_with_options(options, family, folder)]
    if problems:
        raise InputRefused(problems)
    revision = wanted.revision
    if folder is not None:
        weights = revision if wanted.source.kind is SourceKind.HUB else folder_revision(folder, hashes)
        revision = model_revision(weights, options, hashes)
    licence = wanted.licence or (report.licence if report else None) or "unknown"
    values = {
        "name": wanted.name,
        "family": family,
        "source": str(wanted.source),
        "revision": revision,
        "title": wanted.title or wanted.name.rpartition("/")[2],
        "description": wanted.description,
        "licence": licence,
        "defaults": dict(wanted.defaults),
        "limits": _limits(wanted, reading_limits(folder, family) if folder is not None else {}),
        "options": options.document(),
        "resource_class": wanted.resource_class,
        "memory_bytes": report.tensors.size or None if report else None,
    }
    return Described(values, report)


def write(session: Session, described: Described, replace: bool = False) -> Model:
    """Put it into the catalog: in use if its weights are here, else once they are pulled.

    Raises ``InputRefused`` for a name that is taken, unless it is to be replaced and stays of its family.
    """
    name, family = described.values["name"], described.values["family"]
    there = repository.find(session, name)
    if there is not None and there.state is not ModelState.REMOVED and not replace:
        raise InputRefused.of("name", f"is taken: there is a model {name!r}; --replace puts this one in its place")
    if there is not None and there.family is not family:
        raise InputRefused.of("name", f"was that of a {there.family} model, whose jobs are kept: choose another one")
    begins = there is None or there.state is ModelState.REMOVED or not was_pulled(there)
    repository.register(session, **described.values)
    session.expire_all()
    model = repository.find(session, name)
    assert model is not None, "it was registered in this transaction"
    if described.report is None:
        model.state = ModelState.DISABLED
    elif begins:
        model.state = ModelState.ENABLED
    session.flush()
    return model


def was_pulled(model: Model) -> bool:
    """Whether its weights are on a machine: its memory is known from the day on which they were looked at."""
    return not parse_source(model.source).is_pulled or model.memory_bytes is not None


def _check_names(wanted: Wanted) -> None:
    if not _NAME.fullmatch(wanted.name):
        raise InputRefused.of("name", f"is <owner>/<model> in small letters, digits and . _ -, not {wanted.name!r}")
    if not _RESOURCE_CLASS.fullmatch(wanted.resource_class):
        raise InputRefused.of("resource_class", f"is a word in small letters, not {wanted.resource_class!r}")


def _check_pin(wanted: Wanted) -> None:
    """A hub's branches move; a folder's hash is reckoned, not told."""
    kind, revision = wanted.source.kind, wanted.revision
    if kind is SourceKind.HUB and not COMMIT.fullmatch(revision):
        said = f"not {revision!r}" if revision else "and a branch or tag is none"
        raise InputRefused.of(
            "revision", f"must be the 40 hexadecimal digits of a commit, {said}; the model's page on the hub lists them"
        )
    if kind is SourceKind.S3 and revision and not _SHA256.fullmatch(revision):
        raise InputRefused.of("revision", "is the hash that the model has where it was pulled first, or left out")
    if kind is SourceKind.FILE and revision:
        raise InputRefused.of("revision", "is reckoned from the folder's files; leave it out")
    if kind is SourceKind.STARTER:
        raise InputRefused.of("source", "starter models are put into the catalog by the workers that carry them")


def _folder_here(source: Source, revision: str, models: Path) -> Path | None:
    """Where the weights lie on this machine; nothing when they are still to be pulled."""
    try:
        folder = source.folder(revision, models)
    except LookupError:
        return None
    return folder if folder.is_dir() or not source.is_pulled else None


def _family(wanted: Wanted, report: FolderReport | None) -> FamilyName:
    recognised = report.family if report else None
    if wanted.family is not None:
        if recognised is not None and recognised is not wanted.family:
            raise InputRefused.of("family", f"cannot be {wanted.family}: {report.why if report else ''}")
        return wanted.family
    if recognised is None:
        why = report.why if report else "nothing of it is here to tell by"
        raise InputRefused.of("family", f"has to be named: {why}. There are: {', '.join(FamilyName)}")
    return recognised


def _limits(wanted: Wanted, reading: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The operator's limits over those that the files set, but for what only the files can say."""
    names = {**reading, **wanted.limits}
    limits = {name: {**reading.get(name, {}), **wanted.limits.get(name, {})} for name in names}
    if "prompt" in reading:
        limits["prompt"]["tokens"] = reading["prompt"]["tokens"]
    return limits


def _problems_with_fields(wanted: Wanted, family: FamilyName) -> list[FieldProblem]:
    input_type = FAMILIES[family].input_type
    known = input_type.model_fields
    problems = []
    for name, bounds in wanted.limits.items():
        if name not in known:
            problems.append(FieldProblem(f"limits.{name}", f"is not a field of the family {family}"))
        elif unknown := sorted(set(bounds) - _BOUNDS):
            problems.append(FieldProblem(f"limits.{name}.{unknown[0]}", f"is none of {', '.join(sorted(_BOUNDS))}"))
    try:
        input_type.model_validate(dict(wanted.defaults))
    except ValidationError as error:
        refused = problems_of(error, "defaults", input_type)
        # What only a job has, such as a prompt, is not missing here.
        problems += [problem for problem in refused if problem.path.split(".")[1] in wanted.defaults]
    return problems


def _problems_with_options(options: ModelOptions, family: FamilyName, folder: Path | None) -> list[FieldProblem]:
    given = options.document()
    problems = [
        FieldProblem(f"options.{name}", f"is for pictures; the family {family} takes none")
        for name in ("lora", "controlnet", "ip_adapter")
        if name in given and family is not FamilyName.TEXT_TO_IMAGE
    ]
    if options.compile and family.value not in _PIPELINE_FAMILIES:
        problems.append(FieldProblem("options.compile", f"compiles a denoiser, and the family {family} has none"))
    for name, path in options.paths().items():
        if folder is not None and not (folder / path).exists():
            problems.append(FieldProblem(f"options.{name}", f"names {path}, which is not there"))
    return problems
