"""A campaign from its table to its creatives, and what is not made twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.artifacts.uploads import remove
from shared.batches import service as batches
from shared.batches.states import BatchState
from shared.campaigns import service as campaigns
from shared.db import session_scope
from shared.errors import IdempotencyKeyReused, InputRefused
from shared.storage.s3 import get_store
from tests.integration.batches import workshop
from tests.integration.campaigns import studio
from tests.integration.jobs.actions import another_workspace


def generations(plan: dict[str, Any] | None) -> dict[str, int]:
    """What the plan says of pictures."""
    assert plan is not None
    found: dict[str, int] = plan["generations"]["images"]
    return found


def test_a_campaign_is_planned_launched_and_made_with_as_many_generations_as_the_plan_says(studio_id: UUID) -> None:
    batch_id = studio.planned(studio_id)

    plan = workshop.get(studio_id, batch_id).plan
    assert plan is not None
    assert (plan["rows"], plan["bad_rows"], plan["items"]) == (3, 0, 12)
    assert plan["by"] == {"templates": 1, "sizes": 2, "locales": 2}
    assert generations(plan) == {"distinct": 2, "reused": 0, "needed": 2}
    assert [(each["drawn"], each["sizes"]) for each in plan["buckets"]] == [("256x256", ["1080x1080", "story"])]
    assert studio.run() == [], "nothing is spent before it is launched"

    workshop.act(batches.launch, studio_id, batch_id)
    workshop.advance()
    ran = studio.run()

    ended = workshop.look_again(studio_id, batch_id)
    assert ended.state is BatchState.COMPLETED
    assert ended.counts == {"succeeded": 12}
    assert len(ran) == 2 + 12
    first = studio.items(batch_id)[0]
    assert (first.custom_id, first.template, first.size, first.locale) == ("lamp", "card", "1080x1080", "en")
    assert studio.texts_of(first) == {"headline": "Light", "price": "$9", "label": "Made with AI"}


def test_the_same_table_again_generates_nothing_and_composes_nothing(studio_id: UUID) -> None:
    studio.completed(studio_id)

    again = studio.planned(studio_id)
    assert generations(workshop.get(studio_id, again).plan) == {"distinct": 2, "reused": 2, "needed": 0}
    workshop.act(batches.launch, studio_id, again)
    workshop.advance()

    assert studio.run() == []
    assert workshop.look_again(studio_id, again).counts == {"succeeded": 12}


def test_another_price_composes_that_row_alone_and_generates_nothing(studio_id: UUID) -> None:
    studio.completed(studio_id)
    rows = [{**row, "price": "$8"} if row["id"] == "lamp" else row for row in studio.ROWS]

    batch_id = studio.launched(studio_id, rows=rows)
    ran = studio.run()

    assert {studio.model_of(claim) for claim in ran} == {"bottega/composite"}
    assert len(ran) == 4
    assert workshop.look_again(studio_id, batch_id).counts == {"succeeded": 12}


def test_another_text_layer_composes_everything_and_generates_nothing(studio_id: UUID) -> None:
    studio.completed(studio_id)
    studio.save_template(studio_id, lambda layout: layout["layers"][2].update(color="#333333"))

    studio.launched(studio_id)
    ran = studio.run()

    assert {studio.model_of(claim) for claim in ran} == {"bottega/composite"}
    assert len(ran) == 12


def test_a_campaign_keeps_the_template_and_the_kit_that_it_was_planned_with(studio_id: UUID) -> None:
    batch_id = studio.planned(studio_id)
    studio.save_template(studio_id, lambda layout: layout["layers"][4].update(text="By machines"))

    workshop.act(batches.launch, studio_id, batch_id)
    workshop.advance()

    assert studio.texts_of(studio.items(batch_id)[0])["label"] == "Made with AI"


def test_every_kind_of_bad_cell_is_named_and_spoils_nothing(studio_id: UUID) -> None:
    bad = {"id": "bad", "scene": "a calm sea", "headline": "Bad", "headline.de": "Schlecht", "price": "", "locales": ""}
    rows = [
        *studio.ROWS,
        {**bad, "headline": "", "headline.de": ""},
        {**bad, "headline": "x" * 41},
        {**bad, "headline.de": "Gratis!"},
        {**bad, "locales": "en, xx"},
        {**bad, "product": "nowhere.png"},
        {**bad, "price": "nul\0"},
        {**bad, "headline": "x" * 10_001},
        {**bad, "price": "\u1980"},
        {**bad, "price": "=1+1"},
    ]
    with session_scope(studio_id) as session:
        kit = {"title": "Zorvi", "banned_words": {"de": ["gratis"]}}
        campaigns.save_kit(session, studio_id, "zorvi", kit)

    batch_id = studio.planned(studio_id, rows=rows, brand_kit="zorvi")

    assert workshop.problems(studio_id, batch_id) == [
        (4, "headline", "empty"),
        (4, "headline.de", "empty"),
        (5, "headline", "too_long"),
        (6, "headline.de", "banned_word"),
        (7, "locales", "unknown_locale"),
        (8, "product", "no_picture"),
        (9, "price", "control_character"),
        (10, "headline", "too_long"),
        (11, "price", "missing_character"),
    ]
    found = workshop.get(studio_id, batch_id)
    assert (found.rows, found.bad_rows, found.items) == (12, 8, 16), "a formula is data like any other"


def test_a_table_is_read_as_it_was_uploaded(studio_id: UUID) -> None:
    upload_id = workshop.upload(studio_id, workshop.table(studio.ROWS))

    batch_id = studio.launched(studio_id, rows=None, table={"upload": str(upload_id)})
    studio.run()

    assert workshop.look_again(studio_id, batch_id).counts == {"succeeded": 12}


def test_a_picture_is_named_by_its_id_or_by_its_file_name(studio_id: UUID) -> None:
    lamp = studio.send_picture(studio_id, "lamp.png")
    mug = studio.send_picture(studio_id, "mug.png", (1, 2, 3))
    rows = [{**studio.ROWS[0], "product": "lamp.png"}, {**studio.ROWS[1], "product": str(mug)}]

    batch_id = studio.launched(studio_id, rows=rows, sizes=["1080x1080"], locales=["en"])

    shown = [studio.input_of(item)["layers"][1]["image"] for item in studio.items(batch_id)]
    assert shown == [{"upload": str(lamp)}, {"upload": str(mug)}]


def test_copy_that_keeps_to_its_rules_is_set_and_asked_for_once_a_language(studio_id: UUID) -> None:
    rows = [{"id": "lamp", "scene": "a calm sea", "headline": ""}, {"id": "mug", "scene": "a calm sea", "headline": ""}]
    copy = {"headline": {"model": "starter/adcopy", "prompt": "A line for {scene}", "languages": ["en"]}}

    batch_id = studio.launched(studio_id, rows=rows, copy=copy, locales=["en"], sizes=["1080x1080"])
    first = studio.run(lambda _: b'"Light for everybody"\n')
    workshop.look_again(studio_id, batch_id)
    studio.run()

    assert [studio.model_of(claim) for claim in first].count("starter/adcopy") == 1
    assert workshop.look_again(studio_id, batch_id).counts == {"succeeded": 2}
    assert {studio.texts_of(item)["headline"] for item in studio.items(batch_id)} == {"Light for everybody"}


def test_copy_that_breaks_its_rules_each_time_is_given_up_with_the_reason(studio_id: UUID) -> None:
    copy = {"headline": {"model": "starter/adcopy", "prompt": "A line", "attempts": 2, "max_characters": 12}}
    rows = [{"id": "lamp", "scene": "a calm sea", "headline": ""}]
    batch_id = studio.launched(studio_id, rows=rows, copy=copy, locales=["en"], sizes=["1080x1080"])

    asked = 0
    for _ in range(4):
        ran = studio.run(lambda _: b"Far too long a line")
        asked += [studio.model_of(claim) for claim in ran].count("starter/adcopy")
        workshop.look_again(studio_id, batch_id)

    (item,) = studio.items(batch_id)
    assert asked == 2
    assert item.error_code == "source_failed"
    assert "written 2 times; the last one has 19 characters of 12" in (item.error_message or "")


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"templates": ["card", "kard"]}, "templates.1", "No template is called 'kard'; did you mean 'card'?"),
        ({"templates": ["card", "card"]}, "templates.1", "'card' is named twice"),
        ({"sizes": ["storry"]}, "sizes.0", "did you mean 'story'?"),
        ({"locales": ["en", "jp"]}, "locales.1", "did you mean 'ja'?"),
        ({"brand_kit": "zorvi"}, "brand_kit", "No brand kit is called 'zorvi'"),
        (
            {"images": {"backdrop": {"model": "starter/backdrop", "prompt": "x"}}},
            "images.backdrop.model",
            "did you mean",
        ),
        ({"images": {"backdrop": {"model": "starter/adcopy", "prompt": "x"}}}, "images.backdrop.model", "makes image"),
        ({"images": {"backdrop": {"prompt": "x"}}}, "images.backdrop.model", "is missing, and no brand kit names one"),
        (
            {"images": {"sky": {"model": "starter/backdrops", "prompt": "x"}}},
            "images.sky",
            "there are: backdrop, product",
        ),
        (
            {"images": {"backdrop": {"model": "starter/backdrops", "prompt": "x", "input": {"steps": 3}}}},
            "images.backdrop.input.steps",
            "is not a field of this input",
        ),
        ({"copy": {"price": {"model": "starter/backdrops", "prompt": "x"}}}, "copy.price.model", "makes text"),
        ({"copy": {"slogan": {"model": "starter/adcopy", "prompt": "x"}}}, "copy.slogan", "there are: headline, price"),
        ({"columns": {"headline": "Title"}}, "columns.headline", "the table has no column 'Title'"),
        ({"columns": {"titel": "headline"}}, "columns.titel", "no template has such a field"),
        ({"channel_limits": {"headline": "myspace"}}, "channel_limits.headline", "'myspace' is no channel"),
        (
            {"images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scen}"}}},
            "images.backdrop.prompt",
            "did you mean {scene}?",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_place(
    studio_id: UUID, fields: dict[str, Any], path: str, message: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        studio.create(studio_id, **fields)

    problems = {problem.path: problem.message for problem in refused.value.problems}
    assert message in problems[path]


def test_a_logo_that_was_removed_is_missed_before_anything_is_planned(studio_id: UUID) -> None:
    logo = studio.send_picture(studio_id, "logo.png")
    with session_scope(studio_id) as session:
        kit = {"title": "Zorvi", "logos": {"dark": {"upload": str(logo)}}}
        campaigns.save_kit(session, studio_id, "zorvi", kit)
    remove(get_store(), studio_id, logo)

    with pytest.raises(InputRefused, match=f"brand_kit: dark logo: there is no upload {logo}"):
        studio.create(studio_id, brand_kit="zorvi")


def test_a_repeat_with_the_same_key_is_the_same_campaign_and_with_other_settings_none(studio_id: UUID) -> None:
    first = studio.create(studio_id, "key")

    assert studio.create(studio_id, "key") == first
    with pytest.raises(IdempotencyKeyReused):
        studio.create(studio_id, "key", seed=4)


def test_another_workspace_s_template_is_none_of_ours(studio_id: UUID) -> None:
    with pytest.raises(InputRefused, match="No template is called 'card'"):
        studio.create(another_workspace("other"))
