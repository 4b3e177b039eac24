"""From rows to creatives: how many there are, what they share, what is wrong with cells."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.batches.expansion import Expanded, ItemDraft, SourceValue
from shared.batches.states import SourceKind
from shared.campaigns.expansion import CampaignExpander
from shared.catalog.inputs.composite import CompositeInput
from shared.errors import InputRefused
from shared.tables.rows import Row
from tests.unit.shared.campaigns.conftest import LAYOUT, UPLOAD, Make

COLUMNS = ("id", "scene", "headline", "headline.de", "price", "backdrop", "locales", "seed")
FAST = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SLOWEST_SECONDS = 20.0
"""Of 10,000 rows; they take two, on a machine that does nothing else."""


def row(number: int = 1, cells: Mapping[str, str] = {}, **others: str) -> Row:
    """A good row, but for what is said."""
    return Row(number, {"id": f"p{number}", "scene": "a calm sea", "headline": "Hello", **cells, **others})


def scenes(expanded: Expanded) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """Every creative's input by its place, with each picture drawn and each text written."""
    values = {
        source.key: SourceValue(source.kind, UUID(bytes=source.key[:16]), None)
        if source.kind is SourceKind.IMAGE
        else SourceValue(source.kind, None, "Written")
        for source in expanded.sources
    }
    return {(item.template, item.size, item.locale): item.build(values)["input"] for item in expanded.items}


def texts(scene: Mapping[str, Any]) -> dict[str, str]:
    """What a scene says, by layer."""
    return {layer["name"]: layer["text"] for layer in scene["layers"] if layer["kind"] == "text"}


def codes(expanded: Expanded) -> list[tuple[str, str]]:
    """The column and the code of each problem."""
    return [(problem.column, problem.code) for problem in expanded.problems]


@FAST
@given(
    templates=st.integers(1, 3),
    sizes=st.lists(st.sampled_from(["1080x1080", "story", "facebook-link", "728x90"]), min_size=1, unique=True),
    locales=st.lists(st.sampled_from(["en", "de", "ar", "ja", "pt-BR"]), min_size=1, unique=True),
    rows=st.integers(1, 4),
)
def test_there_are_as_many_creatives_as_rows_times_templates_times_sizes_times_locales(
    make_expander: Make, templates: int, sizes: list[str], locales: list[str], rows: int
) -> None:
    layouts = {f"card-{number}": LAYOUT for number in range(templates)}
    expander = make_expander(COLUMNS, layouts, sizes=sizes, locales=locales)

    made = [item for number in range(rows) for item in expander.expand(row(number)).items]

    assert len(made) == rows * templates * len(sizes) * len(locales)
    places = {(item.template, item.size, item.locale) for item in made}
    assert len(places) == templates * len(sizes) * len(locales)


@FAST
@given(
    prompts=st.lists(st.sampled_from(["a sea", "a hill", "a wood"]), min_size=1, max_size=6),
    model=st.sampled_from(["starter/backdrops", "tests/large"]),
    sizes=st.lists(st.sampled_from(["1080x1080", "story", "facebook-link", "1080x1350"]), min_size=1, unique=True),
)
def test_a_picture_is_drawn_once_for_a_prompt_a_model_a_seed_and_a_bucket(
    make_expander: Make, prompts: list[str], model: str, sizes: list[str]
) -> None:
    images = {"backdrop": {"model": model, "prompt": "{scene}"}}
    expander = make_expander(COLUMNS, images=images, sizes=sizes, locales=["en", "de", "ar"])

    sources = [
        source for number, prompt in enumerate(prompts) for source in expander.expand(row(number, scene=prompt)).sources
    ]

    decided_by = ("prompt", "seed", "width", "height")
    drawn = {(each.request["model"], *(each.request["input"][name] for name in decided_by)) for each in sources}
    buckets = {drawing["drawn"] for drawing in expander.details()["buckets"]}
    assert len({each.key for each in sources}) == len(drawn) == len(set(prompts)) * len(buckets)
    if model == "starter/backdrops":
        assert buckets == {"256x256"}, "a model that draws one size has one bucket, which every canvas shares"


@FAST
@given(st.dictionaries(st.sampled_from(["headline", "price", "headline.de"]), st.sampled_from(["Hi", "Ciao", "12"])))
def test_equal_rows_give_equal_scenes(make_expander: Make, cells: dict[str, str]) -> None:
    expander = make_expander(COLUMNS, locales=["en", "de"])

    one, other = expander.expand(row(1, cells, id="a")), expander.expand(row(2, cells, id="b"))

    assert scenes(one) == scenes(other)
    assert {source.key for source in one.sources} == {source.key for source in other.sources}


def test_another_price_changes_the_scenes_that_show_it_and_no_other(make_expander: Make) -> None:
    expander = make_expander(COLUMNS, sizes=["1080x1080", "leaderboard"])

    before, after = scenes(expander.expand(row(price="$9"))), scenes(expander.expand(row(price="$8")))

    assert {place[1] for place in before if before[place] != after[place]} == {"1080x1080"}


def test_every_scene_is_one_that_can_be_composed(make_expander: Make) -> None:
    expander = make_expander(COLUMNS, sizes=["1080x1080", "story", "a4-300dpi"], locales=["en", "ar"])

    for scene in scenes(expander.expand(row(price="$9"))).values():
        CompositeInput.model_validate(scene)


def test_a_seed_of_the_row_or_of_the_campaign_or_of_a_reviewer_gives_other_pictures(make_expander: Make) -> None:
    def keys(expanded: Expanded) -> set[bytes]:
        return {source.key for source in expanded.sources}

    expander, seeded = make_expander(COLUMNS), make_expander(COLUMNS, seed=8)
    plain = keys(expander.expand(row()))

    others = [
        keys(expander.expand(row(seed="7"))),
        keys(seeded.expand(row())),
        keys(expander.expand(row(), {"seed": 1})),
        keys(expander.expand(row(), {"seed": 2})),
    ]

    assert keys(expander.expand(row(2))) == plain
    assert len(set.union(plain, *others)) == 5
    (source,) = expander.expand(row(seed="7")).sources
    assert source.request["input"]["seed"] == 7


def test_a_picture_in_the_column_is_shown_and_nothing_is_drawn_or_labelled_as_generated(make_expander: Make) -> None:
    expanded = make_expander(COLUMNS).expand(row(cells={"backdrop": "sea.jpg", "@backdrop": UPLOAD}))

    assert expanded.sources == []
    for scene in scenes(expanded).values():
        assert scene["layers"][0]["image"] == {"upload": UPLOAD}
        assert "label" not in texts(scene)


def test_what_is_generated_is_labelled_in_the_creative_s_language(make_expander: Make) -> None:
    made = scenes(make_expander(COLUMNS, locales=["en", "ar"]).expand(row()))

    labels = {locale: texts(scene)["label"] for (_, _, locale), scene in made.items()}
    assert labels == {"en": "Made with AI", "ar": "أُنشئ بالذكاء الاصطناعي"}


def test_a_localised_column_comes_before_the_plain_one(make_expander: Make) -> None:
    columns = [*COLUMNS, "headline (pt-BR)", "headline_fr"]
    expander = make_expander(columns, locales=["en", "de", "pt-BR", "fr-CA"])
    cells = {"headline.de": "Hallo", "headline (pt-BR)": "Olá", "headline_fr": "Salut"}

    said = {
        locale: texts(scene)["headline"] for (_, _, locale), scene in scenes(expander.expand(row(cells=cells))).items()
    }

    assert said == {"en": "Hello", "de": "Hallo", "pt-BR": "Olá", "fr-CA": "Salut"}


def test_a_row_names_the_locales_that_it_is_made_in(make_expander: Make) -> None:
    expander = make_expander(COLUMNS, locales=["en", "de", "ar"])

    assert [item.locale for item in expander.expand(row(locales="AR; de")).items] == ["ar", "de"] * 2
    unknown = expander.expand(row(locales="de, jp, fr"))
    assert codes(unknown) == [("locales", "unknown_locale")] * 2
    assert "did you mean 'ja'?" in unknown.problems[0].message
    assert "none of the campaign's: en, de, ar" in unknown.problems[1].message


@pytest.mark.parametrize(
    ("cells", "column", "code", "message"),
    [
        ({"headline": " "}, "headline", "empty", "is empty, and `headline` is needed in en"),
        ({"headline": "x" * 41}, "headline", "too_long", "has 41 characters; 40 at most fit"),
        ({"headline": "so cheap!"}, "headline", "banned_word", "says 'cheap', which is banned"),
        ({"price": "a\x07b"}, "price", "control_character", "U+0007"),
        ({"headline": "\u1980"}, "headline", "missing_character", "no font of the pack has U+1980"),
        ({"backdrop": "gone.png"}, "backdrop", "no_picture", "names a picture that is not there"),
        ({"backdrop": "x", "!backdrop": "is a film"}, "backdrop", "no_picture", "is a film"),
        ({"seed": "many"}, "seed", "invalid", "must be a whole number from 0"),
        ({"id": "x" * 201}, "id", "too_long", "has 201 characters; 200 at most name a row"),
        ({"scene": ""}, "scene", "invalid", "must not be empty"),
    ],
)
def test_a_bad_cell_is_named_with_what_is_wrong(
    make_expander: Make, cells: dict[str, str], column: str, code: str, message: str
) -> None:
    kit = {"title": "Zorvi", "banned_words": ["cheap"]}

    expanded = make_expander(COLUMNS, kit=kit).expand(row(cells=cells))

    assert codes(expanded) == [(column, code)]
    assert message in expanded.problems[0].message
    assert (list(expanded.items), list(expanded.sources)) == ([], [])


def test_a_row_without_the_column_says_that_there_is_none(make_expander: Make) -> None:
    expander = make_expander(["scene", "headline.de"], locales=["de", "fr"])

    expanded = expander.expand(Row(1, {"scene": "a sea", "headline.de": "Hallo"}))

    assert codes(expanded) == [("headline", "missing_column")]
    assert "`headline` is needed in fr" in expanded.problems[0].message


def test_a_banned_word_of_one_language_is_no_problem_in_another(make_expander: Make) -> None:
    kit = {"title": "Zorvi", "banned_words": {"de": ["Gift"]}}

    assert codes(make_expander(COLUMNS, kit=kit, locales=["en"]).expand(row(headline="A gift for you"))) == []
    assert codes(make_expander(COLUMNS, kit=kit, locales=["de"]).expand(row(headline="A gift for you"))) == [
        ("headline", "banned_word")
    ]


def test_copy_is_asked_for_once_a_language_with_its_rules_and_a_column_comes_before_it(make_expander: Make) -> None:
    kit = {"title": "Zorvi", "tone": "bold", "banned_words": ["free"], "required_words": {"de": ["Zorvi"]}}
    copy = {
        "headline": {"model": "starter/adcopy", "prompt": "A {brand.tone} line in {language} for {id}", "attempts": 5}
    }
    expander = make_expander(COLUMNS, kit=kit, copy=copy, locales=["en", "de"])

    expanded = expander.expand(row(headline=""))
    written = {
        source.request["rules"]["language"]: source.request for source in expanded.sources if source.kind == "copy"
    }

    assert written["de"]["input"]["prompt"] == "A bold line in German for p1"
    assert written["de"]["rules"] == {
        "max_characters": 40,
        "counting": "characters",
        "language": "de",
        "attempts": 5,
        "required": ["Zorvi"],
        "banned": ["free"],
    }
    assert {texts(scene)["headline"] for scene in scenes(expanded).values()} == {"Written"}
    half = expander.expand(row(cells={"headline": "", "headline.de": "Zorvi ist da"}))
    (english,) = [source for source in half.sources if source.kind is SourceKind.COPY]
    assert english.request["rules"]["language"] == "en"
    assert codes(expander.expand(row(headline="Hello"))) == [("headline", "required_word")]


def test_a_language_that_the_model_does_not_write_needs_its_column(make_expander: Make) -> None:
    copy = {"headline": {"model": "starter/adcopy", "prompt": "A line", "languages": ["en"]}}
    expander = make_expander(COLUMNS, copy=copy, locales=["en-GB", "de"])

    assert codes(expander.expand(row(cells={"headline": "", "headline.de": ""}))) == [("headline.de", "empty")]


def test_the_limit_of_a_channel_holds_as_the_channel_counts(make_expander: Make) -> None:
    expander = make_expander(COLUMNS, channel_limits={"headline": "google-ads-headline"}, locales=["ja"])

    assert codes(expander.expand(row(headline="光" * 15))) == []
    too_long = expander.expand(row(headline="光" * 16))
    assert codes(too_long) == [("headline", "too_long")]
    assert "has 32 characters; 30 at most fit" in too_long.problems[0].message


@pytest.mark.parametrize(
    ("columns", "fields", "path", "message"),
    [
        (["scene", "title"], {"columns": {"headline": "Tilte"}}, "columns.headline", "the table has no column 'Tilte'"),
        (["scene"], {}, "columns.headline", "no column fills the field `headline`"),
        (["headline"], {}, "images.backdrop.prompt", "names the column 'scene', which the table does not have"),
        (["headline"], {"images": {}}, "columns.backdrop", "have it made by `images`"),
    ],
)
def test_settings_that_do_not_fit_the_table_are_refused_before_anything_is_planned(
    make_expander: Make, columns: Sequence[str], fields: dict[str, Any], path: str, message: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        make_expander(columns, **fields).check()

    assert message in {problem.path: problem.message for problem in refused.value.problems}[path]


def test_changed_cells_are_those_of_one_item_alone_and_forget_the_picture_before(make_expander: Make) -> None:
    expander = make_expander(COLUMNS)
    kept = row(cells={"backdrop": "sea.jpg", "@backdrop": UPLOAD})

    changed = expander.expand(kept, {"cells": {"headline": "Bye", "backdrop": ""}})

    assert {texts(scene)["headline"] for scene in scenes(changed).values()} == {"Bye"}
    assert len(changed.sources) == 1
    assert expander.expand(kept).sources == []


def test_an_item_is_found_by_its_index_as_by_going_through_them(make_expander: Make) -> None:
    def place(item: ItemDraft) -> tuple[Any, ...]:
        return (item.template, item.size, item.locale, item.sources)

    items = make_expander(COLUMNS, locales=["en", "de", "ar"]).expand(row()).items

    assert [place(items[index]) for index in range(len(items))] == [place(item) for item in items]
    assert place(items[-1]) == place(list(items)[-1])
    assert [place(item) for item in items[1:3]] == [place(item) for item in items][1:3]
    with pytest.raises(IndexError):
        items[len(items)]


def test_the_brand_s_style_is_part_of_every_prompt(make_expander: Make) -> None:
    kit = {"title": "Zorvi", "style": {"prompt": "soft light, film grain", "negative_prompt": "text"}}

    (source,) = make_expander(COLUMNS, kit=kit).expand(row()).sources

    assert source.request["input"]["prompt"] == "a calm sea, soft light, film grain"
    assert source.request["input"]["negative_prompt"] == "text"


def test_ten_thousand_rows_of_two_templates_four_sizes_and_four_locales_take_seconds(make_expander: Make) -> None:
    layouts = {"one": LAYOUT, "two": {**deepcopy(LAYOUT), "title": "Other"}}
    sizes = ["1080x1080", "story", "facebook-link", "728x90"]
    expander: CampaignExpander = make_expander(COLUMNS, layouts, sizes=sizes, locales=["en", "de", "ar", "ja"])
    rows = [row(number, headline=f"Headline {number}", scene=f"scene {number}") for number in range(10_000)]

    began = time.perf_counter()
    counts = [len(expander.expand(each).items) for each in rows]

    assert sum(counts) == 320_000
    assert time.perf_counter() - began < SLOWEST_SECONDS
