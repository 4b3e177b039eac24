"""The ``Prefer: wait=N`` header (RFC 7240): answer when the job has ended, or after N seconds."""

from __future__ import annotations

import re
import time
from uuid import UUID

from flask import request

from web.job_news import watch

MAX_WAIT_SECONDS = 60
_WAIT = re.compile(r"\s*wait\s*=\s*\"?([0-9]{1,6})\"?\s*", re.IGNORECASE)


def preferred_wait() -> int:
    """How many seconds this request wants to wait, 60 at most; 0 when it does not say."""
    for header in request.headers.getlist("Prefer"):
        for preference in header.split(","):
            if match := _WAIT.fullmatch(preference.partition(";")[0]):
                return min(int(match[1]), MAX_WAIT_SECONDS)
    return 0


def wait_for_end(job_id: UUID, seconds: int) -> bool:
    """Whether a job of the caller's ended within that time. Holds no transaction while it waits."""
    until = time.monotonic() + seconds
    for news in watch(job_id):
        if news is not None and news.kind == "end":
            return True
        if time.monotonic() >= until:
            return False
    return False
