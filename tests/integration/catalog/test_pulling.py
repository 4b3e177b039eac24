"""Models fetched from a hub and from a bucket: whole and checked, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.catalog import repository
from shared.catalog.inspection.problems import ModelRefused
from shared.catalog.models import Model, ModelState
from shared.catalog.pulling.choice import chosen_files
from shared.catalog.pulling.errors import PullFailed
from shared.catalog.pulling.pull import pull
from shared.catalog.registration import Wanted, describe, write
from shared.catalog.sources import models_folder, parse_source
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.identifiers import new_id
from shared.storage.s3 import get_store
from tests.integration.catalog.hub_server import COMMIT, REPOSITORY, Hub, served
from tests.unit.shared.catalog.inspection.folders import causal_lm, safetensors

pytest.importorskip("huggingface_hub")


@pytest.fixture
def settings(database: None, tmp_path: Path) -> Settings:
    return get_settings().model_copy(update={"models_dir": tmp_path / "models"})


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    folder = causal_lm(tmp_path / "upstream")
    safetensors(folder / "model.safetensors", {"weight": (100_000,)})
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    (folder / "handler.py").write_text("raise SystemExit")
    with served(Hub.of(folder)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def add(settings: Settings, source: str, revision: str = "") -> Model:
    from shared.catalog.families import FamilyName

    wanted = Wanted("own/lm", parse_source(source), FamilyName.TEXT, revision)
    with session_scope() as session:
        return write(session, describe(wanted, models_folder(settings)))


def pull_again(settings: Settings) -> Model:
    """As ``bottega models pull`` does it."""
    with session_scope() as session:
        model = repository.find(session, "own/lm")
    assert model is not None
    described = pull(model, settings)
    with session_scope() as session:
        return write(session, described, replace=True)


def test_a_commit_is_fetched_without_what_nothing_loads_and_can_be_used(hub: Hub, settings: Settings) -> None:
    assert add(settings, f"hub:{REPOSITORY}", COMMIT).state is ModelState.DISABLED

    model = pull_again(settings)

    folder = models_folder(settings) / "hub" / "someone--lm" / COMMIT
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert names == {"README.md", "config.json", "model.safetensors", "tokenizer.json"}
    assert (model.state, model.revision, model.memory_bytes) == (ModelState.ENABLED, COMMIT, 400_000)
    assert model.licence == "apache-2.0"


def test_what_is_here_is_not_fetched_again(hub: Hub, settings: Settings) -> None:
    add(settings, f"hub:{REPOSITORY}", COMMIT)
    pull_again(settings)
    hub.sent.clear()

    pull_again(settings)

    assert hub.sent == []


def test_a_file_that_is_not_what_the_hub_said_is_refused_and_fetched_again(hub: Hub, settings: Settings) -> None:
    add(settings, f"hub:{REPOSITORY}", COMMIT)
    whole = hub.files["model.safetensors"]
    hub.files["model.safetensors"] = whole[:-1] + b"\x01"

    with pytest.raises(PullFailed, match=r"model.safetensors is not what the hub says it is"):
        pull_again(settings)
    assert not (models_folder(settings) / "hub" / "someone--lm" / COMMIT).exists()

    hub.files["model.safetensors"] = whole
    assert pull_again(settings).state is ModelState.ENABLED


def test_an_interrupted_fetch_leaves_no_model_and_goes_on(hub: Hub, settings: Settings) -> None:
    add(settings, f"hub:{REPOSITORY}", COMMIT)
    del hub.files["tokenizer.json"]
    with pytest.raises(PullFailed, match="run it again"):
        pull_again(settings)
    assert not (models_folder(settings) / "hub" / "someone--lm" / COMMIT).exists()
    hub.files["tokenizer.json"] = b'{"model": {}}'

    assert pull_again(settings).state is ModelState.ENABLED
    assert hub.sent.count("model.safetensors") == 1


def test_another_commit_than_the_pinned_one_is_refused(hub: Hub, settings: Settings) -> None:
    add(settings, f"hub:{REPOSITORY}", COMMIT)
    hub.commit = "d" * 40

    with pytest.raises(PullFailed, match="answers with the commit dddd"):
        pull_again(settings)


def test_a_hub_that_does_not_answer_is_told_in_a_sentence(hub: Hub, settings: Settings) -> None:
    add(settings, "hub:someone/else", COMMIT)

    with pytest.raises(PullFailed, match="someone/else could not be fetched"):
        pull_again(settings)


@pytest.fixture
def prefix() -> str:
    """A place in the suite's bucket that no other test uses."""
    return f"models/{new_id().hex}"


def upload(folder: Path, prefix: str) -> str:
    """Put a folder into the bucket; its source."""
    for path in folder.rglob("*"):
        get_store().put(
            f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes(), "application/octet-stream"
        )
    return f"s3:{get_settings().s3_bucket}/{prefix}"


def test_a_bucket_s_model_is_known_by_its_files_from_the_first_pull_on(
    settings: Settings, prefix: str, tmp_path: Path
) -> None:
    folder = causal_lm(tmp_path / "upstream")
    source = upload(folder, prefix)
    assert add(settings, source).revision == ""

    model = pull_again(settings)
    assert model.state is ModelState.ENABLED
    assert parse_source(source).folder(model.revision, models_folder(settings)).is_dir()

    elsewhere = settings.model_copy(update={"models_dir": tmp_path / "another-machine"})
    assert pull_again(elsewhere).revision == model.revision
    safetensors(folder / "model.safetensors", {"weight": (7,)})
    upload(folder, prefix)
    with pytest.raises(PullFailed, match="holds other files than it did"):
        pull_again(settings.model_copy(update={"models_dir": tmp_path / "a-third"}))


def test_files_that_are_refused_do_not_stay(settings: Settings, prefix: str, tmp_path: Path) -> None:
    folder = causal_lm(tmp_path / "upstream", auto_map={"AutoModel": "own.Model"})
    add(settings, upload(folder, prefix))

    with pytest.raises(ModelRefused, match="asks for code"):
        pull_again(settings)
    assert [path for path in models_folder(settings).rglob("*") if path.is_file() and path.name != ".hashes.json"] == []


def test_an_empty_prefix_is_told(settings: Settings, prefix: str) -> None:
    add(settings, f"s3:{get_settings().s3_bucket}/{prefix}")

    with pytest.raises(PullFailed, match="There is no model below"):
        pull_again(settings)


def test_variants_and_single_checkpoints_are_left_where_they_are() -> None:
    names = [
        "model_index.json",
        "sd_xl_base_1.0.safetensors",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "vae/diffusion_pytorch_model.bin",
        ".gitattributes",
        "README.md",
        "tokenizer/merges.txt",
        "pipeline.py",
    ]
    assert chosen_files(names) == [
        "README.md",
        "model_index.json",
        "tokenizer/merges.txt",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
    ]


@pytest.mark.parametrize("name", ["../../.bashrc.json", "/etc/cron.d/job.txt", "unet\\..\\x.json"])
def test_a_file_that_would_lie_elsewhere_ends_it_all(name: str) -> None:
    with pytest.raises(PullFailed, match="outside of the model"):
        chosen_files(["config.json", name])
