"""Campaigns by their pages, without scripts: from a table to a plan, a board, a review and a ZIP."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from shared.accounts.service import create_api_key
from shared.batches.models import Batch
from shared.batches.states import BatchState, ReviewState
from shared.db import session_scope
from shared.jobs.models import Job
from shared.jobs.states import Priority
from shared.queue.names import QueueName
from tests.browser.gallery import png
from tests.integration.batches import workshop
from tests.integration.campaigns import studio
from tests.integration.jobs.actions import count, read
from tests.integration.web.browser_session import BrowserSession, form, words
from tests.integration.web.results import finish
from tests.integration.web.sample_files import picture

TABLE = workshop.table(
    [
        {"id": "lamp", "scene": "a calm sea", "Title": "Light", "Title.de": "Licht", "price": "$9"},
        {"id": "mug", "scene": "a meadow", "Title": "Warmth", "Title.de": "Wärme", "price": "$5"},
    ]
)
CHOICES = "name=Autumn&template=card&size=1080x1080&size=story&locale=en&locale=de"


@pytest.fixture
def person(app: APIFlask, models: None, workspace_id: UUID, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``, where a template called ``card`` is kept."""
    studio.open_studio(workspace_id)
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


def send_table(person: BrowserSession, body: bytes = TABLE, name: str = "autumn teas.csv") -> TestResponse:
    """Send a table with the first page's form."""
    return person.send(person.open("/campaigns/new"), "/campaigns/new", table=(io.BytesIO(body), name))


def fields_address(person: BrowserSession, table: bytes = TABLE, choices: str = CHOICES) -> str:
    """The page on which the content is assigned."""
    return f"{send_table(person, table).headers['Location']}/fields?{choices}"


def send_fields(person: BrowserSession, address: str, **typed: str) -> TestResponse:
    """Send the page on which the content is assigned as it stands, but for what is typed."""
    page = person.open(address)
    return person.send(page, _action(page.text), **{**_selected(page.text), **typed})


def planned(person: BrowserSession, table: bytes = TABLE, **typed: str) -> str:
    """The page of a campaign that was planned by forms."""
    address = fields_address(person, table)
    reply = send_fields(person, address, **{"image.backdrop.prompt": "{scene}, soft light", **typed})
    assert reply.status_code == 303, words(reply.text)
    workshop.advance()
    return str(reply.headers["Location"])


def made(person: BrowserSession, workspace_id: UUID) -> str:
    """The page of a campaign all of which was made."""
    address = planned(person)
    assert person.send(person.open(address), f"{address}/launch").status_code == 303
    workshop.advance()
    draw_everything()
    assert workshop.look_again(workspace_id, batch_id(address)).state is BatchState.COMPLETED
    return address


def draw_everything() -> None:
    """Run whatever is due: each job makes a picture of its own."""
    shade = 0
    while claimed := [
        each for queue in (QueueName.GENERATION, QueueName.COMPOSITION) for each in workshop.claim(500, queue)
    ]:
        for each in claimed:
            shade += 1
            finish(each, [png(shade)], "image/png", "png")


def batch_id(address: str) -> UUID:
    return UUID(address.removeprefix("/campaigns/"))


def reviews(address: str) -> list[ReviewState]:
    return [item.review for item in workshop.items_of(batch_id(address))]


def test_a_table_shows_what_was_found_in_it_and_its_first_rows(person: BrowserSession) -> None:
    table = "id;Titel;Preis\n1;Grüße;9,99 €\n2;Öl;3 €\n".encode("cp1252")
    reply = send_table(person, table, "liste.csv")

    assert reply.status_code == 303
    said = words(person.open(reply.headers["Location"]).text)
    assert "liste.csv 2 rows · 3 columns · CSV with semicolons · Windows-1252" in said
    assert "1 1 Grüße 9,99 €" in said


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        (picture(), "logo.png", "logo.png is PNG, not a table"),
        (b"", "", "Choose a table: a CSV, XLSX or JSONL file."),
        (b"a,a\n1,2\n", "twice.csv", "twice.csv"),
    ],
    ids=["a picture", "nothing", "headings that are alike"],
)
def test_what_is_no_table_is_refused_at_its_field(person: BrowserSession, body: bytes, name: str, reason: str) -> None:
    reply = send_table(person, body, name)

    assert reply.status_code == 422
    assert reason in words(reply.text)
    assert 'aria-invalid="true"' in reply.text


def test_a_table_that_is_here_already_can_be_taken_again(person: BrowserSession) -> None:
    first = send_table(person).headers["Location"]
    page = person.open("/campaigns/new")
    reply = person.send(page, "/campaigns/new", upload=first.rpartition("/")[2])

    assert "autumn teas.csv" in words(page.text)
    assert reply.headers["Location"] == first


def test_sizes_languages_and_a_name_are_suggested_by_the_table(person: BrowserSession) -> None:
    page = person.open(send_table(person).headers["Location"])

    assert 'name="name" value="Autumn teas"' in page.text
    for value in ("instagram-post", "story", "en", "de"):
        assert re.search(rf'value="{value}"\s+checked', page.text), value
    assert not re.search(r'value="ja"\s+checked', page.text)


def test_choices_that_are_missing_or_wrong_are_said_at_their_part_and_the_others_are_kept(
    person: BrowserSession,
) -> None:
    address = fields_address(person, choices="name=Autumn&more_sizes=banana&locale=de&more_locales=d+e")
    page = person.open(address)

    assert page.status_code == 422
    said = words(page.text)
    assert "Choose at least one template." in said
    assert "'banana' is no size" in said.replace("’", "'")
    assert "“d” is no locale" in said
    assert 'value="Autumn"' in page.text
    assert 'value="banana"' in page.text


def test_columns_are_guessed_by_their_names_and_shown_with_samples(person: BrowserSession) -> None:
    page = person.open(fields_address(person))
    filled = _selected(page.text)

    assert filled["column.headline"] == "Title"
    assert filled["column.price"] == "price"
    assert filled["column.product"] == ""
    assert "Title (de)" in page.text
    assert "Light · Warmth" in words(page.text)
    assert form(page.text, _action(page.text))["image.backdrop.prompt"] == "{scene}"


def test_a_column_that_is_not_there_is_said_at_its_field_and_nothing_typed_is_lost(person: BrowserSession) -> None:
    address = fields_address(person)
    typed = {"column.headline": "Slogan", "image.backdrop.prompt": "a {red|blue} sky", "output.quality": "70"}
    reply = send_fields(person, address, **typed)

    assert reply.status_code == 422
    assert "The table has no column 'Slogan'" in words(reply.text)
    assert form(reply.text, address)["image.backdrop.prompt"] == "a {red|blue} sky"
    assert 'value="70"' in reply.text
    assert count(Batch) == 0


def test_a_prompt_that_names_no_column_is_said_at_its_field(person: BrowserSession) -> None:
    address = fields_address(person)
    reply = send_fields(person, address, **{"image.backdrop.prompt": "{place}"})

    assert reply.status_code == 422
    assert re.search(r'id="m-backdrop-wrong">.*?place', reply.text, re.DOTALL)


def test_an_output_that_cannot_be_is_said_at_its_field(person: BrowserSession) -> None:
    address = fields_address(person)
    reply = send_fields(person, address, **{"output.quality": "200", "output.max_kilobytes": "many"})

    assert reply.status_code == 422
    assert 'id="f-quality-wrong"' in reply.text
    assert 'id="f-max_kilobytes-wrong"' in reply.text


def test_pressing_twice_makes_one_campaign(person: BrowserSession) -> None:
    address = fields_address(person)
    page = person.open(address)
    first, second = (person.send(page, address, **_selected(page.text)) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert count(Batch) == 1


def test_a_plan_says_what_it_comes_to_before_anything_is_spent(person: BrowserSession) -> None:
    said = words(person.open(planned(person)).text)

    assert "Planned" in said
    assert "2 good rows × 2 sizes" not in said
    for part in ("2 good rows", "1 template", "2 sizes", "2 languages", "8 creatives", "Pictures to generate 2"):
        assert part in said, said
    assert count(Job) == 0


def test_bad_cells_are_listed_with_row_column_and_reason_and_only_their_rows_are_left_out(
    person: BrowserSession,
) -> None:
    table = TABLE + f"vase,a field,{'x' * 41},Form,$1\r\n".encode()
    address = planned(person, table)
    said = words(person.open(address).text)

    assert "1 of 3 rows have something wrong" in said
    assert "8 creatives" in said
    said = words(person.open(f"{address}/problems").text)
    assert re.search(r"3 Title .*41.*40", said), said


def test_where_no_row_is_good_there_is_nothing_to_launch(person: BrowserSession) -> None:
    address = planned(person, workshop.table([{"scene": "x", "Title": "y" * 60}]), **{"column.headline": "Title"})
    page = person.open(address)

    assert "nothing to launch" in words(page.text)
    assert f'action="{address}/launch"' not in page.text


def test_a_preview_draws_the_first_rows_at_once_and_shows_them_as_they_are_ready(person: BrowserSession) -> None:
    address = fields_address(person)
    preview = address.replace("/fields?", "/preview?")
    before = person.open(address).text
    page = person.post(preview, **{**form(before, address), **_selected(before)})

    assert page.status_code == 200
    assert "Card · Square post" not in words(page.text), "a size is called as it was asked for"
    assert "Card · 1080x1080 · English · row 1" in words(page.text)
    look = re.search(r'data-preview-jobs="([^"]+)"', page.text)
    assert look is not None
    ids = [UUID(each) for each in re.findall(r"job=([0-9a-f-]{36})", look[1])]
    assert {read(each).priority for each in ids} == {Priority.INTERACTIVE}
    assert form(page.text, address)["image.backdrop.prompt"] == "{scene}", "what was typed is still there"

    draw_everything()
    shown = person.fetch(look[1].replace("&amp;", "&"))
    assert shown.text.count("<img") == len(ids)
    assert "data-live" not in shown.text


def test_a_campaign_is_launched_paused_resumed_and_canceled_by_its_page(
    person: BrowserSession, workspace_id: UUID
) -> None:
    address = planned(person)
    states = []
    for action in ("launch", "pause", "resume", "cancel"):
        assert person.send(person.open(address), f"{address}/{action}").status_code == 303
        states.append(workshop.get(workspace_id, batch_id(address)).state)

    assert states == [BatchState.LAUNCHING, BatchState.PAUSED, BatchState.LAUNCHING, BatchState.CANCELED]
    assert "Called off" in words(person.open(address).text)


def test_the_board_and_the_list_show_how_far_it_is_and_what_came_out(
    person: BrowserSession, workspace_id: UUID
) -> None:
    address = made(person, workspace_id)
    board = person.open(address)

    assert "100 %" in words(board.text)
    assert "8 succeeded" in words(board.text)
    assert board.text.count('src="/artifacts/') > 2
    listed = person.open("/campaigns")
    assert "Autumn 2 rows · 1 template · 2 sizes · 2 languages" in words(listed.text)
    assert "8 of 8 made" in words(listed.text)
    assert 'src="/artifacts/' in listed.text


def test_creatives_are_approved_and_rejected_with_a_reason(person: BrowserSession, workspace_id: UUID) -> None:
    address = made(person, workspace_id)
    first, second, *_ = workshop.items_of(batch_id(address))
    large = f"{address}/creatives/{first.id}"

    reply = person.send(person.open(large), f"{large}/review", verdict="approved")
    assert reply.headers["Location"] == f"{address}/creatives/{second.id}", "the next one is shown"

    large = f"{address}/creatives/{second.id}"
    refused = person.send(person.open(large), f"{large}/review", verdict="rejected", reason=" ")
    assert refused.status_code == 422
    assert "Give a reason" in words(refused.text)
    person.send(person.open(large), f"{large}/review", verdict="rejected", reason="Too dark")

    assert reviews(address)[:3] == [ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.PENDING]
    page = person.open(f"{address}/review?review=rejected")
    assert "Too dark" in words(page.text)
    assert page.text.count("data-creative=") == 1


def test_all_that_match_the_filters_are_judged_at_once(person: BrowserSession, workspace_id: UUID) -> None:
    address = made(person, workspace_id)
    grid = f"{address}/review?locale=de"
    page = person.open(grid)

    assert page.text.count("data-creative=") == 4
    nothing = person.send(page, grid, verdict="approved")
    assert nothing.status_code == 422
    assert "nothing was picked" in words(nothing.text).lower()
    assert person.send(page, grid, verdict="approved", every="yes").status_code == 303
    assert reviews(address).count(ReviewState.APPROVED) == 4


def test_a_creative_is_made_anew_with_another_text(person: BrowserSession, workspace_id: UUID) -> None:
    address = made(person, workspace_id)
    first = workshop.items_of(batch_id(address))[0]
    large = f"{address}/creatives/{first.id}"
    page = person.open(large)

    unchanged = person.send(page, f"{large}/regenerate")
    assert unchanged.status_code == 422
    assert "Nothing was changed" in words(unchanged.text)
    long = person.send(page, f"{large}/regenerate", **{"cell.Title": "y" * 60})
    assert long.status_code == 422
    assert "y" * 60 in long.text, "what was typed is still there"
    assert person.send(page, f"{large}/regenerate", **{"cell.Title": "Glow"}).status_code == 303
    workshop.look_again(workspace_id, batch_id(address))

    changed = workshop.items_of(batch_id(address))[0]
    assert studio.texts_of(changed)["headline"] == "Glow"
    assert changed.attempt == 2


def test_files_and_manifest_are_taken_away_and_only_the_approved_when_asked(
    person: BrowserSession, workspace_id: UUID
) -> None:
    address = made(person, workspace_id)
    grid = f"{address}/review?locale=de"
    person.send(person.open(grid), grid, verdict="approved", every="yes")

    everything, approved = (_names(person.fetch(f"{address}/results.zip{query}")) for query in ("", "?only=approved"))
    assert (len(everything), len(approved)) == (9, 5), "a manifest is with them"
    assert all("_de." in name for name in approved if name.endswith(".png"))
    rows = person.fetch(f"{address}/manifest.csv").text.splitlines()
    assert len(rows) == 9
    assert len(person.fetch(f"{address}/manifest.jsonl").text.splitlines()) == 8


def test_a_copy_to_a_bucket_says_what_is_wrong_at_its_fields_and_keeps_no_secret_on_the_page(
    person: BrowserSession, workspace_id: UUID
) -> None:
    address = made(person, workspace_id)
    typed = {"bucket": "??", "access_key_id": "AK", "secret_access_key": "hush-hush", "prefix": "autumn"}
    reply = person.send(person.open(f"{address}/download"), f"{address}/exports", **typed)

    assert reply.status_code == 422
    assert 'id="export-bucket-wrong"' in reply.text
    assert 'value="autumn"' in reply.text
    assert "hush-hush" not in reply.text


def test_an_earlier_campaign_begins_again_with_a_new_table(person: BrowserSession, workspace_id: UUID) -> None:
    address = made(person, workspace_id)
    page = person.open(f"/campaigns/new?from={batch_id(address)}")
    changed = (io.BytesIO(TABLE.replace(b"$9", b"$8")), "autumn teas.csv")
    reply = person.send(page, "/campaigns/new", table=changed)

    fields = person.open(reply.headers["Location"])
    assert form(fields.text, _action(fields.text))["image.backdrop.prompt"] == "{scene}, soft light"
    again = person.send(fields, _action(fields.text), **_selected(fields.text))
    workshop.advance()
    said = words(person.open(again.headers["Location"]).text)
    assert "Pictures to generate 0 2 different in all; 2 there already" in said


def test_a_composites_own_page_says_what_it_is_made_of(person: BrowserSession, workspace_id: UUID) -> None:
    address = made(person, workspace_id)
    item = workshop.items_of(batch_id(address))[0]
    page = person.open(f"/jobs/{item.job_id}")

    said = words(page.text)
    assert "Light · $9" in said
    assert f'href="{address}"' in page.text
    assert "Canvas 1,080 × 1,080 px" in said
    assert "Layers 1 picture, 3 texts" in said
    assert "Text “headline” Light" in said
    assert "Edit a copy" not in said


def test_somebody_elses_campaign_cannot_be_found(
    app: APIFlask, person: BrowserSession, workspace_id: UUID, stranger_id: UUID
) -> None:
    address = made(person, workspace_id)
    with session_scope() as session:
        key = create_api_key(session, stranger_id, "tests").secret
    stranger = BrowserSession(app)
    stranger.sign_in(key)

    for page in ("", "/review", "/download", "/problems", "/results.zip", "/manifest.csv"):
        assert stranger.fetch(f"{address}{page}", {"Accept": "text/html"}).status_code == 404, page


def test_a_batch_of_jobs_is_no_campaign(person: BrowserSession, workspace_id: UUID) -> None:
    batch = workshop.submit(workspace_id, workshop.table(workshop.teas(2)))

    assert person.open(f"/campaigns/{batch}").status_code == 404


def _selected(html: str) -> dict[str, str]:
    """What a browser sends of every list: its choice, or else its first entry."""
    lists = re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL)
    found: dict[str, Any] = {
        name: re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        for name, options in lists
    }
    return {name: match[1] if match else "" for name, match in found.items()}


def _action(html: str) -> str:
    match = re.search(r'action="(/campaigns/new/[^"]+/fields\?[^"]*)"', html)
    assert match is not None
    return match[1].replace("&amp;", "&")


def _names(reply: TestResponse) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(reply.data)).namelist()
