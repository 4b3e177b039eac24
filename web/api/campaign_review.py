"""What people think of creatives, and creatives made anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches.document import batch_document
from shared.batches.states import ReviewState
from shared.campaigns import review as reviewing
from web.api.batch_examples import CAMPAIGN
from web.api.campaign_examples import REGENERATION, REVIEW_REQUESTS
from web.api.campaigns import blueprint, item_filter
from web.api.schemas import batches as batch_schemas
from web.api.schemas import campaigns as schemas
from web.auth import api_key, current_principal
from web.rate_limits import limited_submissions
from web.transactions import transactional


@blueprint.post("/<uuid:batch_id>/review")
@api_key(Scope.WRITE)
@blueprint.input(schemas.ReviewRequest, arg_name="body", examples=REVIEW_REQUESTS)
@transactional
@blueprint.output(schemas.Reviewed, description="How many creatives have that verdict now.")
@blueprint.doc(responses={409: "One that is named has not been made: there is nothing to look at."})
def review(batch_id: UUID, body: schemas.ReviewRequest, session: Session) -> dict[str, Any]:
    """Review creatives

    Approve, reject with a reason, or take a verdict back: by their ids, or all that a filter means and that have been
    made. `only=approved` leaves the others out of ZIP, manifest and exports. Twice is once.
    """
    reviewed = reviewing.review(
        session,
        current_principal().workspace_id,
        batch_id,
        ReviewState(body.review),
        items=body.items,
        matching=item_filter(body.filter) if body.filter is not None else None,
        reason=body.reason,
    )
    return {"reviewed": reviewed}


@blueprint.post("/<uuid:batch_id>/regenerate")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(schemas.Regeneration, arg_name="body", example=REGENERATION)
@transactional
@blueprint.output(batch_schemas.Batch, description="The campaign, which goes on.", example=CAMPAIGN)
@blueprint.doc(
    responses={
        409: "One of them is being made, its row is no longer kept, or the campaign is not launched.",
        429: "Too many submissions.",
    }
)
def regenerate(batch_id: UUID, body: schemas.Regeneration, session: Session) -> dict[str, Any]:
    """Make creatives anew

    With another `seed` for what models draw and write, or with other `cells`, for these creatives only. Cells are
    checked as in the plan. The verdicts are forgotten, and whatever comes out the same is taken over, not made.
    """
    campaign = reviewing.regenerate(
        session, current_principal().workspace_id, batch_id, body.items, seed=body.seed, cells=body.cells
    )
    return batch_document(campaign)
