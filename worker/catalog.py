"""From a catalog entry to weights on this machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.models import Model
from shared.catalog.options import read_options
from shared.catalog.revision import FileHashes, folder_revision, model_revision
from shared.catalog.sources import SourceKind, models_folder, parse_source, weights_revision
from shared.config import get_settings
from shared.errors import InputRefused, ModelLoadFailed
from worker.builtin import BUILTIN_FOLDERS
from worker.families.base import ModelRef
from worker.starter.catalog import STARTER_WEIGHTS

_SHA256_DIGITS = 64


def model_ref(session: Session, model_id: UUID) -> ModelRef:
    """What a family needs to load the model. Raises ``ModelLoadFailed`` when its weights are not here."""
    model = repository.by_id(session, model_id)
    if model is None:
        raise ModelLoadFailed("The model is no longer in the catalog.")
    return ModelRef(model.name, model.family, model.revision, _folder(model), model.defaults, model.id, model.options)


def check_weights(ref: ModelRef) -> None:
    """Make sure that the files are those of the model's revision. Raises ``ModelLoadFailed`` when they have changed.

    A job's fingerprint names the revision: other weights under it would pass for the same results. A pulled commit
    was checked, file by file, when it was pulled.
    """
    weights = weights_revision(ref.revision)
    hashes = _hashes()
    if len(weights) == _SHA256_DIGITS and ref.path not in STARTER_WEIGHTS.values():
        weights = folder_revision(ref.path, hashes)
    try:
        found = model_revision(weights, read_options(ref.options), hashes)
    except (InputRefused, OSError) as error:
        raise ModelLoadFailed(f"The options of {ref.name} cannot be followed here: {error}") from error
    if found != ref.revision:
        raise ModelLoadFailed(
            f"The files of {ref.name} are not those that were added: {ref.path} has changed. If that is meant, add it"
            " again: bottega models add --replace"
        )


@cache
def _hashes() -> FileHashes:
    return FileHashes(models_folder(get_settings()) / ".hashes.json")


def _folder(model: Model) -> Path:
    try:
        source = parse_source(model.source)
        if source.kind is SourceKind.STARTER:
            folder = STARTER_WEIGHTS[source.place]
        elif source.kind is SourceKind.BUILTIN:
            folder = BUILTIN_FOLDERS[source.place]
        else:
            folder = source.folder(model.revision, models_folder(get_settings()))
    except (InputRefused, LookupError):
        folder = None
    if folder is None or not folder.is_dir():
        raise ModelLoadFailed(f"The weights of {model.name} are not on this worker: {model.source}")
    return folder
