"""Which kind of batch makes what of a row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.batches.expansion import Expander
from shared.batches.jobs_expander import JobsExpander
from shared.batches.jobs_spec import JobsSpec
from shared.batches.models import Batch
from shared.batches.states import BatchKind
from shared.campaigns.expansion import CampaignExpander
from shared.catalog.service import find_model


def expander_of(session: Session, batch: Batch, columns: Sequence[str]) -> Expander:
    """The batch's own. Raises ``InputRefused`` where its settings do not fit the columns or the catalog any more."""
    if batch.kind is BatchKind.CAMPAIGN:
        return CampaignExpander.of(session, batch, columns)
    spec = JobsSpec.model_validate(batch.spec)
    return JobsExpander(spec, find_model(session, batch.workspace_id, spec.model), batch.workspace_id, columns)
