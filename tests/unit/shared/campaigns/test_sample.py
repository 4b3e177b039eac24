"""The sample campaign is complete: every cell in every language, nothing too long, no word that the brand bans."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest

from shared.campaigns.columns import ColumnMap
from shared.campaigns.design.brand_kits import read_kit
from shared.campaigns.fields import fields_of
from shared.campaigns.request import CampaignRequest
from shared.campaigns.starter import layouts
from shared.demo.campaign import sample
from shared.typography.coverage import missing_characters

UPLOAD = {"upload": "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01"}
SCRIPTS = {"ar": "ARABIC", "ja": "CJK|HIRAGANA|KATAKANA|FULLWIDTH"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with sample.TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def request_() -> CampaignRequest:
    return CampaignRequest.model_validate({**sample.request(), "table": UPLOAD})


def test_it_is_what_the_project_promises(rows: list[dict[str, str]], request_: CampaignRequest) -> None:
    assert (len(rows), len(request_.templates), len(request_.sizes), len(request_.locales)) == (24, 2, 4, 4)
    assert set(request_.templates) <= set(layouts())


def test_every_text_is_there_in_every_language_and_short_enough(
    rows: list[dict[str, str]], request_: CampaignRequest
) -> None:
    fields = fields_of({name: layouts()[name] for name in request_.templates}, {})
    columns = ColumnMap(list(rows[0]), {})
    for row in rows:
        for locale in request_.locales:
            for field in fields.texts.values():
                own = columns.of(field.name, locale)[0]
                assert own == (field.name if locale == "en" else f"{field.name}.{locale}")
                assert row[own], (row["id"], own)
                assert field.too_long(row[own]) is None, (row["id"], own)
                assert missing_characters(row[own]) == []


@pytest.mark.parametrize("locale", SCRIPTS)
@pytest.mark.parametrize("field", ["headline", "detail", "cta", "name"])
def test_texts_are_in_the_script_of_their_language(rows: list[dict[str, str]], locale: str, field: str) -> None:
    for row in rows:
        letters = [unicodedata.name(each) for each in row[f"{field}.{locale}"] if each.isalpha()]
        # A product's name may stay in Latin letters.
        assert any(re.match(SCRIPTS[locale], letter) for letter in letters), row["id"]


def test_numbers_do_not_part_from_what_they_count(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert re.fullmatch(r"\$[\d,]+", row["price"])
        assert re.fullmatch(r"[\d.]+\u00a0€", row["price.de"])
        assert re.fullmatch(r"[٠-٩٬]+\u00a0ر\.س", row["price.ar"])
        assert re.fullmatch(r"[\d,]+円", row["price.ja"])
        assert not re.search(r"\d (ml|%|km/h)", "".join(row.values()))


def test_products_share_backdrops(rows: list[dict[str, str]]) -> None:
    assert 8 <= len({row["scene"] for row in rows}) <= 12
    assert len({row["id"] for row in rows}) == len({row["headline"] for row in rows}) == 24


def test_no_text_says_what_the_brand_bans(rows: list[dict[str, str]], request_: CampaignRequest) -> None:
    logos = {variant: {**logo, **UPLOAD} for variant, logo in sample.kit()["logos"].items()}
    kit = read_kit({**sample.kit(), "logos": logos})
    for locale in request_.locales:
        banned = kit.banned(locale)
        assert banned
        for row in rows:
            assert not any(word in text for word in banned for text in row.values())


def test_the_logos_of_the_kit_lie_beside_it() -> None:
    assert all((sample.FOLDER / logo["upload"]).is_file() for logo in sample.kit()["logos"].values())
