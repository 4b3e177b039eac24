"""Migrations follow one another in one line."""

from __future__ import annotations

import re

from alembic.script import ScriptDirectory

from shared.schema import alembic_config
from tests.guards.sources import python_files

SCRIPTS = ScriptDirectory.from_config(alembic_config())


def test_there_is_one_first_and_one_last_migration() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_every_migration_has_one_before_it_and_at_most_one_after() -> None:
    before = [found.down_revision for found in SCRIPTS.walk_revisions()]

    assert all(revision is None or isinstance(revision, str) for revision in before), "two before one"
    assert len(before) == len(set(before)), "two after one"


def test_a_file_says_when_and_what_and_can_be_undone() -> None:
    files = [path for path in python_files("migrations/versions") if path.stem != "__init__"]

    assert [path.name for path in files if not re.fullmatch(r"\d{8}_[a-z]+(_[a-z0-9]+)+\.py", path.name)] == []
    assert [path.name for path in files if "def downgrade() -> None:\n    pass" in path.read_text("utf-8")] == []
