"""What Whisper hears in windows of sound: a batch of them, of any recordings, decoded together.

Each row has its own language, task, earlier text and generator, padded on the left, so that it is heard as it would be
alone. A window that comes out repetitive or unsure is decoded again at the next higher temperature (Radford et al.
2022, section 3.8).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from worker.families.whisper.attempt import Attempt, padded
from worker.families.whisper.model import LoadedWhisper

FALLBACK = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_MAX_COMPRESSION_RATIO = 2.4
_MIN_AVG_LOGPROB = -1.0
_MAX_NO_SPEECH = 0.6
_CONDITIONED_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class Window:
    """One row: the member it is of, its samples ``(frames,)``, what was heard before, and how to listen.

    ``language`` and ``task`` are tokens; no language where it is to be detected, no task where the model has none.
    """

    member: int
    samples: np.ndarray[Any, np.dtype[np.float32]]
    previous: tuple[int, ...]
    language: int | None
    task: int | None
    seed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model wrote for a window, without the end of text, and what it thinks of it."""

    tokens: tuple[int, ...]
    language: int | None
    language_probability: float | None
    encoded: Tensor
    """``(frames, width)``: the window as the decoder sees it."""
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float

    @property
    def is_silence(self) -> bool:
        """Whether nobody speaks there: the model says so, and is unsure of what it wrote."""
        return self.no_speech_prob > _MAX_NO_SPEECH and self.avg_logprob < _MIN_AVG_LOGPROB

    @property
    def is_doubtful(self) -> bool:
        """Whether to try again at a higher temperature."""
        unsure = self.avg_logprob < _MIN_AVG_LOGPROB or self.compression_ratio > _MAX_COMPRESSION_RATIO
        return unsure and not self.is_silence

    @property
    def may_guide(self) -> bool:
        """Whether what is heard next may be guided by this: not where it was drawn rather freely."""
        return self.temperature < _CONDITIONED_BELOW


@torch.inference_mode()
def hear(
    loaded: LoadedWhisper,
    windows: Sequence[Window],
    num_beams: int,
    temperatures: Sequence[float],
    on_token: Callable[[], frozenset[int]],
) -> list[Heard]:
    """Decode the windows. ``on_token`` is called at each token and gives the members that are no longer wanted."""
    encoded = _encode(loaded, windows)
    starts = [_start(loaded, window) for window in windows]
    listened = _listen(loaded, encoded, starts)
    prefixes = [_prefix(start, window, each) for start, window, each in zip(starts, windows, listened, strict=True)]
    heard: dict[int, Heard] = {}
    left = list(range(len(windows)))
    for attempt, temperature in enumerate(temperatures):
        decoding = Attempt(
            loaded,
            [windows[row].member for row in left],
            [prefixes[row] for row in left],
            encoded[left],
            num_beams if temperature == 0 else 1,
            temperature,
            [_generator(windows[row], attempt) for row in left],
        )
        for row, (tokens, avg_logprob) in zip(left, decoding.run(on_token), strict=True):
            language, probability, no_speech = listened[row]
            heard[row] = Heard(
                tokens,
                windows[row].language if windows[row].language is not None else language,
                None if windows[row].language is not None else probability,
                encoded[row],
                avg_logprob,
                no_speech,
                _compression_ratio(loaded, tokens),
                temperature,
            )
        dropped = on_token()
        left = [row for row in left if heard[row].is_doubtful and windows[row].member not in dropped]
        if not left:
            break
    return [heard[row] for row in range(len(windows))]


def _encode(loaded: LoadedWhisper, windows: Sequence[Window]) -> Tensor:
    """``(windows, frames, width)``. The features are those of each window by itself."""
    features = [
        loaded.features(window.samples, sampling_rate=loaded.sample_rate, return_tensors="np")["input_features"]
        for window in windows
    ]
    batch = torch.from_numpy(np.concatenate(features)).to(loaded.model.device, loaded.model.dtype)
    encoded: Tensor = loaded.model.get_encoder()(batch).last_hidden_state
    return encoded


def _start(loaded: LoadedWhisper, window: Window) -> tuple[int, ...]:
    """What was heard before, as far as it fits, and the token that begins a transcript."""
    # Half of the decoder's positions are for what it writes.
    room = loaded.model.config.max_target_positions // 2 - 4
    previous = window.previous[-room:] if room > 0 else ()
    return (*((loaded.tokens.previous, *previous) if previous else ()), loaded.tokens.start)


def _prefix(
    start: tuple[int, ...], window: Window, listened: tuple[int | None, float | None, float]
) -> tuple[int, ...]:
    language = window.language if window.language is not None else listened[0]
    return (*start, *(token for token in (language, window.task) if token is not None))


def _listen(
    loaded: LoadedWhisper, encoded: Tensor, starts: Sequence[tuple[int, ...]]
) -> list[tuple[int | None, float | None, float]]:
    """The likeliest language, its probability, and that nobody speaks, as they stand where a transcript begins."""
    ids, mask = padded(starts, loaded.tokens.end, encoded.device)
    logits = (
        loaded.model(
            encoder_outputs=BaseModelOutput(last_hidden_state=encoded),
            decoder_input_ids=ids,
            decoder_attention_mask=mask,
            decoder_position_ids=(mask.cumsum(-1) - 1).clamp(min=0),
            use_cache=False,
        )
        .logits[:, -1]
        .float()
    )
    no_speech = logits.softmax(-1)[:, loaded.tokens.no_speech].tolist()
    languages = list(loaded.tokens.languages.values())
    if not languages:
        return [(None, None, each) for each in no_speech]
    probabilities, best = logits[:, languages].softmax(-1).max(-1)
    return [
        (languages[index], probability, each)
        for index, probability, each in zip(best.tolist(), probabilities.tolist(), no_speech, strict=True)
    ]


def _generator(window: Window, attempt: int) -> torch.Generator:
    """A row's own, which neither its neighbours nor earlier windows have drawn from."""
    [seed] = np.random.SeedSequence([*window.seed, attempt]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(seed))


def _compression_ratio(loaded: LoadedWhisper, tokens: Sequence[int]) -> float:
    """Bytes of the text for each byte of it compressed."""
    text = loaded.tokenizer.decode(loaded.tokens.timestamps.text(tokens), skip_special_tokens=True).encode()
    return len(text) / len(zlib.compress(text)) if text else 0.0
