"""Speech to text: Whisper's transcripts and translations, with times.

A recording is heard window by window, each one beginning where the last whole utterance ended, whatever its length;
it is decoded as it is heard. The windows of all members that are due are decoded together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from transformers import GenerationConfig, WhisperForConditionalGeneration, WhisperProcessor

from shared.catalog.families import FamilyName
from shared.catalog.inputs.languages import LANGUAGES
from shared.catalog.inputs.speech_to_text import SpeechToTextInput
from shared.errors import InputRefused, ModelLoadFailed, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.placement import dtype_for, place
from worker.families.whisper.listener import Listener, sound_of
from worker.families.whisper.model import LoadedWhisper, SpecialTokens
from worker.families.whisper.segments import TimestampTokens
from worker.families.whisper.windows import FALLBACK, hear
from worker.media.base import Media

_ROWS_IN_FLIGHT = {"cpu": 8, "cuda": 32}


class SpeechToText:
    """Writes down what is said, with ``WhisperForConditionalGeneration`` weights."""

    name = FamilyName.SPEECH_TO_TEXT

    def load(self, model: ModelRef, device: Device) -> LoadedWhisper:
        """Read model and processor: safetensors only, nothing from the network, no code from the folder."""
        safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        network: Any = WhisperForConditionalGeneration.from_pretrained(
            model.path, use_safetensors=True, dtype=dtype_for(device, model.options), **safe
        ).eval()
        place(network, device, model.options)
        processor: Any = WhisperProcessor.from_pretrained(model.path, **safe)
        decoding = network.generation_config
        features = processor.feature_extractor
        frames = 2 * network.config.max_source_positions
        if features.nb_max_frames != frames:
            raise ModelLoadFailed(f"The features are for {features.nb_max_frames} frames, the model for {frames}.")
        tokens = _special_tokens(processor.tokenizer, decoding, features.n_samples / features.sampling_rate / frames)
        # What is written, and how, is for each window to say.
        network.generation_config = GenerationConfig()
        heads = getattr(decoding, "alignment_heads", None) or _upper_half(network.config)
        return LoadedWhisper(
            network,
            processor.tokenizer,
            features,
            tokens,
            decoding,
            tuple((layer, head) for layer, head in heads),
            features.n_samples,
            features.sampling_rate,
            device.type,
        )

    def check(self, loaded: LoadedWhisper, job_input: SpeechToTextInput) -> None:
        """Refuse what this model does not speak, and a recording that cannot be heard to its end."""
        known = loaded.tokens.languages
        if not known and job_input.language not in (None, "en"):
            raise InputRefused.of("input.language", "this model knows English alone; leave it out")
        if not known and job_input.task == "translate":
            raise InputRefused.of(
                "input.task", "this model knows English alone: it transcribes, and does not translate"
            )
        if known and job_input.language is not None and job_input.language not in known:
            name = LANGUAGES[job_input.language]
            raise InputRefused.of("input.language", f"this model does not know {name}; it knows {', '.join(known)}")
        sound_of(loaded, job_input).seconds()

    def max_batch(self, loaded: LoadedWhisper, job_input: SpeechToTextInput) -> int:
        """Members whose windows fit the device together."""
        return max(1, _ROWS_IN_FLIGHT[loaded.device_type] // job_input.num_beams)

    def generate(
        self, loaded: LoadedWhisper, inputs: Sequence[SpeechToTextInput], control: StepControl
    ) -> list[list[Media]]:
        """Hear the members' windows, one of each at a time, until every recording has been heard. Steps are seconds."""
        listeners = [Listener(loaded, index, job_input) for index, job_input in enumerate(inputs)]
        temperatures = FALLBACK if inputs[0].temperature is None else (inputs[0].temperature,)
        clock = _Clock(control, listeners)
        try:
            while windows := [window for each in listeners if (window := each.next_window(clock.dropped)) is not None]:
                heard = hear(loaded, windows, inputs[0].num_beams, temperatures, clock.tick)
                for window, each in zip(windows, heard, strict=True):
                    listeners[window.member].take(each)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        clock.end()
        return [[] if index in clock.dropped else each.media() for index, each in enumerate(listeners)]


class _Clock:
    """Reports how many seconds of all recordings have been heard."""

    def __init__(self, control: StepControl, listeners: Sequence[Listener]) -> None:
        self._control = control
        self._listeners = listeners
        self._total = max(1, math.ceil(sum(each.expected_seconds for each in listeners)))
        self._done = 0
        self.dropped: frozenset[int] = frozenset()

    def tick(self) -> frozenset[int]:
        """Report, and give the members that are no longer wanted."""
        heard = sum(min(each.heard_seconds, each.expected_seconds) for each in self._listeners)
        self._done = max(self._done, min(int(heard), self._total - 1))
        self.dropped |= self._control.step(
            self._done, self._total, texts=lambda: [each.said_so_far() for each in self._listeners]
        )
        return self.dropped

    def end(self) -> None:
        """Report that all has been heard."""
        self.dropped |= self._control.step(self._total, self._total)


def _special_tokens(tokenizer: Any, decoding: GenerationConfig, timestamp_seconds: float) -> SpecialTokens:
    """What the model's own folder calls them. Raises ``ModelLoadFailed`` for one that names no timestamps."""
    no_timestamps = getattr(decoding, "no_timestamps_token_id", None)
    start, end = decoding.decoder_start_token_id, decoding.eos_token_id
    if no_timestamps is None or start is None or end is None:
        raise ModelLoadFailed("The generation config does not name the tokens that Whisper's timestamps need.")
    multilingual = getattr(decoding, "is_multilingual", None)
    languages = getattr(decoding, "lang_to_id", None) or {}
    return SpecialTokens(
        start,
        end[0] if isinstance(end, list) else end,
        getattr(decoding, "prev_sot_token_id", None) or tokenizer.convert_tokens_to_ids("<|startofprev|>"),
        no_timestamps - 1,
        no_timestamps,
        {name.strip("<|>"): token for name, token in languages.items()} if multilingual is not False else {},
        dict(getattr(decoding, "task_to_id", None) or {}) if multilingual is not False else {},
        TimestampTokens(no_timestamps + 1, timestamp_seconds),
    )


def _upper_half(config: Any) -> list[tuple[int, int]]:
    """All heads of the upper half of the decoder: where words are found when nothing is known of the heads."""
    layers = range(config.decoder_layers // 2, config.decoder_layers)
    return [(layer, head) for layer in layers for head in range(config.decoder_attention_heads)]
