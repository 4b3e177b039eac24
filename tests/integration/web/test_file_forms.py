"""Files in forms, without scripts: sent with the form, or chosen among those that are here."""

from __future__ import annotations

import dataclasses
import io
import re
from uuid import UUID

import pytest
from apiflask import APIFlask
from pydantic import Field

from shared.artifacts.models import Upload
from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import ImageFile, SoundFile
from shared.catalog.inputs.text import TextInput
from shared.identifiers import new_id
from shared.jobs.models import Job
from tests.integration.jobs.actions import artifacts, count, read
from tests.integration.web.browser_session import BrowserSession, form, words
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with
from tests.integration.web.sample_files import picture, sound


class ListeningInput(TextInput):
    """An input with a file that it needs and several that it may have."""

    audio: SoundFile = Field(description="What to listen to.")
    pictures: tuple[ImageFile, ...] = Field(default=(), max_length=2, description="What to look at.")


@pytest.fixture(autouse=True)
def _listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text family's jobs read files."""
    spec = dataclasses.replace(FAMILIES[FamilyName.TEXT], input_type=ListeningInput)
    monkeypatch.setitem(FAMILIES, FamilyName.TEXT, spec)


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


PAGE = "/?model=starter/adcopy"


def a_file(body: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), name


def job_of(location: str) -> Job:
    return read(UUID(location.removeprefix("/jobs/")))


def test_a_file_sent_with_the_form_is_stored_and_the_job_names_it(person: BrowserSession, api: Caller) -> None:
    page = person.open(PAGE)
    assert 'enctype="multipart/form-data"' in page.text
    reply = person.send(page, "/", **{"input.prompt": "x", "file.audio": a_file(sound(), "talk.wav")})

    assert reply.status_code == 303, words(reply.text)
    upload_id = job_of(reply.headers["Location"]).input["audio"]["upload"]
    described = api.get(f"/uploads/{upload_id}").get_json()
    assert (described["file_name"], described["media_type"]) == ("talk.wav", "audio/wav")
    assert api.get(f"/uploads/{upload_id}/content").data == sound()


def test_pressing_twice_with_a_file_makes_one_job(person: BrowserSession) -> None:
    page = person.open(PAGE)
    first, second = (
        person.send(page, "/", **{"input.prompt": "x", "file.audio": a_file(sound(), "talk.wav")}) for _ in range(2)
    )
    assert first.headers["Location"] == second.headers["Location"]
    assert (count(Job), count(Upload)) == (1, 1)


def test_a_file_that_came_need_not_come_again_when_something_else_is_wrong(person: BrowserSession) -> None:
    values = {"input.prompt": "a <talk>", "input.seed": "many", "file.audio": a_file(sound(), "talk.wav")}
    reply = person.send(person.open(PAGE), "/", **values)

    assert reply.status_code == 422
    fields = form(reply.text, "/")
    assert fields["input.prompt"] == "a <talk>"
    assert fields["input.audio"].startswith("upload:")
    assert "talk.wav" in words(reply.text)
    again = person.send(reply, "/", **{"input.seed": "7"})
    assert f"upload:{job_of(again.headers['Location']).input['audio']['upload']}" == fields["input.audio"]


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"%PDF-1.7\n\xe2\xe3", "x.pdf", "X.pdf is neither PNG, JPEG, WebP"),
        (b"just words", "x.wav", "X.wav is text/plain; this takes WAV, FLAC, Ogg, MP3, M4A, MP4 or WebM"),
        (b"", "x.wav", "X.wav is empty"),
    ],
)
def test_a_file_that_is_not_taken_is_told_at_its_field(
    person: BrowserSession, body: bytes, name: str, message: str
) -> None:
    values = {"input.prompt": "kept", "file.audio": a_file(body, name)}
    reply = person.send(person.open(PAGE), "/", **values)

    assert reply.status_code == 422
    assert message in words(reply.text)
    assert re.search(r'id="f-audio"[^>]*aria-invalid="true"', reply.text)
    assert form(reply.text, "/")["input.prompt"] == "kept"
    assert count(Job) == 0


def test_a_file_that_is_missing_is_told_at_its_field(person: BrowserSession) -> None:
    reply = person.send(person.open(PAGE), "/", **{"input.prompt": "x"})
    assert reply.status_code == 422
    assert 'id="f-audio-wrong"' in reply.text


def test_several_files_are_taken_where_several_are_meant(person: BrowserSession) -> None:
    pictures = [a_file(picture(colour=(shade, 0, 0)), f"{shade}.png") for shade in (10, 200)]
    values = {"input.prompt": "x", "file.audio": a_file(sound(), "talk.wav"), "file.pictures": pictures}
    reply = person.send(person.open(PAGE), "/", **values)
    chosen = [f"upload:{each['upload']}" for each in job_of(reply.headers["Location"]).input["pictures"]]
    assert len(chosen) == 2

    values = {"input.prompt": "x", "input.pictures": chosen, "file.pictures": a_file(picture(), "third.png")}
    wrong = person.send(person.open(PAGE), "/", **values)
    assert re.search(r'id="f-pictures-wrong".*?2 items at most', wrong.text, re.DOTALL)
    assert all(f'value="{each}" checked' in wrong.text for each in chosen)


def test_what_was_sent_and_made_lately_can_be_chosen_and_only_what_fits(person: BrowserSession) -> None:
    person.send(person.open(PAGE), "/", **{"input.prompt": "a talk", "file.audio": a_file(sound(), "talk.wav")})
    made = artifacts(finish_with(sound(0.1), media_type="audio/wav", extension="wav"))[0]
    page = person.open(PAGE)

    offered = re.findall(r'name="input.audio" value="([^"]+)"', page.text)
    assert [each.partition(":")[0] for each in offered] == ["artifact", "upload"]
    assert not re.findall(r'name="input.pictures" value="([^"]+)"', page.text)
    reply = person.send(page, "/", **{"input.prompt": "again", "input.audio": f"artifact:{made.id}"})
    assert job_of(reply.headers["Location"]).input["audio"] == {"artifact": str(made.id)}


def test_a_link_fills_in_the_form_files_included(person: BrowserSession) -> None:
    person.send(person.open(PAGE), "/", **{"input.prompt": "a talk", "file.audio": a_file(sound(), "talk.wav")})
    made = artifacts(finish_with(sound(0.1), media_type="audio/wav", extension="wav"))[0]
    fields = form(person.open(f"{PAGE}&prompt=write+down&audio=artifact:{made.id}&seed=7").text, "/")
    assert fields["input.prompt"] == "write down"
    assert (fields["input.audio"], fields["input.seed"]) == (f"artifact:{made.id}", "7")


def test_a_copy_of_a_job_has_its_files(person: BrowserSession) -> None:
    values = {"input.prompt": "a talk", "file.audio": a_file(sound(), "talk.wav")}
    location = person.send(person.open(PAGE), "/", **values).headers["Location"]
    fields = form(person.open(f"/?from={location.removeprefix('/jobs/')}").text, "/")
    assert fields["input.audio"] == f"upload:{job_of(location).input['audio']['upload']}"


@pytest.mark.parametrize("reference", ["nonsense", f"artifact:{new_id()}", f"upload:{new_id()}", f"job:{new_id()}"])
def test_a_link_to_a_file_that_is_not_there_is_told_at_the_field(person: BrowserSession, reference: str) -> None:
    assert person.open(f"{PAGE}&audio={reference}").status_code == 200
    reply = person.send(person.open(PAGE), "/", **{"input.prompt": "x", "input.audio": reference})
    assert reply.status_code == 422
    assert 'id="f-audio-wrong"' in reply.text


def test_another_workspaces_files_are_neither_offered_nor_shown(person: BrowserSession, stranger: Caller) -> None:
    theirs = stranger.send_file(picture(), "secret.png")
    for path in (PAGE, f"{PAGE}&pictures=upload:{theirs}"):
        assert "secret.png" not in person.open(path).text
    assert person.fetch(f"/uploads/{theirs}").status_code == 404


def test_a_script_sends_a_file_by_itself_and_gets_it_as_a_choice(person: BrowserSession) -> None:
    token = form(person.open(PAGE).text, "/")["csrf_token"]
    headers = {"X-CSRFToken": token, "Content-Disposition": "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.jpg"}
    address = "/uploads?fragment&field=input.pictures&multiple&accepts=image/png&accepts=image/jpeg"
    reply = person.post_body(address, picture(file_format="JPEG"), headers)

    assert reply.status_code == 200
    chosen = re.search(r'type="checkbox" name="input.pictures" value="upload:([^"]+)" checked', reply.text)
    assert chosen is not None
    assert "Größe.jpg" in reply.text
    shown = person.fetch(f"/uploads/{chosen[1]}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]

    refused = person.post_body(address, sound(), headers)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["message"].startswith("Größe.jpg is audio/wav; this takes PNG or JPEG")


def test_nothing_is_stored_for_whoever_did_not_come_by_our_form(person: BrowserSession, app: APIFlask) -> None:
    assert person.post_body("/uploads?fragment", picture(), {}).status_code == 400
    assert BrowserSession(app).post_body("/uploads?fragment", picture(), {}).status_code == 400
    assert count(Upload) == 0


def test_a_large_body_is_read_for_nobody_who_is_not_signed_in(
    app: APIFlask, person: BrowserSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_megabytes = bytes(2_000_000)
    assert BrowserSession(app).post_body("/uploads?fragment", two_megabytes, {}).status_code == 413
    assert person.post_body("/uploads?fragment", two_megabytes, {}).status_code == 400, "read, and then refused"
    monkeypatch.setattr("web.body_limits.LARGEST_BODY", 1_500_000)
    assert person.post_body("/uploads?fragment", two_megabytes, {}).status_code == 422


def test_a_field_says_what_it_takes(person: BrowserSession) -> None:
    page = words(person.open(PAGE).text)
    assert "Choose a recording" in page
    assert "PNG, JPEG or WebP, 32 MB at most." in page
