"""Files that nobody refers to: what attempts left behind that did not become the job's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.jobs.models import Job
from shared.jobs.states import TERMINAL


def ended_jobs(session: Session, job_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Those of these jobs that have ended; one that is not known here is none of them."""
    return session.scalars(select(Job.id).where(Job.id.in_(job_ids), Job.state.in_(TERMINAL))).all()
