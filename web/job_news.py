"""What happens to one job, as it happens."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from web.news_hub import get_hub
from web.subscription import FROM_THE_START, JobNews


class ReaderTooSlow(Exception):
    """More had happened than is kept for one reader; whoever resumes gets the rest."""


def watch(job_id: UUID, after: str = FROM_THE_START, tick_seconds: float = 0.5) -> Iterator[JobNews | None]:
    """News until the job has ended or this process stops; ``None`` when there was none for ``tick_seconds``.

    That the job is the caller's is for the caller to check first. Raises ``ReaderTooSlow``.
    """
    hub = get_hub()
    subscription = hub.join(job_id, after)
    try:
        while True:
            news = subscription.take(tick_seconds)
            if news is None and subscription.is_drained:
                break
            yield news
            if news is not None and news.kind == "end":
                return
    finally:
        hub.leave(subscription)
    if subscription.was_too_slow:
        raise ReaderTooSlow
