"""``bottega models check``: a real model is loaded in a process of its own and makes a sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.catalog import repository
from shared.cli.main import app
from shared.db import session_scope
from tests.unit.shared.catalog.inspection.folders import safetensors
from worker.starter import adcopy

pytest.importorskip("torch")


def add(tmp_path: Path, folder: Path, *arguments: str) -> None:
    home = ("--home", str(tmp_path))
    result = CliRunner().invoke(app, ["models", "add", "own/adcopy", str(folder), *arguments, *home])
    assert result.exit_code == 0, result.output


def test_a_model_is_loaded_makes_a_sample_and_its_memory_is_noted(database: None, tmp_path: Path) -> None:
    add(tmp_path, adcopy.WEIGHTS, "--default", "max_new_tokens=8")

    run = ["models", "check", "own/adcopy", "--out", str(tmp_path / "out"), "--json", "--home", str(tmp_path)]
    result = CliRunner().invoke(app, run)

    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    (file,) = answer["files"]
    assert Path(file).read_text()
    assert answer["input"]["max_new_tokens"] == 8
    assert answer["load_seconds"] > 0 < answer["generate_seconds"]
    with session_scope() as session:
        model = repository.find(session, "own/adcopy")
    assert model is not None
    # 2.2 million numbers in full precision, the tied head once.
    assert model.memory_bytes == answer["memory_bytes"] == pytest.approx(4 * 2_222_208, rel=0.1)


def test_a_folder_that_changed_since_it_was_added_is_not_loaded(database: None, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in adcopy.WEIGHTS.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    add(tmp_path, folder)
    safetensors(folder / "model.safetensors")

    result = CliRunner().invoke(app, ["models", "check", "own/adcopy", "--home", str(tmp_path)])

    assert result.exit_code == 1
    assert "has changed" in " ".join(result.output.split())
    assert "bottega models add --replace" in " ".join(result.output.split())


def test_a_model_that_is_not_in_the_catalog_is_named(database: None, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["models", "check", "own/nothing", "--home", str(tmp_path)])

    assert result.exit_code == 1
    assert "There is no model 'own/nothing' in the catalog." in " ".join(result.output.split())
