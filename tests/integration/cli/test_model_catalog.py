"""``bottega models add``, ``allow``, ``disable`` and ``remove``, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.catalog import repository
from shared.catalog.models import Model, ModelState
from shared.cli.main import app
from shared.db import session_scope
from tests.integration.jobs.actions import submit
from tests.unit.shared.catalog.inspection.folders import causal_lm, pipeline, safetensors

Run = Callable[..., Any]
COMMIT = "a" * 40


@pytest.fixture
def run(database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs ``bottega`` on the suite's database, with a models folder of the test's own."""
    from shared.config import get_settings

    monkeypatch.setenv("BOTTEGA_MODELS_DIR", str(tmp_path / "models"))
    get_settings.cache_clear()

    def invoke(*arguments: object) -> Any:
        return CliRunner().invoke(app, [*map(str, arguments), "--home", str(tmp_path)])

    yield invoke
    get_settings.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return causal_lm(tmp_path / "own-lm")


def entry(name: str = "own/lm") -> Model:
    with session_scope() as session:
        model = repository.find(session, name)
    assert model is not None
    return model


def said(result: Any) -> str:
    return " ".join(f"{result.output}".split())


def test_a_folder_is_looked_at_and_its_model_can_be_named_by_jobs(run: Run, folder: Path, workspace_id: Any) -> None:
    result = run("models", "add", "own/lm", folder, "--default", "max_new_tokens=20", "--limit", "num_beams.maximum=2")

    assert result.exit_code == 0, result.output
    assert "in the family text: GPT2LMHeadModel is run by the family text." in said(result)
    assert "44 parameters, most of them F16; 88 B of weights" in said(result)
    model = entry()
    assert (model.state, model.licence, model.memory_bytes) == (ModelState.ENABLED, "apache-2.0", 88)
    assert model.source == f"file:{folder}"
    submit(workspace_id, model="own/lm")


def test_the_revision_follows_the_files_and_the_options_that_change_results(run: Run, folder: Path) -> None:
    revisions = []
    for option in ((), ("--option", "channels_last=true"), ("--option", "dtype=float16")):
        assert run("models", "add", "own/lm", folder, "--replace", *option).exit_code == 0
        revisions.append(entry().revision)
    assert revisions[0] == revisions[1]
    assert revisions[2].startswith(f"{revisions[0]}+")

    safetensors(folder / "model.safetensors", {"wte": (3, 3)})
    assert run("models", "add", "own/lm", folder, "--replace").exit_code == 0
    assert entry().revision != revisions[0]


def test_what_is_wrong_with_the_files_is_said_file_by_file_and_nothing_is_added(run: Run, folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    result = run("models", "add", "own/lm", folder)

    assert result.exit_code == 1
    assert "pytorch_model.bin is a pickle" in said(result)
    with session_scope() as session:
        assert repository.find(session, "own/lm") is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--default", "max_new_token=20"), "defaults.max_new_token"),
        (("--default", "max_new_tokens=lots"), "defaults.max_new_tokens"),
        (("--limit", "max_new_tokens.most=20"), "limits.max_new_tokens.most"),
        (("--limit", "width.maximum=20"), "limits.width"),
        (("--option", "offlod=model"), "options.offlod"),
        (("--option", "lora=style@0.5"), "options.lora"),
        (("--option", "compile=true"), "options.compile"),
        (("--resource-class", "Very Large"), "resource_class"),
        (("--revision", COMMIT), "revision"),
        (("--family", "text-to-image"), "family"),
    ],
)
def test_what_a_worker_could_not_follow_is_refused_naming_it(
    run: Run, folder: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    result = run("models", "add", "own/lm", folder, *arguments)

    assert result.exit_code != 0
    assert complaint in said(result)


@pytest.mark.parametrize("name", ["lm", "Own/LM", "own/lm/2"])
def test_a_name_has_an_owner(run: Run, folder: Path, name: str) -> None:
    assert "name" in said(run("models", "add", name, folder))


@pytest.mark.parametrize("revision", ["", "main", "v1.0", "A" * 40, "a" * 39])
def test_a_hub_model_without_a_commit_is_refused(run: Run, revision: str) -> None:
    result = run("models", "add", "own/lm", "hub:someone/lm", "--family", "text", "--revision", revision)

    assert result.exit_code != 0
    assert "40 hexadecimal digits" in said(result)


def test_a_hub_model_is_of_no_use_until_it_is_pulled(run: Run) -> None:
    result = run("models", "add", "own/lm", "hub:someone/lm", "--family", "text", "--revision", COMMIT)

    assert "bottega models pull own/lm" in said(result)
    assert entry().state is ModelState.DISABLED


def test_a_family_that_cannot_be_recognised_has_to_be_named(run: Run, tmp_path: Path) -> None:
    folder = causal_lm(tmp_path / "odd", architectures=["OddModel"])

    refused = run("models", "add", "own/odd", folder)
    assert "family: has to be named: it is not known which family runs OddModel" in said(refused)
    assert run("models", "add", "own/odd", folder, "--family", "text").exit_code == 0


def test_a_name_that_is_taken_is_replaced_only_when_that_is_said_and_by_its_own_kind(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("models", "add", "own/lm", folder)
    assert "--replace" in said(run("models", "add", "own/lm", folder))

    other = pipeline(tmp_path / "sd")
    assert "was that of a text model" in said(run("models", "add", "own/lm", other, "--replace"))


def test_a_model_out_of_use_stays_so_when_it_is_replaced(run: Run, folder: Path) -> None:
    run("models", "add", "own/lm", folder)
    assert run("models", "disable", "own/lm").exit_code == 0
    run("models", "add", "own/lm", folder, "--replace")
    assert entry().state is ModelState.DISABLED

    assert run("models", "enable", "own/lm").exit_code == 0
    assert entry().state is ModelState.ENABLED


def test_a_removed_model_is_listed_no_more_and_its_folder_is_left_alone(run: Run, folder: Path) -> None:
    run("models", "add", "own/lm", folder)

    assert run("models", "remove", "own/lm", "--yes").exit_code == 0
    assert entry().state is ModelState.REMOVED
    assert (folder / "model.safetensors").is_file()
    assert json.loads(run("models", "list", "--all", "--json").stdout) == []
    assert "There is no model" in said(run("models", "enable", "own/lm"))

    assert run("models", "add", "own/lm", folder).exit_code == 0
    assert entry().state is ModelState.ENABLED


def test_a_pulled_folder_is_deleted_with_the_last_model_that_uses_it(run: Run, tmp_path: Path) -> None:
    pulled = causal_lm(tmp_path / "models" / "hub" / "someone--lm" / COMMIT)
    for name in ("own/one", "own/two"):
        assert run("models", "add", name, "hub:someone/lm", "--revision", COMMIT).exit_code == 0

    run("models", "remove", "own/one", "--yes")
    assert pulled.is_dir()
    run("models", "remove", "own/two", "--yes")
    assert not pulled.exists()


def test_nothing_is_removed_without_a_yes(run: Run, folder: Path) -> None:
    run("models", "add", "own/lm", folder)

    assert run("models", "remove", "own/lm").exit_code == 1
    assert entry().state is ModelState.ENABLED


def test_a_workspace_s_list_is_made_shown_and_emptied(run: Run, folder: Path, workspace_id: Any) -> None:
    run("models", "add", "own/lm", folder)
    assert "main may use every model." in said(run("models", "allow", "main"))
    assert "main may use own/lm, and no other model." in said(run("models", "allow", "main", "own/lm"))

    assert "say --all" in said(run("models", "disallow", "main", "own/lm"))
    assert json.loads(run("models", "allow", "main", "--json").stdout)["models"] == ["own/lm"]
    assert "main may use every model." in said(run("models", "disallow", "main", "--all"))


def test_everything_of_the_catalog_is_listed_for_the_operator(run: Run, folder: Path, models: None) -> None:
    run("models", "add", "own/lm", folder, "--resource-class", "large")
    run("models", "disable", "own/lm")

    listed = {item["name"]: item for item in json.loads(run("models", "list", "--all", "--json").stdout)}
    assert set(listed) == {"own/lm", "starter/adcopy", "starter/backdrops"}
    assert (listed["own/lm"]["state"], listed["own/lm"]["resource_class"]) == ("disabled", "large")
    assert "disabled" in said(run("models", "list", "--all"))
