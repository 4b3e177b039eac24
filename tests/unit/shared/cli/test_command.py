"""The command as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.unit.shared.cli.conftest import Run

HEAVY = ("httpx", "pydantic_settings", "sqlalchemy", "alembic", "boto3", "redis", "celery", "psutil", "shared.stack")


def test_the_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, typer.testing, shared.cli.main as main\n"
        "assert typer.testing.CliRunner().invoke(main.app, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert loaded.stdout == "[]\n"


def test_the_help_lists_every_command_and_the_exit_statuses(run: Run) -> None:
    text = run("--help").stdout
    for name in ("submit", "jobs", "models", "up", "status", "down", "logs", "sign-in", "demo", "migrate", "bootstrap"):
        assert name in text
    assert "Exit status" in text


def test_operating_without_a_database_says_what_to_do(run: Run, tmp_path: Path) -> None:
    for command in (["migrate"], ["bootstrap"], ["keys", "list"], ["workspaces", "create", "acme"], ["sign-in"]):
        result = run(*command, "--home", tmp_path, env={"BOTTEGA_DATABASE_URL": None})
        assert result.exit_code == 1, command
        assert "bottega up" in result.stderr
        assert "BOTTEGA_DATABASE_URL" in result.stderr


def test_seeing_or_stopping_what_does_not_run_says_so(run: Run, tmp_path: Path) -> None:
    for command in ("status", "down"):
        result = run(command, "--home", tmp_path)
        assert result.exit_code == 1
        assert "No stack runs" in result.stderr


def test_a_demo_without_its_packages_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['standardwebhooks'] = None\n"
        f"sys.argv = ['bottega', 'demo', '--home', {str(tmp_path)!r}]\n"
        "import shared.cli.__main__"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "standardwebhooks: pip install" in done.stderr
