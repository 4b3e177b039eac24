"""Whatever the demonstration promises of its campaign, it notices when it was not kept; and it shows all of it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pyvips

from shared.batches.states import BatchState
from shared.client import Batch, BatchItem
from shared.demo.campaign.outcome import CampaignOutcome, Pass
from shared.demo.campaign.promises import broken_campaign_promises
from shared.demo.campaign.report import campaign_report, said
from shared.demo.campaign.sheets import draw_sheets
from tests.unit.shared.client.batch_server import batch_document, item_document

REQUEST: dict[str, Any] = {
    "name": "Autumn",
    "templates": ["starter/hero", "starter/split"],
    "sizes": ["1080x1080", "1080x1920", "1200x628", "728x90"],
    "locales": ["en", "ar"],
}
PRODUCTS = ("kettle", "lamp")
CREATIVES = 32


def _file(number: int, size: str) -> bytes:
    width, height = (int(side) // 10 for side in size.split("x"))
    picture = pyvips.Image.black(width, height).new_from_image([number * 7, 90, 120]).copy(interpretation="srgb")
    return bytes(picture.cast("uchar").jpegsave_buffer(Q=95))


def _plan(needed: int) -> dict[str, object]:
    return {"generations": {"images": {"distinct": 1, "reused": 1 - needed, "needed": needed}}}


@pytest.fixture
def made(tmp_path: Path) -> CampaignOutcome:
    """A campaign as it should be."""
    items, path = [], tmp_path / "campaign.zip"
    places = [
        (product, template, size, locale)
        for product in PRODUCTS
        for template in REQUEST["templates"]
        for size in REQUEST["sizes"]
        for locale in REQUEST["locales"]
    ]
    with zipfile.ZipFile(path, "w") as archive:
        for number, (product, template, size, locale) in enumerate(places):
            body = _file(number, size)
            archive.writestr(f"{number}.jpg", body)
            artifact = {
                "id": f"artifact-{number}",
                "index": 0,
                "media_type": "image/jpeg",
                "size": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "facts": {},
            }
            named = {"custom_id": product, "template": template, "size": size, "locale": locale}
            items.append(BatchItem.from_json(item_document(**named, artifact=artifact)))
        archive.writestr("manifest.csv", "custom_id\n")
    first, again = (_pass(items, needed) for needed in (1, 0))
    return CampaignOutcome(REQUEST, len(PRODUCTS), first, again, 0, path)


def _pass(items: list[BatchItem], needed: int) -> Pass:
    planned = Batch.from_json(batch_document(items=CREATIVES, bad_rows=0, plan=_plan(needed)))
    counts = {"succeeded": CREATIVES}
    ended = Batch.from_json(batch_document(BatchState.COMPLETED, items=CREATIVES, bad_rows=0, counts=counts))
    return Pass(planned, ended, tuple(items), 3.2)


def test_a_campaign_as_it_should_be_breaks_no_promise(made: CampaignOutcome) -> None:
    assert broken_campaign_promises(made) == []
    assert campaign_report(made)["again"]["jobs_run"] == 0
    assert said(made).startswith("Campaign: 32 of 32 creatives in 3 s from 1 generated pictures")


def _unfinished(made: CampaignOutcome) -> CampaignOutcome:
    failed = BatchItem.from_json(item_document(artifact=None, state="failed", custom_id="kettle"))
    return replace(made, first=replace(made.first, items=(failed, *made.first.items[1:])))


def _canceled(made: CampaignOutcome) -> CampaignOutcome:
    ended = replace(made.first.ended, state=BatchState.CANCELED)
    return replace(made, first=replace(made.first, ended=ended))


def _too_few(made: CampaignOutcome) -> CampaignOutcome:
    return replace(made, products=3)


def _bad_row(made: CampaignOutcome) -> CampaignOutcome:
    return replace(made, first=replace(made.first, ended=replace(made.first.ended, bad_rows=1)))


def _generated_again(made: CampaignOutcome) -> CampaignOutcome:
    return replace(made, again=replace(made.again, planned=made.first.planned))


def _ran_again(made: CampaignOutcome) -> CampaignOutcome:
    return replace(made, made_again=4)


def _other_files(made: CampaignOutcome) -> CampaignOutcome:
    return replace(made, again=replace(made.again, items=made.again.items[::-1][:5]))


def _poor_zip(made: CampaignOutcome) -> CampaignOutcome:
    path = made.zip_path.with_name("poor.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("0.jpg", b"another")
    return replace(made, zip_path=path)


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (_unfinished, "kettle in"),
        (_canceled, "has canceled"),
        (_too_few, "not 48"),
        (_bad_row, "1 rows of the sample are bad"),
        (_generated_again, "would generate 1 pictures"),
        (_ran_again, "4 jobs ran again"),
        (_other_files, "gave other files"),
        (_poor_zip, "ZIP has 1 creatives, not 32"),
    ],
)
def test_a_broken_promise_is_said(
    made: CampaignOutcome, spoilt: Callable[[CampaignOutcome], CampaignOutcome], says: str
) -> None:
    assert any(says in sentence for sentence in broken_campaign_promises(spoilt(made)))


def test_the_sheets_show_every_creative_and_leave_room_for_what_is_missing(
    made: CampaignOutcome, tmp_path: Path
) -> None:
    paths = draw_sheets(_unfinished(made), tmp_path)
    assert [path.name for path in paths] == ["campaign.png", "campaign-en.jpg", "campaign-ar.jpg"]
    overview, english, arabic = (pyvips.Image.new_from_file(str(path)) for path in paths)
    assert english.width == arabic.width
    assert overview.deviate() > 5
    # The first creative is missing: its place is grey.
    grey = english.crop(90, 220, 20, 20)
    assert grey.deviate() < 2


def test_files_are_found_in_the_zip_by_what_they_hold(made: CampaignOutcome) -> None:
    creatives = list(made.creatives())
    assert len(creatives) == made.expected == CREATIVES
    assert [(each.custom_id, each.size) for each in creatives[:2]] == [("kettle", "1080x1080")] * 2
