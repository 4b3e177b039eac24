"""The page of a batch of jobs: its rows with what came of them, what can be done with it, and what is taken away."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import pytest
from apiflask import APIFlask

from tests.integration.batches import workshop
from tests.integration.web.browser_session import BrowserSession

ROWS = [{"id": name.lower(), "name": name} for name in ("Sencha", "Assam", "Mint")] + [{"id": "none", "name": "a\0b"}]


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody who signed in."""
    session = BrowserSession(app)
    session.sign_in(api_key)
    return session


@pytest.fixture
def launched(workspace_id: UUID, models: None) -> UUID:
    """A batch of three good rows and a bad one, launched."""
    return workshop.launched(workspace_id, workshop.table(ROWS), input={"prompt": "A slogan for {name}"})


def test_every_row_is_shown_with_its_job_and_what_came_of_it(
    person: BrowserSession, workspace_id: UUID, launched: UUID
) -> None:
    page = person.fetch(f"/batches/{launched}").text
    assert "Being made" in page
    assert page.count("not yet") == 3

    workshop.finish_all()
    workshop.look_again(workspace_id, launched)
    page = person.fetch(f"/batches/{launched}?fragment").text

    assert page.startswith("<article") or "<article" in page.partition("<h1")[0]
    for name in ("sencha", "assam", "mint"):
        assert f">{name}</a>" in page
    assert page.count("text/plain") == 3
    assert "Finished" in page


def test_its_files_are_taken_away_from_its_page(person: BrowserSession, workspace_id: UUID, launched: UUID) -> None:
    workshop.finish_all()
    workshop.look_again(workspace_id, launched)

    with zipfile.ZipFile(io.BytesIO(person.fetch(f"/batches/{launched}/results.zip").data)) as archive:
        assert len(archive.namelist()) == 4
    assert len(person.fetch(f"/batches/{launched}/manifest.csv").text.splitlines()) >= 4
    assert person.fetch(f"/campaigns/{launched}/results.zip").status_code == 404


def test_it_is_paused_resumed_and_called_off(person: BrowserSession, launched: UUID) -> None:
    for action, said in (("pause", "Paused"), ("resume", "Being made"), ("cancel", "Called off")):
        assert person.send(person.open(f"/batches/{launched}"), f"/batches/{launched}/{action}").status_code == 303
        workshop.advance()
        assert said in person.fetch(f"/batches/{launched}").text


def test_a_list_is_of_one_state_when_asked(person: BrowserSession, launched: UUID) -> None:
    assert "None is failed" in person.fetch(f"/batches/{launched}?state=failed").text
    assert ">mint</a>" in person.fetch(f"/batches/{launched}?state=queued").text
