"""Results of every kind on their pages: what belongs together stands together, and can be played, read and used."""

from __future__ import annotations

import dataclasses
import html
import re
from uuid import UUID

import pytest
from apiflask import APIFlask

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import ImageFile, SoundFile
from shared.catalog.inputs.text import TextInput
from shared.storage.formats import FileKind
from tests.integration.jobs.actions import artifacts, submit
from tests.integration.web.browser_session import BrowserSession, words
from tests.integration.web.results import MadeFile, finish_with, finish_with_files
from tests.integration.web.sample_files import picture, sound

STILL = MadeFile(picture(), "image/png", "png", {"width": 32, "height": 32})
MOVING = MadeFile(picture(file_format="WEBP"), "image/webp", "webp", {"width": 32, "height": 32, "fps": 8})
FILM = MadeFile(b"not looked at here", "video/mp4", "mp4", {"width": 32, "height": 32, "seconds": 2.0, "fps": 8})
MIDI = MadeFile(b"MThd", "audio/midi", "mid", {"tracks": 3, "seconds": 0.5})
SOUND = MadeFile(sound(), "audio/wav", "wav", {"seconds": 0.5})
TEXT = MadeFile(b"Good <morning>.", "text/plain; charset=utf-8", "txt", {"characters": 15})
VTT = MadeFile(b"WEBVTT\n\n00:00.000 --> 00:01.000\nGood\n", "text/vtt; charset=utf-8", "vtt", {"cues": 1})
JSON = MadeFile(b'{"text": "Good"}', "application/json", "json", {"segments": 1})


class ReadingInput(TextInput):
    """An input that may have a picture and a sound."""

    image: ImageFile | None = None
    audio: SoundFile | None = None


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


def family_makes(monkeypatch: pytest.MonkeyPatch, *kinds: FileKind) -> None:
    """Let the text family's results be of these files, and let it take pictures and sounds."""
    spec = dataclasses.replace(FAMILIES[FamilyName.TEXT], output_kinds=kinds, input_type=ReadingInput)
    monkeypatch.setitem(FAMILIES, FamilyName.TEXT, spec)


def made(workspace_id: UUID, *files: MadeFile, count: int = 1) -> UUID:
    """A job that made these files."""
    submit(workspace_id, input={"prompt": "Coffee by Zorvi", "num_return_sequences": count, "seed": 7})
    return finish_with_files(*files)


def test_a_film_has_its_poster_and_moves_in_the_list(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.VIDEO, FileKind.IMAGE, FileKind.IMAGE)
    job_id = made(workspace_id, FILM, MOVING, STILL)
    film, moving, still = (each.id for each in artifacts(job_id))

    page = person.open(f"/jobs/{job_id}").text
    assert re.search(rf'<video src="/artifacts/{film}" controls[^>]*poster="/artifacts/{still}"', page)
    assert "MP4 · 32 × 32 · 2.0 s" in words(page)
    listed = person.open("/jobs").text
    assert re.search(rf'srcset="/artifacts/{still}" media="\(prefers-reduced-motion: reduce\)"', listed)
    assert f'<img src="/artifacts/{moving}"' in listed


def test_notes_are_heard_and_seen_and_each_piece_stands_by_itself(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.MIDI, FileKind.SOUND, FileKind.IMAGE)
    job_id = made(workspace_id, MIDI, SOUND, STILL, MIDI, SOUND, STILL, count=2)
    ids = [each.id for each in artifacts(job_id)]

    page = person.open(f"/jobs/{job_id}").text
    assert page.count("<figure") == 2
    for _, heard, seen in (ids[:3], ids[3:]):
        assert re.search(rf'<img src="/artifacts/{seen}"[^>]*>\s*</a>\s*<audio id="sound-{heard}"', page)
    assert page.count("data-waveform") == 0, "its piano roll is what it looks like"
    assert words(page).count("MIDI · ") == 2
    assert 'class="thumb-count">2<' in person.open("/jobs").text


def test_a_sound_alone_is_drawn_by_the_browser(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.SOUND)
    job_id = made(workspace_id, SOUND)
    page = person.open(f"/jobs/{job_id}").text
    assert f'data-waveform="sound-{artifacts(job_id)[0].id}"' in page
    assert "#sound" in person.open("/jobs").text, "the list shows what it is"


def test_a_transcript_s_other_forms_are_there_to_read_under_their_names(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.TEXT, FileKind.TEXT, FileKind.TEXT)
    page = person.open(f"/jobs/{made(workspace_id, TEXT, VTT, JSON)}").text

    assert "Good &lt;morning&gt;." in page
    assert page.count("<figure") == 1
    assert re.findall(r"<summary><svg.*?</svg>(\w+)<span", page) == ["WebVTT", "JSON"]
    assert "00:00.000 --&gt; 00:01.000" in page


def test_a_result_leads_to_the_forms_that_take_it(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.IMAGE)
    job_id = made(workspace_id, STILL)
    artifact_id = artifacts(job_id)[0].id
    page = html.unescape(person.open(f"/jobs/{job_id}").text)
    links = re.findall(r'<a href="(/\?model[^"]+)">([^<]+)</a>', page)
    assert (f"/?model=starter%2Fadcopy&image=artifact%3A{artifact_id}", "Ad copy") in links
    form = person.open(links[-1][0]).text
    assert f'value="artifact:{artifact_id}" checked' in form


def test_what_a_job_wrote_leads_to_the_forms_that_take_a_prompt(person: BrowserSession, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    finish_with(b"a teal ocean")
    page = html.unescape(person.open(f"/jobs/{job_id}").text)
    assert "/?model=starter%2Fbackdrops&prompt=a+teal+ocean" in page


def test_the_files_that_a_job_read_are_shown_with_it(
    person: BrowserSession, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    family_makes(monkeypatch, FileKind.TEXT)
    first = made(workspace_id, dataclasses.replace(SOUND, facts={"seconds": 0.5}))
    heard = artifacts(first)[0].id
    reading = submit(workspace_id, input={"prompt": "x", "audio": {"artifact": str(heard)}, "image": None})
    waiting = submit(workspace_id, input={"prompt": "x", "inserts": None, "audio": {"artifact": str(heard)}})
    page = person.open(f"/jobs/{reading}").text
    assert re.search(rf'<audio src="/artifacts/{heard}"[^>]*aria-label="Audio: Coffee by Zorvi"', page)
    assert "{'artifact'" not in page
    assert person.open(f"/jobs/{waiting}").status_code == 200


@pytest.mark.parametrize("file", [SOUND, FILM, VTT], ids=lambda file: file.extension)
def test_what_is_played_can_be_sought_in_and_sets_no_cookie(
    person: BrowserSession, workspace_id: UUID, file: MadeFile
) -> None:
    submit(workspace_id)
    path = f"/artifacts/{artifacts(finish_with_files(file))[0].id}"
    whole = person.fetch(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Content-Disposition"].startswith("inline")
    assert "Set-Cookie" not in whole.headers

    part = person.fetch(path, {"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, file.body[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(file.body)}"
    beyond = person.fetch(path, {"Range": "bytes=9000000-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(file.body)}"


@pytest.mark.parametrize("condition", ["W/{etag}", '"another"', "Tue, 24 Nov 2026 10:00:00 GMT"])
def test_a_part_is_sent_only_of_what_is_surely_the_same(
    person: BrowserSession, workspace_id: UUID, condition: str
) -> None:
    submit(workspace_id)
    path = f"/artifacts/{artifacts(finish_with_files(SOUND))[0].id}"
    etag = person.fetch(path).headers["ETag"]
    same = {"Range": "bytes=0-3", "If-Range": etag}
    assert person.fetch(path, same).status_code == 206
    assert person.fetch(path, {**same, "If-Range": condition.format(etag=etag)}).status_code == 200
