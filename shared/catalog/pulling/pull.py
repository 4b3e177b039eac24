"""Bring a model's weights to this machine: fetched beside their place, looked at, and moved there as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path

from shared.catalog.inspection.folder import inspect_folder
from shared.catalog.inspection.problems import ModelRefused
from shared.catalog.models import Model
from shared.catalog.pulling.bucket import Show, fetch_from_bucket
from shared.catalog.pulling.errors import PullFailed
from shared.catalog.pulling.hub import fetch_from_hub
from shared.catalog.registration import Described, Wanted, describe
from shared.catalog.revision import FileHashes, folder_revision
from shared.catalog.sources import Source, SourceKind, models_folder, parse_source, weights_revision
from shared.config import Settings


def pull(model: Model, settings: Settings, show: Show = lambda _done, _total: None) -> Described:
    """Fetch what is not here, and say what the catalog is to hold of it. Takes as long as it takes: no transaction.

    Raises ``PullFailed``, ``ModelRefused`` for files that are not taken, ``StoreUnavailable``.
    """
    source = parse_source(model.source)
    if not source.is_pulled:
        raise PullFailed(f"{model.name} is not fetched from anywhere: its weights are {source}.")
    models = models_folder(settings)
    hashes = FileHashes(models / ".hashes.json")
    weights = weights_revision(model.revision)
    if not weights or not source.folder(weights, models).is_dir():
        weights = _fetch(source, weights, models, settings, hashes, show)
    return describe(_as_wanted(model, source, weights), models, hashes)


def _fetch(source: Source, weights: str, models: Path, settings: Settings, hashes: FileHashes, show: Show) -> str:
    """Fetch into a folder of its own, which an interrupted run leaves for the next one; the weights' revision."""
    coming = source.pulled_folders(models) / f".coming-{weights or 'first'}"
    coming.mkdir(parents=True, exist_ok=True)
    if source.kind is SourceKind.HUB:
        fetch_from_hub(source.place, weights, coming, hashes)
        found = weights
    else:
        fetch_from_bucket(source.place, coming, settings, show)
        found = folder_revision(coming, hashes)
    try:
        inspect_folder(coming)
        if weights and found != weights:
            raise PullFailed(f"{source} holds other files than it did: they hash to {found}, not {weights}.")
    except (ModelRefused, PullFailed):
        shutil.rmtree(coming)
        raise
    place = source.folder(found, models)
    if place.is_dir():
        shutil.rmtree(coming)
    else:
        coming.rename(place)
    return found


def _as_wanted(model: Model, source: Source, weights: str) -> Wanted:
    return Wanted(
        name=model.name,
        source=source,
        family=model.family,
        revision=weights,
        title=model.title,
        description=model.description,
        licence="" if model.licence == "unknown" else model.licence,
        resource_class=model.resource_class,
        defaults=model.defaults,
        limits=model.limits,
        options=model.options,
    )
