"""One statement that picks, leases and fences a forward batch.

The order is priority class, then models that the worker has loaded, then the workspace that has the fewest jobs
running, then the one that was served longest ago, then age. Every lane, a (class, workspace, model) with something
queued, is looked at through a skip scan of the claim index (one probe a lane), so that a small workspace cannot starve
behind a big one; lanes that are paused, at a cap, or of models that the worker does not serve are left out. The first
job in that order that no other claimer holds is the head; the members share its batch key, and are taken from the
workspaces in turn. ``SKIP LOCKED`` keeps claimers from waiting for one another.
"""

from __future__ import annotations

from sqlalchemy import text

LANES_IN_FULL = 4
"""Lanes beyond this many give fewer candidates each, so that a claim's cost is bounded."""

_SHARE = """
WITH RECURSIVE lane AS (
    (SELECT priority, workspace_id, model_id FROM jobs
      WHERE queue = :queue AND state = 'queued'
      ORDER BY priority, workspace_id, model_id LIMIT 1)
    UNION ALL
    SELECT following.priority, following.workspace_id, following.model_id FROM lane, LATERAL (
        SELECT priority, workspace_id, model_id FROM jobs
         WHERE queue = :queue AND state = 'queued'
           AND (priority, workspace_id, model_id) > (lane.priority, lane.workspace_id, lane.model_id)
         ORDER BY priority, workspace_id, model_id LIMIT 1) AS following
), busy AS (
    SELECT workspace_id, model_id, count(*) AS running FROM jobs
     WHERE queue = :queue AND state = 'running' GROUP BY workspace_id, model_id
), of_workspace AS (
    SELECT workspaces.id AS workspace_id, max_running, coalesce(sum(busy.running), 0) AS running
      FROM workspaces LEFT JOIN busy ON busy.workspace_id = workspaces.id
     WHERE workspaces.id IN (SELECT workspace_id FROM lane) GROUP BY workspaces.id
), of_model AS (
    SELECT models.id AS model_id, max_running, coalesce(sum(busy.running), 0) AS running
      FROM models LEFT JOIN busy ON busy.model_id = models.id
     WHERE models.id IN (SELECT model_id FROM lane)
       AND (CAST(:classes AS text[]) IS NULL OR models.resource_class = ANY(CAST(:classes AS text[])))
     GROUP BY models.id
), share AS MATERIALIZED (
    SELECT lane.priority, lane.workspace_id, lane.model_id, of_workspace.running,
           of_workspace.max_running - of_workspace.running AS workspace_room,
           of_model.max_running - of_model.running AS model_room,
           (SELECT fence FROM jobs
             WHERE queue = :queue AND workspace_id = lane.workspace_id AND fence IS NOT NULL
             ORDER BY fence DESC LIMIT 1) AS served
      FROM lane JOIN of_workspace USING (workspace_id) JOIN of_model USING (model_id)
     WHERE NOT EXISTS (
        SELECT FROM pauses
         WHERE queue = :queue OR pauses.model_id = lane.model_id OR pauses.workspace_id = lane.workspace_id)
       AND coalesce(of_workspace.max_running > of_workspace.running, true)
       AND coalesce(of_model.max_running > of_model.running, true)
)"""

_BEST_HEAD = """
head AS (
    SELECT jobs.id, jobs.workspace_id, jobs.model_id, jobs.batch_key, jobs.runs_alone FROM (
        SELECT due.id, row_number() OVER (
            ORDER BY priority, share.model_id <> ALL(:loaded), due.place, running, served NULLS FIRST,
                     due.run_after, due.id) AS turn
          FROM share, LATERAL (
            SELECT id, run_after, row_number() OVER (ORDER BY run_after, id) AS place FROM jobs
             WHERE queue = :queue AND state = 'queued' AND run_after <= now()
               AND (expires_at IS NULL OR expires_at > now()) AND priority = share.priority
               AND workspace_id = share.workspace_id AND model_id = share.model_id
             ORDER BY run_after, id
             LIMIT (SELECT greatest(:reach * :lanes / greatest(count(*), :lanes), 2) FROM share)) AS due
         ORDER BY turn LIMIT :reach) AS candidate JOIN jobs USING (id)
     WHERE jobs.state = 'queued' ORDER BY turn LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED
)"""

# One that runs already: more of its kind may join it.
_GIVEN_HEAD = """
head AS (
    SELECT id, workspace_id, model_id, batch_key, runs_alone FROM jobs WHERE id = :head_id
)"""

_PEERS = """
peer_lane AS MATERIALIZED (
    SELECT share.* FROM head JOIN share USING (model_id)
     WHERE NOT head.runs_alone AND EXISTS (
        SELECT FROM jobs
         WHERE state = 'queued' AND batch_key = head.batch_key AND priority = share.priority
           AND workspace_id = share.workspace_id AND run_after <= now())
), peer AS (
    SELECT jobs.id FROM (
        SELECT nth.id, row_number() OVER (ORDER BY priority, running + nth.place, nth.run_after, nth.id) AS turn
          FROM (
            SELECT due.id, due.run_after, priority, running, workspace_room, peer_lane.workspace_id,
                   row_number() OVER (
                    PARTITION BY peer_lane.workspace_id ORDER BY priority, due.run_after, due.id) AS place
              FROM head, peer_lane, LATERAL (
                SELECT id, run_after FROM jobs
                 WHERE queue = :queue AND state = 'queued' AND run_after <= now() AND batch_key = head.batch_key
                   AND (expires_at IS NULL OR expires_at > now()) AND priority = peer_lane.priority
                   AND workspace_id = peer_lane.workspace_id AND NOT runs_alone AND id <> head.id
                 ORDER BY run_after, id
                 LIMIT (SELECT greatest(:reach * :lanes / greatest(count(*), :lanes), 2) FROM peer_lane)) AS due
          ) AS nth, head
         WHERE workspace_room IS NULL
            OR nth.place <= workspace_room - (nth.workspace_id = head.workspace_id)::int * :head_counts
         ORDER BY turn LIMIT :reach) AS candidate JOIN jobs USING (id)
     WHERE jobs.state = 'queued' ORDER BY turn
     LIMIT (
        SELECT greatest(least(coalesce((CAST(:sizes AS jsonb) ->> head.batch_key)::int, :limit), min(model_room))
                        - :head_counts, 0)
          FROM head, peer_lane GROUP BY head.batch_key)
       FOR UPDATE OF jobs SKIP LOCKED
)"""

_TAKE = """
UPDATE jobs SET
    state = 'running',
    fence = nextval('job_fence'),
    worker_id = :worker_id,
    lease_until = clock_timestamp() + make_interval(secs => :lease_seconds),
    started_at = clock_timestamp(),
    attempts = attempts + 1
FROM member WHERE jobs.id = member.id
RETURNING jobs.*
"""

_HEAD_AND_PEERS = "member AS (SELECT id FROM head UNION ALL SELECT id FROM peer)"
_ONLY_PEERS = "member AS (SELECT id FROM peer)"

CLAIM = text(",".join((_SHARE, _BEST_HEAD, _PEERS, _HEAD_AND_PEERS)) + _TAKE)
"""Takes the best head and its peers. Parameters: those of ``FILL`` but ``head_id``, and ``loaded``."""
FILL = text(",".join((_SHARE, _GIVEN_HEAD, _PEERS, _ONLY_PEERS)) + _TAKE)
"""Takes peers of ``head_id``: ``queue, worker_id, classes, limit, sizes, reach, lanes, lease_seconds, head_counts``."""
