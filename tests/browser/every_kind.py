"""A workspace with results of every kind, as workers would have stored them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.models import Model
from shared.db import session_scope
from tests.integration.jobs.actions import submit
from tests.integration.web.results import MadeFile, finish_with_files
from tests.integration.web.sample_files import picture, sound
from worker.media.base import Media
from worker.media.video import media_of_clip

FILM_SECONDS = 6
SOUND_SECONDS = 6.0
SUBTITLES = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nSo we went down to the harbour.\n"


@dataclass(frozen=True, slots=True)
class EveryKind:
    """One job of each kind of result."""

    film: UUID
    notes: UUID
    sound: UUID
    transcript: UUID


def hang_every_kind(workspace_id: UUID, upload_id: str) -> EveryKind:
    """Make the jobs. ``upload_id`` is a recording that one of them listened to."""
    _add_models(FamilyName.TEXT_TO_VIDEO, FamilyName.NOTES, FamilyName.TEXT_TO_AUDIO, FamilyName.SPEECH_TO_TEXT)
    shades = np.linspace(0, 255, 8 * FILM_SECONDS)
    frames = np.stack([np.full((48, 64, 3), (shade, 90, 60)) for shade in shades]).astype(np.uint8)
    film = _made(
        workspace_id, FamilyName.TEXT_TO_VIDEO, {"prompt": "a copper tide"}, *_files(*media_of_clip(frames, 8))
    )
    notes = _made(
        workspace_id,
        FamilyName.NOTES,
        {"mood": "calm", "lead": "flute"},
        MadeFile(b"MThd", "audio/midi", "mid", {"tracks": 2, "seconds": SOUND_SECONDS}),
        MadeFile(sound(SOUND_SECONDS), "audio/wav", "wav", {"seconds": SOUND_SECONDS}),
        MadeFile(picture(64), "image/png", "png", {"width": 64, "height": 64}),
    )
    heard = MadeFile(sound(SOUND_SECONDS), "audio/wav", "wav", {"seconds": SOUND_SECONDS})
    rain = _made(workspace_id, FamilyName.TEXT_TO_AUDIO, {"prompt": "rain on a tin roof"}, heard)
    transcript = _made(
        workspace_id,
        FamilyName.SPEECH_TO_TEXT,
        {"audio": {"upload": upload_id}},
        MadeFile(b"So we went down to the harbour.", "text/plain; charset=utf-8", "txt", {"characters": 31}),
        MadeFile(b"1\n00:00:00,000 --> 00:00:02,000\nSo\n", "application/x-subrip", "srt", {"cues": 1}),
        MadeFile(SUBTITLES.encode(), "text/vtt; charset=utf-8", "vtt", {"cues": 1}),
        MadeFile(b'{"language": "en"}', "application/json", "json", {"segments": 1}),
    )
    return EveryKind(film, notes, rain, transcript)


def _made(workspace_id: UUID, family: FamilyName, job_input: dict[str, Any], *files: MadeFile) -> UUID:
    job_id = submit(workspace_id, model=f"tests/{family.value}", input=job_input, priority="interactive")
    assert finish_with_files(*files) == job_id, "no other job was due"
    return job_id


def _files(*media: Media) -> list[MadeFile]:
    encoded = [each.encode() for each in media]
    return [MadeFile(each.body, each.media_type, each.extension, each.facts) for each in encoded]


def _add_models(*families: FamilyName) -> None:
    with session_scope() as session:
        for family in families:
            name = f"tests/{family.value}"
            session.add(
                Model(
                    id=uuid5(NAMESPACE_URL, name),
                    name=name,
                    family=family,
                    source="starter:none",
                    revision="2" * 64,
                    title=FAMILIES[family].title,
                    defaults={},
                    limits={},
                    licence="Apache-2.0",
                )
            )
