"""What a workspace no longer keeps: the files of its finished jobs, and the jobs themselves.

``keep_files_days`` counts from when a file became an output, ``keep_jobs_days`` from a job's end; files go with their
job at the latest. A job that another one still waits for, and one whose webhooks are still on their way, is kept.
Usage stays on the books.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.artifacts import repository as artifacts

_UNNEEDED = """
    NOT EXISTS (SELECT FROM job_dependencies AS link JOIN jobs AS child ON child.id = link.job_id
                 WHERE link.needs_job_id = old.job_id AND child.finished_at IS NULL)
"""

# In both, only the oldest of a workspace are looked at, so that a look costs the same behind a million jobs. Rows that
# a copy for an equal job holds at this moment are left to the next time.
_REMOVE_FILES = text(
    f"""
WITH due AS (
    SELECT old.id FROM workspaces, LATERAL (
        SELECT id, job_id, created_at FROM artifacts
         WHERE workspace_id = workspaces.id AND removed_at IS NULL
           AND created_at < now() - make_interval(days => least(keep_files_days, keep_jobs_days))
         ORDER BY created_at LIMIT :reach) AS old
     WHERE coalesce(keep_files_days, keep_jobs_days) IS NOT NULL AND {_UNNEEDED}
     ORDER BY old.created_at LIMIT :limit
), locked AS (
    SELECT id FROM artifacts WHERE id IN (SELECT id FROM due) AND removed_at IS NULL FOR UPDATE SKIP LOCKED)
UPDATE artifacts SET removed_at = now() FROM locked WHERE artifacts.id = locked.id
RETURNING artifacts.object_key
"""  # noqa: S608 - nothing of a caller's is in it
)

_DELETE_JOBS = text(
    f"""
WITH due AS (
    SELECT old.job_id AS id FROM workspaces, LATERAL (
        SELECT id AS job_id, finished_at FROM jobs
         WHERE workspace_id = workspaces.id AND finished_at < now() - make_interval(days => keep_jobs_days)
         ORDER BY finished_at LIMIT :reach) AS old
     WHERE keep_jobs_days IS NOT NULL
       AND NOT EXISTS (SELECT FROM artifacts WHERE job_id = old.job_id AND removed_at IS NULL)
       AND NOT EXISTS (SELECT FROM events JOIN webhook_deliveries AS delivery ON delivery.event_id = events.id
                        WHERE events.job_id = old.job_id AND delivery.finished_at IS NULL)
       AND {_UNNEEDED}
     ORDER BY old.finished_at LIMIT :limit
), locked AS (
    SELECT id FROM jobs WHERE id IN (SELECT id FROM due) FOR UPDATE SKIP LOCKED)
DELETE FROM jobs USING locked WHERE jobs.id = locked.id
RETURNING jobs.id
"""  # noqa: S608 - nothing of a caller's is in it
)
# How many are looked at for each that is taken: some of the oldest may still be needed.
_REACH = 10


def remove_files(session: Session, limit: int = 500) -> tuple[int, Sequence[str]]:
    """Mark files that are over their time as removed, at most ``limit``.

    Returns how many, and the objects that no kept file refers to any more: delete those once this is committed.
    Nobody can refer to them again, for equal jobs take over only files that are kept.
    """
    keys = session.scalars(_REMOVE_FILES, {"limit": limit, "reach": _REACH * limit}).all()
    # A statement of its own: it sees the copies that were committed while this one waited for nobody.
    kept = artifacts.kept_keys(session, keys)
    return len(keys), sorted(set(keys) - kept)


def delete_jobs(session: Session, limit: int = 500) -> int:
    """Delete finished jobs that are over their time, with their events and deliveries; returns how many.

    Their files must have been removed before.
    """
    return len(session.scalars(_DELETE_JOBS, {"limit": limit, "reach": _REACH * limit}).all())
