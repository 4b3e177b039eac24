"""Claims that no database knows."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.identifiers import new_id
from shared.jobs.claims import Claim


def some_claims(count: int) -> list[Claim]:
    """So many claims of jobs that do not exist."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return [
        Claim(new_id(), new_id(), new_id(), fence, 1, {}, "one-shape", bytes(32), False, now) for fence in range(count)
    ]
