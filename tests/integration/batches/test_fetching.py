"""Pictures that cells name by their address."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from shared.batches import repository
from shared.db import session_scope
from tests.integration.batches import workshop
from tests.integration.batches.picture_site import Site, picture_site
from tests.integration.campaigns import studio


@pytest.fixture
def site() -> Iterator[Site]:
    with picture_site() as found:
        yield found


@pytest.fixture
def studio_id(workspace_id: UUID, models: None) -> UUID:
    studio.open_studio(workspace_id)
    return workspace_id


def test_a_picture_is_fetched_once_and_kept_as_an_upload(studio_id: UUID, site: Site) -> None:
    rows = [{**row, "product": f"{site.url}/lamp.png"} for row in studio.ROWS]

    batch_id = studio.launched(studio_id, rows=rows, sizes=["1080x1080"], locales=["en"])

    shown = [studio.input_of(item)["layers"][1]["image"] for item in studio.items(batch_id)]
    assert len(shown) == 3
    assert all(image == shown[0] and set(image) == {"upload"} for image in shown)
    assert site.asked == ["/lamp.png"]


def test_a_redirect_is_followed(studio_id: UUID, site: Site) -> None:
    batch_id = studio.launched(studio_id, rows=[{**studio.ROWS[0], "product": f"{site.url}/moved.png"}])

    assert workshop.problems(studio_id, batch_id) == []
    assert site.asked == ["/moved.png", "/lamp.png"]


def test_a_link_that_gives_no_picture_is_a_problem_of_its_cell(studio_id: UUID, site: Site) -> None:
    paths = ("gone.png", "inside.png", "loop.png", "notes.txt", "broken.png")
    bad = [{**studio.ROWS[0], "product": f"{site.url}/{path}"} for path in paths]
    unreachable = {**studio.ROWS[0], "product": "http://127.0.0.1:1025/lamp.png"}
    forbidden = {**studio.ROWS[0], "product": "http://169.254.169.254/lamp.png"}

    batch_id = studio.planned(studio_id, rows=[*bad, unreachable, forbidden, studio.ROWS[1]])

    with session_scope(studio_id) as session:
        found = repository.problems(session, batch_id)
    assert [(each.row, each.column) for each in found] == [(row, "product") for row in range(1, 8)]
    reasons = (
        "answered 404",
        "may not be fetched: 169.254.169.254 may not be called: link-local",
        "redirects more than 3 times",
        "is UTF-8 text, not a picture",
        "damaged PNG",
        "could not be fetched",
        "may not be fetched",
    )
    assert [reason for reason, each in zip(reasons, found, strict=True) if reason not in each.message] == []
    assert workshop.get(studio_id, batch_id).items == 4
