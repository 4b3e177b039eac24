"""What was said in a sound, as a media: plain text, SubRip, WebVTT and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from shared.storage.formats import JSON, SRT, TEXT, VTT, Format
from worker.media.base import EncodedMedia
from worker.media.subtitles import Cue, TimedText, cues, subrip, webvtt

_PARAGRAPH_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the white space before it, when it is said in seconds, and how probable the model finds it."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance, with what the model thinks of the window in which it heard it; ``words`` if they were asked for.

    ``avg_logprob`` is the mean log probability of the window's tokens, ``no_speech_prob`` that nobody speaks in it,
    ``compression_ratio`` how much shorter its text gets (high: it repeats itself), ``temperature`` how it was decoded.
    """

    start: float
    end: float
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    words: tuple[Word, ...] | None = None

    def timed(self) -> list[TimedText]:
        """The words with their times; the whole text with its own, where words have none."""
        if self.words:
            return [TimedText(word.start, word.end, word.text) for word in self.words]
        return [TimedText(self.start, self.end, self.text)]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that was said in ``duration`` seconds. ``language`` is a code; none for a model that knows but one.

    ``language_probability`` is there when the language was not given but detected; ``reason`` when nothing was said.
    """

    task: str
    language: str | None
    language_probability: float | None
    duration: float
    segments: tuple[Segment, ...]
    reason: str | None = None

    def text(self) -> str:
        """What was said, a line for each stretch without a long pause."""
        text, until = "", 0.0
        for segment in self.segments:
            if segment.start - until >= _PARAGRAPH_PAUSE_SECONDS:
                text = text.rstrip() + "\n"
            text += segment.text
            until = segment.end
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()

    def cues(self) -> list[Cue]:
        """What was said as subtitles."""
        return cues([segment.timed() for segment in self.segments], self.duration)

    def document(self) -> dict[str, Any]:
        """All that is known, as JSON has it; times in seconds."""
        return {
            "task": self.task,
            "language": self.language,
            "language_probability": _rounded(self.language_probability),
            "duration": _rounded(self.duration),
            "text": self.text(),
            "reason": self.reason,
            "segments": [_segment_document(index, segment) for index, segment in enumerate(self.segments)],
        }

    def facts(self) -> dict[str, Any]:
        """What a list of results shows."""
        facts = {
            "seconds": _rounded(self.duration),
            "language": self.language,
            "language_probability": _rounded(self.language_probability),
            "segments": len(self.segments),
            "reason": self.reason,
        }
        return {name: value for name, value in facts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class TranscriptText:
    """The transcript to be read."""

    transcript: Transcript

    def encode(self) -> EncodedMedia:
        text = self.transcript.text()
        return _encoded(TEXT, text, {"characters": len(text), **self.transcript.facts()})


@dataclass(frozen=True, slots=True)
class SubRipSubtitles:
    """The transcript as SubRip subtitles."""

    transcript: Transcript

    def encode(self) -> EncodedMedia:
        shown = self.transcript.cues()
        return _encoded(SRT, subrip(shown), {"cues": len(shown)})


@dataclass(frozen=True, slots=True)
class WebVttSubtitles:
    """The transcript as WebVTT subtitles, which browsers show."""

    transcript: Transcript

    def encode(self) -> EncodedMedia:
        shown = self.transcript.cues()
        return _encoded(VTT, webvtt(shown), {"cues": len(shown)})


@dataclass(frozen=True, slots=True)
class TranscriptDocument:
    """The transcript with all its numbers."""

    transcript: Transcript

    def encode(self) -> EncodedMedia:
        body = json.dumps(self.transcript.document(), ensure_ascii=False, indent=1) + "\n"
        return _encoded(JSON, body, {"segments": len(self.transcript.segments)})


def _encoded(format_: Format, text: str, facts: dict[str, Any]) -> EncodedMedia:
    return EncodedMedia(text.encode("utf-8"), format_.media_type, format_.extension, facts)


def _segment_document(index: int, segment: Segment) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": index,
        "start": _rounded(segment.start),
        "end": _rounded(segment.end),
        "text": segment.text.strip(),
        "avg_logprob": _rounded(segment.avg_logprob),
        "no_speech_prob": _rounded(segment.no_speech_prob),
        "compression_ratio": _rounded(segment.compression_ratio),
        "temperature": segment.temperature,
    }
    if segment.words is not None:
        document["words"] = [
            {
                "word": word.text.strip(),
                "start": _rounded(word.start),
                "end": _rounded(word.end),
                "probability": _rounded(word.probability),
            }
            for word in segment.words
        ]
    return document


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
