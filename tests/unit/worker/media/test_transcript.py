"""A transcript says the same in every format."""

from __future__ import annotations

import json

from worker.media.transcript import (
    Segment,
    SubRipSubtitles,
    Transcript,
    TranscriptDocument,
    TranscriptText,
    WebVttSubtitles,
    Word,
)


def segment(start: float, end: float, text: str, words: tuple[Word, ...] | None = None) -> Segment:
    return Segment(start, end, text, -0.25, 0.01, 1.2, 0.0, words)


WORDS = (Word(0.0, 0.4, " Good", 0.9), Word(0.5, 1.25, " morning.", 0.8))
TRANSCRIPT = Transcript(
    "transcribe", "en", 0.9876, 9.5, (segment(0.0, 1.5, " Good morning.", WORDS), segment(6.0, 9.0, " It's a café."))
)


def test_the_text_begins_a_new_line_after_a_long_pause() -> None:
    encoded = TranscriptText(TRANSCRIPT).encode()
    assert encoded.body.decode() == "Good morning.\nIt's a café."
    assert encoded.media_type == "text/plain; charset=utf-8"
    assert encoded.facts == {
        "characters": 26,
        "seconds": 9.5,
        "language": "en",
        "language_probability": 0.988,
        "segments": 2,
    }


def test_the_document_has_every_number_and_words_where_they_were_asked_for() -> None:
    encoded = TranscriptDocument(TRANSCRIPT).encode()
    document = json.loads(encoded.body)
    assert (encoded.media_type, encoded.extension) == ("application/json", "json")
    assert "café" in encoded.body.decode()
    assert document["segments"][0]["words"][1] == {"word": "morning.", "start": 0.5, "end": 1.25, "probability": 0.8}
    assert "words" not in document["segments"][1]
    assert document["segments"][1]["text"] == "It's a café."
    assert (document["language"], document["duration"], document["task"]) == ("en", 9.5, "transcribe")


def test_subtitles_show_each_utterance_when_it_is_said() -> None:
    srt, vtt = SubRipSubtitles(TRANSCRIPT).encode(), WebVttSubtitles(TRANSCRIPT).encode()
    assert (srt.media_type, srt.extension) == ("application/x-subrip", "srt")
    assert (vtt.media_type, vtt.extension) == ("text/vtt; charset=utf-8", "vtt")
    assert srt.body.decode() == (
        "1\n00:00:00,000 --> 00:00:01,250\nGood morning.\n\n2\n00:00:06,000 --> 00:00:09,000\nIt's a café.\n"
    )
    assert vtt.body.decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.250\nGood morning.\n\n00:00:06.000 --> 00:00:09.000\nIt's a café.\n"
    )


def test_when_nothing_was_said_every_file_is_empty_and_the_reason_is_told() -> None:
    silence = Transcript("transcribe", "en", None, 4.0, (), "nobody speaks")
    text = TranscriptText(silence).encode()
    assert text.body == b""
    assert text.facts["reason"] == "nobody speaks"
    assert json.loads(TranscriptDocument(silence).encode().body)["segments"] == []
    assert SubRipSubtitles(silence).encode().body == b""
    assert WebVttSubtitles(silence).encode().body == b"WEBVTT\n"
