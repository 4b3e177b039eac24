"""The weights of one component: its safetensors, whole, under the names by which the libraries look for them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from shared.catalog.inspection.files import read_json
from shared.catalog.inspection.problems import FileProblem
from shared.catalog.inspection.safetensors_header import MalformedHeader, Tensors, read_tensors

_NAMES = ("diffusion_pytorch_model.safetensors", "model.safetensors")
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"})


def weigh(folder: Path, component: Path, files: list[Path]) -> tuple[Tensors, list[FileProblem]]:
    """What the component's weights hold, and what is wrong with them.

    ``component`` is its folder's path in the model's ``folder``; ``files`` are the model's.
    """
    here = [file for file in files if file.parent == component]
    shards, problems = _chosen(folder, component, here)
    tensors = Tensors()
    for shard in shards:
        try:
            tensors += read_tensors(folder / shard)
        except MalformedHeader as error:
            problems.append(FileProblem.of(shard, str(error)))
    return tensors, problems


def _chosen(folder: Path, component: Path, here: list[Path]) -> tuple[list[Path], list[FileProblem]]:
    """The files that a loader opens: one, or the shards that an index names."""
    for name in _NAMES:
        if component / name in here:
            return [component / name], []
        if (index := component / f"{name}.index.json") in here:
            return _shards(folder, index, here)
    return [], [_without_weights(component, here)]


def _shards(folder: Path, index: Path, here: list[Path]) -> tuple[list[Path], list[FileProblem]]:
    try:
        names = sorted(set(read_json(folder / index)["weight_map"].values()))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], [FileProblem.of(index, "does not say which files the weights are in; get the file again")]
    shards, problems = [], []
    for name in names:
        if not isinstance(name, str) or len(PurePosixPath(name).parts) != 1 or not name.endswith(".safetensors"):
            problems.append(FileProblem.of(index, f"names {name!r}, which is no safetensors file beside it"))
        elif index.with_name(name) not in here:
            problems.append(FileProblem.of(index.with_name(name), f"is missing, and {index.name} names it; get it"))
        else:
            shards.append(index.with_name(name))
    return shards, problems


def _without_weights(component: Path, here: list[Path]) -> FileProblem:
    pickle = next((file for file in here if file.suffix in _PICKLES), None)
    if pickle is not None:
        return FileProblem.of(
            pickle,
            "is a pickle, which can run code when it is opened, and there are no safetensors beside it;"
            " get the safetensors of this model, or save it again with safe_serialization=True",
        )
    variant = next((file for file in here if file.suffix == ".safetensors"), None)
    if variant is not None:
        wanted = " or ".join(_NAMES)
        return FileProblem.of(variant, f"is not loaded under this name; call it {wanted}")
    return FileProblem.of(component / _NAMES[1], "is missing: there are no weights; get the whole model")
