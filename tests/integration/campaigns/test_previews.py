"""A look at a campaign before anything is planned."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from shared.campaigns import service
from shared.campaigns.previewing import Preview
from shared.campaigns.request import PreviewRequest
from shared.db import session_scope
from shared.errors import InputRefused
from shared.jobs.service import submit_many
from tests.integration.campaigns import studio


def look(workspace_id: UUID, **fields: Any) -> list[Preview]:
    asked = {"templates": ["card"], "sizes": ["1080x1080"], "rows": studio.ROWS[:1], **fields}
    with session_scope(workspace_id) as session:
        return service.preview(session, workspace_id, PreviewRequest.model_validate(asked))


def layers(preview: Preview) -> dict[str, dict[str, Any]]:
    """The layers of a preview by their names."""
    return {layer["name"]: layer for layer in preview.job.input["layers"]}


def refusal(workspace_id: UUID, **fields: Any) -> dict[str, str]:
    """The problems of a preview by their paths."""
    with pytest.raises(InputRefused) as refused:
        look(workspace_id, **fields)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_a_preview_is_composites_of_high_priority_and_no_model_draws_for_it(studio_id: UUID) -> None:
    found = look(studio_id, rows=studio.ROWS[:2], sizes=["1080x1080", "story"], locales=["en", "de"])

    assert len(found) == 8
    assert {(each.job.model, each.job.priority) for each in found} == {("bottega/composite", "interactive")}
    assert {(each.size, each.locale, each.row) for each in found} >= {("story", "de", 2)}
    with session_scope(studio_id) as session:
        submit_many(session, studio_id, [each.job for each in found])
    assert {studio.model_of(claim) for claim in studio.run()} == {"bottega/composite"}


def test_a_gradient_stands_for_a_picture_that_would_be_drawn_or_is_not_there(studio_id: UUID) -> None:
    (found,) = look(studio_id)

    shown = layers(found)
    assert (shown["backdrop"]["kind"], shown["backdrop"]["opacity"]) == ("shape", 1.0)
    assert (shown["product"]["kind"], shown["product"]["opacity"]) == ("shape", 0.35)
    assert shown["label"]["text"] == "Made with AI"


def test_a_picture_that_is_given_or_named_by_a_cell_is_shown(studio_id: UUID) -> None:
    lamp, sea = studio.send_picture(studio_id, "lamp.png"), studio.send_picture(studio_id, "sea.png", (1, 2, 3))

    (found,) = look(studio_id, rows=[{**studio.ROWS[0], "product": "lamp.png"}], images={"backdrop": str(sea)})

    assert layers(found)["product"]["image"] == {"upload": str(lamp)}
    assert layers(found)["backdrop"]["image"] == {"upload": str(sea)}


def test_a_picture_that_was_drawn_for_such_a_row_before_is_shown(studio_id: UUID) -> None:
    studio.completed(studio_id)
    asked = {"backdrop": {"model": "starter/backdrops", "prompt": "{scene}"}}

    (known,) = look(studio_id, generated=asked)
    (other,) = look(studio_id, generated=asked, seed=5)

    assert "artifact" in layers(known)["backdrop"]["image"]
    assert layers(other)["backdrop"]["kind"] == "shape", "with another seed it was never drawn"


def test_without_rows_the_fields_examples_are_shown_and_a_layout_need_not_be_kept(studio_id: UUID) -> None:
    layout = deepcopy(studio.LAYOUT)
    layout["fields"][2]["example"] = "Light for all"

    (found,) = look(studio_id, rows=[], templates=[], layout=layout)

    assert found.template == "layout"
    assert layers(found)["headline"]["text"] == "Light for all"
    assert "price" not in layers(found), "it is not required, and has no example"


def test_a_picture_on_the_web_is_not_fetched_for_a_preview(studio_id: UUID) -> None:
    (found,) = look(studio_id, rows=[{**studio.ROWS[0], "product": "https://example.com/lamp.png"}])

    assert layers(found)["product"]["kind"] == "shape"


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"rows": [{**studio.ROWS[0], "headline": "x" * 41}]}, "rows.0.headline", "has 41 characters"),
        ({"rows": [{**studio.ROWS[0], "product": "gone.png"}]}, "rows.0.product", "no upload of this workspace"),
        ({"generated": {"backdrop": {"model": "x", "prompt": "a"}}}, "generated.backdrop.model", "no model is called"),
        ({"generated": {"backdrop": {"prompt": "{scen}"}}}, "generated.backdrop.prompt", "did you mean {scene}?"),
        ({"sizes": ["storry"]}, "sizes.0", "did you mean 'story'?"),
        ({"templates": ["kard"]}, "templates.0", "did you mean 'card'?"),
        ({"templates": [], "layout": {"version": 1}}, "layout.title", "is missing"),
        (
            {"sizes": ["300x300", "301x301", "302x302"], "locales": ["en", "de", "fr"], "rows": [{}] * 3},
            "sizes",
            "27 previews",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused_at_its_place(
    studio_id: UUID, fields: dict[str, Any], path: str, message: str
) -> None:
    assert message in refusal(studio_id, **fields)[path]
