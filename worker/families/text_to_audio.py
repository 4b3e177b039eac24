"""Text to audio: music and sounds by MusicGen or by Stable Audio.

The model's folder says which it is: one with a ``model_index.json`` is a diffusers pipeline, another is read by
transformers. A job's sound does not depend on its neighbours: each has a generator of its own, drawn on the CPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.errors import InputRefused, OutOfDeviceMemory
from worker.families.audio.musicgen import MusicGen
from worker.families.audio.sounds import Sounds
from worker.families.audio.stable_audio import StableAudio
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import Media
from worker.media.sound import SoundMedia

_SECONDS_IN_FLIGHT = {"cpu": 60.0, "cuda": 480.0}


class SoundModel(Protocol):
    """A kind of model that makes sounds."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def longest_seconds(self) -> float: ...

    def check(self, job_input: TextToAudioInput) -> None:
        """Refuse what this kind of model does not understand. Raises ``InputRefused`` naming the field."""
        ...

    def generate(self, inputs: Sequence[TextToAudioInput], control: StepControl) -> Sounds:
        """Make all sounds of a batch."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedSoundModel:
    """A model and where it lives."""

    model: SoundModel
    device: Device


class TextToAudio:
    """Makes sounds with MusicGen's or Stable Audio's weights."""

    name = FamilyName.TEXT_TO_AUDIO

    def load(self, model: ModelRef, device: Device) -> LoadedSoundModel:
        """Read whichever kind of model the folder holds."""
        kind = StableAudio if (model.path / "model_index.json").is_file() else MusicGen
        return LoadedSoundModel(kind.load(model, device), device)

    def check(self, loaded: LoadedSoundModel, job_input: TextToAudioInput) -> None:
        """Refuse sounds that are longer than the model makes, and parameters of the other kind of model."""
        longest = loaded.model.longest_seconds
        if job_input.seconds is not None and job_input.seconds > longest:
            raise InputRefused.of("input.seconds", f"this model makes {longest:.4g} seconds at most")
        loaded.model.check(job_input)

    def max_batch(self, loaded: LoadedSoundModel, job_input: TextToAudioInput) -> int:
        """Members whose sounds fit the device together."""
        seconds = (job_input.seconds or loaded.model.longest_seconds) * job_input.num_sounds
        return max(1, int(_SECONDS_IN_FLIGHT[loaded.device.type] / seconds))

    def generate(
        self, loaded: LoadedSoundModel, inputs: Sequence[TextToAudioInput], control: StepControl
    ) -> list[list[Media]]:
        """Make every member's sounds, ``num_sounds`` a member, in one call of the model."""
        try:
            sounds = loaded.model.generate(inputs, control)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        outputs: list[list[Media]] = [[] for _ in inputs]
        for owner, samples in zip(sounds.owners, sounds.samples, strict=True):
            if owner not in sounds.dropped:
                outputs[owner].append(SoundMedia(samples, loaded.model.sample_rate))
        return outputs
