"""What people think of creatives, and creatives made anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.batches.models import BatchItem
from shared.batches.repository import ItemFilter
from shared.batches.states import BatchState, ReviewState
from shared.campaigns.review import regenerate, review
from shared.db import session_scope
from shared.errors import InputRefused, NotFound, StateConflict
from shared.identifiers import new_id
from tests.integration.batches import workshop
from tests.integration.campaigns import studio
from tests.integration.jobs.actions import another_workspace


def judge(workspace_id: UUID, batch_id: UUID, verdict: ReviewState, **choice: Any) -> int:
    with session_scope(workspace_id) as session:
        return review(session, workspace_id, batch_id, verdict, **choice)


def make_anew(workspace_id: UUID, batch_id: UUID, items: list[BatchItem], **changes: Any) -> None:
    with session_scope(workspace_id) as session:
        regenerate(session, workspace_id, batch_id, [item.id for item in items], **changes)


def refusal(workspace_id: UUID, batch_id: UUID, items: list[BatchItem], **changes: Any) -> dict[str, str]:
    """The problems with making creatives anew, by their paths."""
    with pytest.raises(InputRefused) as refused:
        make_anew(workspace_id, batch_id, items, **changes)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_creatives_are_approved_rejected_with_a_reason_and_opened_again(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)
    first, second, *_ = studio.items(batch_id)

    assert judge(studio_id, batch_id, ReviewState.APPROVED, items=[first.id, second.id]) == 2
    assert judge(studio_id, batch_id, ReviewState.REJECTED, items=[second.id], reason=" too dark ") == 1
    approved, rejected, *others = studio.items(batch_id)
    assert (approved.review, approved.review_reason) == (ReviewState.APPROVED, None)
    assert (rejected.review, rejected.review_reason) == (ReviewState.REJECTED, "too dark")
    assert {item.review for item in others} == {ReviewState.PENDING}
    judge(studio_id, batch_id, ReviewState.PENDING, items=[second.id])
    opened = studio.items(batch_id)[1]
    assert (opened.review, opened.review_reason, opened.reviewed_at) == (ReviewState.PENDING, None, None)


def test_all_that_match_a_filter_are_reviewed_at_once(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)

    assert judge(studio_id, batch_id, ReviewState.APPROVED, matching=ItemFilter(locale="de", size="story")) == 3
    rest = ItemFilter(review=ReviewState.PENDING)
    assert judge(studio_id, batch_id, ReviewState.REJECTED, matching=rest, reason="no") == 9
    assert judge(studio_id, batch_id, ReviewState.APPROVED) == 12


def test_what_is_not_made_yet_is_not_reviewed(studio_id: UUID) -> None:
    batch_id = studio.launched(studio_id)
    first = studio.items(batch_id)[0]

    assert judge(studio_id, batch_id, ReviewState.APPROVED) == 0
    with pytest.raises(StateConflict, match="has not been made"):
        judge(studio_id, batch_id, ReviewState.APPROVED, items=[first.id])


def test_a_review_that_cannot_be_is_refused(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)
    first = studio.items(batch_id)[0]

    with pytest.raises(InputRefused, match="reason: says what is wrong"):
        judge(studio_id, batch_id, ReviewState.REJECTED, items=[first.id], reason=" ")
    with pytest.raises(NotFound, match="There is no creative"):
        judge(studio_id, batch_id, ReviewState.APPROVED, items=[first.id, new_id()])
    other = another_workspace("other")
    with pytest.raises(NotFound):
        judge(other, batch_id, ReviewState.APPROVED, items=[first.id])


def test_a_new_seed_draws_another_picture_for_that_creative_alone(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)
    before = studio.items(batch_id)
    judge(studio_id, batch_id, ReviewState.APPROVED)

    make_anew(studio_id, batch_id, before[:1], seed=1)
    workshop.look_again(studio_id, batch_id)
    ran = studio.run()
    ended = workshop.look_again(studio_id, batch_id)

    assert sorted(map(studio.model_of, ran)) == ["bottega/composite", "starter/backdrops"]
    assert ended.state is BatchState.COMPLETED
    after = {item.id: item for item in studio.items(batch_id)}
    changed = after[before[0].id]
    assert (changed.attempt, changed.review) == (2, ReviewState.PENDING)
    assert changed.job_id != before[0].job_id
    assert [after[item.id].job_id for item in before[1:]] == [item.job_id for item in before[1:]]


def test_an_edited_cell_is_set_anew_and_stays_when_another_one_is_edited(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)
    first = studio.items(batch_id)[0]

    for cells in ({"headline": "Brighter"}, {"price": "$7"}):
        make_anew(studio_id, batch_id, [first], cells=cells)
        workshop.look_again(studio_id, batch_id)
        ran = studio.run()
        assert [studio.model_of(claim) for claim in ran] == ["bottega/composite"], "nothing is generated"
        workshop.look_again(studio_id, batch_id)

    (again,) = [item for item in studio.items(batch_id) if item.id == first.id]
    assert studio.texts_of(again) == {"headline": "Brighter", "price": "$7", "label": "Made with AI"}
    assert again.attempt == 3


def test_an_edited_picture_is_shown_and_the_one_before_forgotten(studio_id: UUID) -> None:
    studio.send_picture(studio_id, "lamp.png")
    mug = studio.send_picture(studio_id, "mug.png", (1, 2, 3))
    rows = [{**studio.ROWS[0], "product": "lamp.png"}]
    batch_id = studio.completed(studio_id, rows=rows, sizes=["1080x1080"], locales=["en"])
    (item,) = studio.items(batch_id)

    make_anew(studio_id, batch_id, [item], cells={"product": "mug.png"})
    workshop.look_again(studio_id, batch_id)

    assert studio.input_of(studio.items(batch_id)[0])["layers"][1]["image"] == {"upload": str(mug)}
    assert (
        "no upload of this workspace is called 'cup.png'"
        in refusal(studio_id, batch_id, [item], cells={"product": "cup.png"})["cells.product"]
    )


def test_cells_are_checked_as_in_the_plan(studio_id: UUID) -> None:
    batch_id = studio.completed(studio_id)
    first = studio.items(batch_id)[:1]

    assert "has 41 characters" in refusal(studio_id, batch_id, first, cells={"headline": "x" * 41})["cells.headline"]
    assert "is empty" in refusal(studio_id, batch_id, first, cells={"headline": ""})["cells.headline"]
    assert "the table has no such column" in refusal(studio_id, batch_id, first, cells={"title": "x"})["cells.title"]
    assert "must be a whole number from 1" in refusal(studio_id, batch_id, first, seed=0)["seed"]
    assert "`cells` says what is to be different" in refusal(studio_id, batch_id, first)["seed"]
    assert "1 to 1,000 creatives, not 0" in refusal(studio_id, batch_id, [], seed=1)["items"]


def test_a_creative_that_is_being_made_is_not_made_anew(studio_id: UUID) -> None:
    batch_id = studio.launched(studio_id)

    with pytest.raises(StateConflict, match="is being made; wait until it has ended"):
        make_anew(studio_id, batch_id, studio.items(batch_id)[:1], seed=1)
