"""Whisper in memory: the model, its processor, and the tokens it speaks in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transformers import GenerationConfig

from worker.families.whisper.segments import TimestampTokens


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Whisper's tokens that are no text. ``languages`` and ``tasks`` are empty for a model that knows but English."""

    start: int
    end: int
    previous: int
    no_speech: int
    no_timestamps: int
    languages: dict[str, int]
    tasks: dict[str, int]
    timestamps: TimestampTokens


@dataclass(frozen=True, slots=True)
class LoadedWhisper:
    """A model on its device; ``decoding`` is its own generation config, which names the tokens never to write."""

    model: Any
    tokenizer: Any
    features: Any
    tokens: SpecialTokens
    decoding: GenerationConfig
    alignment_heads: tuple[tuple[int, int], ...]
    window_samples: int
    sample_rate: int
    device_type: str

    @property
    def window_seconds(self) -> float:
        """How much sound the model hears at once."""
        return self.window_samples / self.sample_rate
