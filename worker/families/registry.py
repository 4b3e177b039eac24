"""Which class runs which family. A family's libraries are loaded when it is asked for: a worker needs few of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.catalog.families import FamilyName
from worker.families.base import Family

Runner = Family[Any, Any]


class Runners(Mapping[FamilyName, Runner]):
    """The families by name, each made at its first use and kept."""

    def __init__(self, makers: Mapping[FamilyName, Callable[[], Runner]]) -> None:
        self._makers = makers
        self._made: dict[FamilyName, Runner] = {}

    def __getitem__(self, name: FamilyName) -> Runner:
        if name not in self._made:
            self._made[name] = self._makers[name]()
            _hide_progress_bars()
        return self._made[name]

    def __iter__(self) -> Iterator[FamilyName]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _hide_progress_bars() -> None:
    """A worker's log is no terminal."""
    for library in ("diffusers", "transformers"):
        if (logging := sys.modules.get(f"{library}.utils.logging")) is not None:
            logging.disable_progress_bar()


def _text_to_image() -> Runner:
    from worker.families.text_to_image import TextToImage

    return TextToImage()


def _unclip() -> Runner:
    from worker.families.unclip import Unclip

    return Unclip()


def _text() -> Runner:
    from worker.families.text import TextGeneration

    return TextGeneration()


def _text_to_video() -> Runner:
    from worker.families.text_to_video import TextToVideo

    return TextToVideo()


def _image_to_text() -> Runner:
    from worker.families.image_to_text import ImageToText

    return ImageToText()


def _notes() -> Runner:
    from worker.families.notes import Notes

    return Notes()


def _text_to_audio() -> Runner:
    from worker.families.text_to_audio import TextToAudio

    return TextToAudio()


def _speech_to_text() -> Runner:
    from worker.families.speech_to_text import SpeechToText

    return SpeechToText()


def _text_to_speech() -> Runner:
    from worker.families.text_to_speech import TextToSpeech

    return TextToSpeech()


def _vae() -> Runner:
    from worker.families.vae import VariationalAutoencoder

    return VariationalAutoencoder()


def _gan() -> Runner:
    from worker.families.gan import AdversarialNetwork

    return AdversarialNetwork()


FAMILY_RUNNERS = Runners(
    {
        FamilyName.TEXT_TO_IMAGE: _text_to_image,
        FamilyName.UNCLIP: _unclip,
        FamilyName.TEXT: _text,
        FamilyName.TEXT_TO_VIDEO: _text_to_video,
        FamilyName.IMAGE_TO_TEXT: _image_to_text,
        FamilyName.NOTES: _notes,
        FamilyName.TEXT_TO_AUDIO: _text_to_audio,
        FamilyName.SPEECH_TO_TEXT: _speech_to_text,
        FamilyName.TEXT_TO_SPEECH: _text_to_speech,
        FamilyName.VAE: _vae,
        FamilyName.GAN: _gan,
    }
)
