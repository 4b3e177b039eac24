"""Take a model out of the catalog. Its row stays: jobs refer to it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.models import Model, ModelState
from shared.catalog.sources import parse_source, weights_revision


def remove_model(session: Session, model: Model, models: Path) -> Path | None:
    """Mark it removed; the pulled folder that nothing else uses, to be deleted when that is committed.

    On a workspace's list it stays, so that one that could use nothing else cannot use everything of a sudden.
    """
    model.state = ModelState.REMOVED
    session.flush()
    source = parse_source(model.source)
    weights = weights_revision(model.revision)
    if not source.is_pulled or not weights:
        return None
    others = repository.all_of_source(session, model.source)
    if any(weights_revision(other.revision) == weights for other in others):
        return None
    folder = source.folder(model.revision, models)
    return folder if folder.is_dir() and folder.resolve().is_relative_to(models.resolve()) else None


def delete_pulled(folder: Path | None) -> int:
    """Delete a pulled folder; how many bytes it held. A worker that loads it meanwhile finds it whole or not at all."""
    if folder is None:
        return 0
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    leaving = folder.with_name(f".removed-{folder.name}")
    folder.rename(leaving)
    shutil.rmtree(leaving)
    return size
