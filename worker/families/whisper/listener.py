"""One recording on its way through Whisper: which window comes next, and what has been heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from shared.catalog.inputs.speech_to_text import MAX_SPEECH_SECONDS, SpeechToTextInput
from worker.families.whisper.model import LoadedWhisper
from worker.families.whisper.segments import Utterance, utterances
from worker.families.whisper.windows import Heard, Window
from worker.families.whisper.words import words_of
from worker.media.base import Media
from worker.media.sound_decoding import SlidingSound, SoundSource
from worker.media.transcript import (
    Segment,
    SubRipSubtitles,
    Transcript,
    TranscriptDocument,
    TranscriptText,
    WebVttSubtitles,
    Word,
)

# Full scale is 1: below this, a window has no sound that anyone could hear, and Whisper would make something up.
_SILENCE = 10 ** (-70 / 20)
_LATEST_SEGMENTS = 50


def sound_of(loaded: LoadedWhisper, job_input: SpeechToTextInput) -> SoundSource:
    """The input's recording, as the model hears it."""
    return SoundSource(job_input.audio.file(), "input.audio", loaded.sample_rate, 1, MAX_SPEECH_SECONDS)


class Listener:
    """One member: where it is in its recording, and what it has heard."""

    def __init__(self, loaded: LoadedWhisper, member: int, job_input: SpeechToTextInput) -> None:
        source = sound_of(loaded, job_input)
        self._loaded = loaded
        self._member = member
        self._input = job_input
        self._sound = SlidingSound(source)
        self._at = 0
        self._window: Window | None = None
        self._previous: list[int] = []
        self._language = loaded.tokens.languages.get(job_input.language or "")
        self._probability: float | None = None
        self._segments: list[Segment] = []
        self._audible = False
        self.expected_seconds = source.expected_seconds()

    @property
    def heard_seconds(self) -> float:
        """How far it is."""
        return self._at / self._loaded.sample_rate

    def said_so_far(self) -> str:
        """The latest of what was heard."""
        latest = self._segments[-_LATEST_SEGMENTS:]
        return "".join(segment.text for segment in latest).strip()

    def next_window(self, dropped: frozenset[int]) -> Window | None:
        """The next window in which there is sound; none at the end, or when nobody wants it any more."""
        if self._member in dropped:
            return None
        length = self._loaded.window_samples
        while len(samples := self._sound.window(self._at, length)):
            if np.abs(samples).max() > _SILENCE:
                self._audible = True
                self._window = Window(
                    self._member,
                    samples,
                    tuple(self._previous) if self._input.condition_on_prev_tokens else (),
                    self._language,
                    self._loaded.tokens.tasks.get(self._input.task),
                    (self._input.seed or 0, self._at),
                )
                return self._window
            self._at += len(samples)
        return None

    def take(self, heard: Heard) -> None:
        """Note what was heard in the window, and move on."""
        assert self._window is not None, "heard in a window"
        length = len(self._window.samples)
        seconds = length / self._loaded.sample_rate
        if heard.is_silence:
            self._at += length
            return
        if self._language is None and heard.language is not None:
            self._language, self._probability = heard.language, heard.language_probability
        spoken, moved = utterances(heard.tokens, self._loaded.tokens.timestamps, seconds)
        self._segments += self._segments_of(heard, spoken, seconds)
        guide = [*self._previous, *(token for each in spoken for token in each.tokens)]
        self._previous = guide[-self._loaded.model.config.max_target_positions :] if heard.may_guide else []
        self._at += min(round(moved * self._loaded.sample_rate), length)

    def media(self) -> list[Media]:
        """The transcript in each of its formats."""
        codes = {token: code for code, token in self._loaded.tokens.languages.items()}
        reason = None
        if not self._segments:
            reason = "nobody speaks in it" if self._audible else "it is silent"
        transcript = Transcript(
            self._input.task,
            codes.get(self._language) if self._language is not None else None if codes else "en",
            self._probability,
            self.heard_seconds,
            tuple(self._segments),
            reason,
        )
        return [
            TranscriptText(transcript),
            SubRipSubtitles(transcript),
            WebVttSubtitles(transcript),
            TranscriptDocument(transcript),
        ]

    def _segments_of(self, heard: Heard, spoken: Sequence[Utterance], seconds: float) -> Iterator[Segment]:
        words: Sequence[tuple[Word, ...] | None] = [None] * len(spoken)
        if spoken and self._input.timestamps == "word":
            task = self._loaded.tokens.tasks.get(self._input.task)
            words = words_of(self._loaded, heard.encoded, spoken, heard.language, task, seconds)
        begins = self.heard_seconds
        for utterance, said in zip(spoken, words, strict=True):
            text = self._loaded.tokens.timestamps.text(utterance.tokens)
            yield Segment(
                begins + utterance.start,
                begins + utterance.end,
                self._loaded.tokenizer.decode(text, skip_special_tokens=True),
                heard.avg_logprob,
                heard.no_speech_prob,
                heard.compression_ratio,
                heard.temperature,
                said
                and tuple(Word(begins + word.start, begins + word.end, word.text, word.probability) for word in said),
            )
