"""Text to speech: VITS voices (Kim et al. 2021, arXiv:2106.06103), MMS-TTS's thousand languages among them.

The network draws its noise from torch's global generator and takes none; it is given noise of the job's own instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import VitsModel, VitsTokenizer

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text_to_speech import TextToSpeechInput
from shared.errors import GenerationFailed, InputRefused, ModelLoadFailed, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.placement import place
from worker.families.speech.seeded_noise import SeededNoise
from worker.families.speech.sentences import Piece, pieces
from worker.media.base import Media
from worker.media.speech import SpeechMedia


@dataclass(frozen=True, slots=True)
class LoadedVoice:
    """A model on its device with its tokenizer, whose vocabulary are characters."""

    model: Any
    tokenizer: Any
    speakers: int
    sample_rate: int


class TextToSpeech:
    """Speaks with ``VitsModel`` weights."""

    name = FamilyName.TEXT_TO_SPEECH

    def load(self, model: ModelRef, device: Device) -> LoadedVoice:
        """Read model and tokenizer: safetensors only, nothing from the network, no code from the folder.

        In 32 bits on any device: the network is small, and its flows invert exponentials that half precision rounds
        away. Raises ``ModelLoadFailed`` for a model whose tokenizer needs a library that is not there.
        """
        safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        network: Any = VitsModel.from_pretrained(model.path, use_safetensors=True, dtype=torch.float32, **safe).eval()
        place(network, device, model.options)
        tokenizer = VitsTokenizer.from_pretrained(model.path, **safe)
        if tokenizer.phonemize and find_spec("phonemizer") is None:
            raise ModelLoadFailed(f"The model {model.name} reads phonemes, for which phonemizer must be installed.")
        return LoadedVoice(network, tokenizer, network.config.num_speakers, network.config.sampling_rate)

    def check(self, loaded: LoadedVoice, job_input: TextToSpeechInput) -> None:
        """Refuse a speaker that the model has not, and a text of which it can say nothing."""
        if job_input.speaker is not None and job_input.speaker >= loaded.speakers:
            has = "one speaker, 0" if loaded.speakers == 1 else f"speakers 0 to {loaded.speakers - 1}"
            raise InputRefused.of("input.speaker", f"this model has {has}")
        if not _speakable(loaded, job_input):
            unspoken = " ".join(_unspoken(loaded, job_input.prompt)[:20])
            hint = "; it reads romanised text, in Latin letters" if loaded.tokenizer.is_uroman else ""
            raise InputRefused.of("input.prompt", f"has nothing that this model can say; it knows no {unspoken}{hint}")

    def max_batch(self, loaded: LoadedVoice, job_input: TextToSpeechInput) -> int:  # noqa: ARG002  (the contract)
        """One: the vocoder's convolutions hear the padding behind a shorter row, which then ends in another sound."""
        return 1

    def generate(
        self, loaded: LoadedVoice, inputs: Sequence[TextToSpeechInput], control: StepControl
    ) -> list[list[Media]]:
        """Say every member's text, one after another. Steps are pieces of text."""
        texts = [_speakable(loaded, job_input) for job_input in inputs]
        total, done = sum(map(len, texts)), 0
        outputs: list[list[Media]] = []
        dropped: frozenset[int] = frozenset()
        for member, (job_input, said) in enumerate(zip(inputs, texts, strict=True)):
            noise = SeededNoise(torch.Generator().manual_seed(job_input.seed or 0))
            sounds: list[NDArray[np.float32]] = []
            for piece in said:
                done += 1
                if member not in dropped:
                    sounds += [_say(loaded, job_input, piece, noise), _silence(loaded, piece)]
                    dropped |= control.step(done, total)
            outputs.append([] if member in dropped else [_media(loaded, job_input, sounds)])
        return outputs


def _speakable(loaded: LoadedVoice, job_input: TextToSpeechInput) -> list[Piece]:
    """The pieces that have something to say, in the characters that the model knows."""
    known = [Piece(_known(loaded, piece.text), piece.pause) for piece in pieces(job_input.prompt)]
    return [piece for piece in known if any(map(str.isalnum, piece.text))]


def _known(loaded: LoadedVoice, text: str) -> str:
    if loaded.tokenizer.phonemize:
        return text
    return " ".join("".join(each for each in _normal(loaded, text) if each in loaded.tokenizer.encoder).split())


def _unspoken(loaded: LoadedVoice, text: str) -> list[str]:
    """The characters that the model does not know, as they occur, each once."""
    if loaded.tokenizer.phonemize:
        return []
    letters = dict.fromkeys(_normal(loaded, "".join(text.split())))
    return [letter for letter in letters if letter not in loaded.tokenizer.encoder]


def _normal(loaded: LoadedVoice, text: str) -> str:
    """The text in lower case, where the model knows but that."""
    return str(loaded.tokenizer.normalize_text(text)) if loaded.tokenizer.normalize else text


@torch.inference_mode()
def _say(loaded: LoadedVoice, job_input: TextToSpeechInput, piece: Piece, noise: SeededNoise) -> NDArray[np.float32]:
    """``(frames,)`` of one piece."""
    model, config = loaded.model, loaded.model.config
    model.noise_scale = config.noise_scale if job_input.noise_scale is None else job_input.noise_scale
    model.noise_scale_duration = (
        config.noise_scale_duration if job_input.noise_scale_duration is None else job_input.noise_scale_duration
    )
    tokens = loaded.tokenizer(piece.text, return_tensors="pt")
    try:
        with noise:
            waveform = model(
                input_ids=tokens["input_ids"].to(model.device),
                attention_mask=tokens["attention_mask"].to(model.device),
                speaker_id=(job_input.speaker or 0) if loaded.speakers > 1 else None,
                speaking_rate=job_input.speaking_rate,
            ).waveform
    except torch.OutOfMemoryError as error:
        raise OutOfDeviceMemory from error
    samples: NDArray[np.float32] = waveform[0].float().cpu().numpy()
    if not np.isfinite(samples).all():
        raise GenerationFailed("The model gave samples that are not numbers.")
    return samples


def _silence(loaded: LoadedVoice, piece: Piece) -> NDArray[np.float32]:
    return np.zeros(round(piece.pause * loaded.sample_rate), np.float32)


def _media(loaded: LoadedVoice, job_input: TextToSpeechInput, sounds: Sequence[NDArray[np.float32]]) -> SpeechMedia:
    unspoken = "".join(_unspoken(loaded, job_input.prompt))
    return SpeechMedia(np.concatenate(sounds), loaded.sample_rate, len(job_input.prompt), unspoken)
