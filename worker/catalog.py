"""From a catalog entry to weights on this machine."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.models import Model
from shared.errors import ModelLoadFailed
from worker.families.base import ModelRef
from worker.starter.catalog import STARTER_WEIGHTS


def model_ref(session: Session, model_id: UUID) -> ModelRef:
    """What a family needs to load the model. Raises ``ModelLoadFailed`` when its weights are not here."""
    model = repository.by_id(session, model_id)
    if model is None:
        raise ModelLoadFailed("The model is no longer in the catalog.")
    return ModelRef(model.name, model.family, model.revision, _folder(model), model.defaults, model.id)


def _folder(model: Model) -> Path:
    scheme, _, rest = model.source.partition(":")
    if scheme == "starter" and rest in STARTER_WEIGHTS:
        return STARTER_WEIGHTS[rest]
    if scheme == "file" and Path(rest).is_dir():
        return Path(rest)
    raise ModelLoadFailed(f"The weights of {model.name} are not on this worker: {model.source}")
