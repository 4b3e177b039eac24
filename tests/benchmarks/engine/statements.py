"""What SQLAlchemy sends to the database while a block runs."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Statements:
    """How often each statement was sent, and the last claim with its values."""

    sent: Counter[str] = field(default_factory=Counter)
    claim: tuple[str, Mapping[str, Any]] | None = None


@contextlib.contextmanager
def listening(engine: Engine) -> Iterator[Statements]:
    """Count what an engine sends."""
    heard = Statements()

    def on_statement(
        _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _executemany: bool
    ) -> None:
        heard.sent[" ".join(statement.split())[:100]] += 1
        if "nextval('job_fence')" in statement:
            heard.claim = (statement, values)

    event.listen(engine, "before_cursor_execute", on_statement)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
