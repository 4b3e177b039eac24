"""Only ``session_scope`` commits, and only repositories and their like write SQL."""

from __future__ import annotations

import ast

from tests.guards.sources import PRODUCT, python_files, short, syntax_tree

MAY_COMMIT = {"shared/db.py", "migrations/env.py"}


def calls_of(name: str, *folders: str) -> set[str]:
    """The files in which a method of that name is called."""
    return {
        short(path)
        for path in python_files(*folders)
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    }


def test_only_session_scope_commits() -> None:
    assert calls_of("commit", *PRODUCT, "migrations") == MAY_COMMIT


def test_nobody_makes_a_session_of_their_own() -> None:
    makers = {
        short(path)
        for path in python_files(*PRODUCT)
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Session", "sessionmaker", "scoped_session"}
    }

    assert makers == {"shared/db.py"}


def test_no_message_is_the_only_copy_of_anything() -> None:
    forbidden = {"eta", "countdown", "expires"}
    users = {
        short(path)
        for path in python_files(*PRODUCT)
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"send_task", "apply_async"}
        and forbidden & {keyword.arg for keyword in node.keywords}
    }

    assert users == set()
    assert calls_of("apply_async", *PRODUCT) | calls_of("delay", *PRODUCT) == set()
    assert calls_of("send_task", *PRODUCT) == {"shared/queue/doorbell.py"}
