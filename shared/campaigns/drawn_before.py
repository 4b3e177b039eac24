"""Pictures that a campaign would have drawn and that have been drawn before: a preview shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.batches.creation import custom_id
from shared.batches.prompts import Draw
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.prompting import Prompts
from shared.campaigns.request import PreviewRequest
from shared.campaigns.sources import ImageSource
from shared.catalog.models import Model
from shared.catalog.service import find_model
from shared.errors import FieldProblem, InputRefused
from shared.jobs.fingerprint import fingerprint
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.tables.rows import Row


class DrawnBefore:
    """Looks for the pictures of one preview."""

    def __init__(
        self,
        session: Session,
        workspace_id: UUID,
        request: PreviewRequest,
        kit: BrandKitSpec | None,
        columns: Collection[str],
    ) -> None:
        """Raises ``InputRefused`` for a model that there is not, or a prompt that cannot be read."""
        self._session = session
        self._workspace_id = workspace_id
        self._seed = request.seed
        self._kit = kit
        self._prompts = Prompts(request.generated, {}, request.wildcards, kit, columns, images_path="generated")
        problems = list(self._prompts.problems)
        self._sources: dict[str, tuple[Model, ImageSource]] = {}
        for name, wish in request.generated.items():
            model_name = wish.model or (kit.style.model if kit is not None else None) or ""
            try:
                model = find_model(session, workspace_id, model_name)
            except InputRefused as refused:
                problems.append(FieldProblem(f"generated.{name}.model", refused.problems[0].message))
                continue
            named = wish.model_copy(update={"model": model_name})
            self._sources[name] = model, ImageSource(name, named, model, kit, self._seed)
        if problems:
            raise InputRefused(problems)

    def picture(self, field: str, box: tuple[int, int], row: Row) -> dict[str, Any] | None:
        """The picture that a row would have drawn for a box, as a file of a scene; none where it never was."""
        if field not in self._sources:
            return None
        model, source = self._sources[field]
        prompt = self._prompts.of_image(field, row.cells, Draw(self._seed, custom_id(row)))
        if not isinstance(prompt, str):
            return None
        source.use([box])
        try:
            draft = source.drafts(prompt.strip(), _seed_of(row.cells), 0)[source.bucket(*box)]
        except InputRefused:
            return None
        found = self._newest(fingerprint(model, draft.request["input"]))
        return None if found is None else {"artifact": str(found)}

    def _newest(self, wanted: bytes) -> UUID | None:
        query = (
            select(Artifact.id)
            .join(Job, Job.id == Artifact.job_id)
            .where(
                Job.workspace_id == self._workspace_id,
                Job.fingerprint == wanted,
                Job.state == JobState.SUCCEEDED,
                Artifact.index == 0,
                Artifact.removed_at.is_(None),
            )
        )
        return self._session.scalar(query.order_by(Job.id.desc()).limit(1))


def _seed_of(cells: Mapping[str, str]) -> int | None:
    written = cells.get("seed", "").strip()
    return int(written) if written.isascii() and written.isdigit() else None
