"""Which class runs which family. Importing this module loads the model libraries."""

from __future__ import annotations

from typing import Any

from shared.catalog.families import FamilyName
from worker.families.base import Family
from worker.families.gan import AdversarialNetwork
from worker.families.image_to_text import ImageToText
from worker.families.notes import Notes
from worker.families.speech_to_text import SpeechToText
from worker.families.text import TextGeneration
from worker.families.text_to_audio import TextToAudio
from worker.families.text_to_image import TextToImage
from worker.families.text_to_speech import TextToSpeech
from worker.families.text_to_video import TextToVideo
from worker.families.unclip import Unclip
from worker.families.vae import VariationalAutoencoder

FAMILY_RUNNERS: dict[FamilyName, Family[Any, Any]] = {
    FamilyName.TEXT_TO_IMAGE: TextToImage(),
    FamilyName.UNCLIP: Unclip(),
    FamilyName.TEXT: TextGeneration(),
    FamilyName.TEXT_TO_VIDEO: TextToVideo(),
    FamilyName.IMAGE_TO_TEXT: ImageToText(),
    FamilyName.NOTES: Notes(),
    FamilyName.TEXT_TO_AUDIO: TextToAudio(),
    FamilyName.SPEECH_TO_TEXT: SpeechToText(),
    FamilyName.TEXT_TO_SPEECH: TextToSpeech(),
    FamilyName.VAE: VariationalAutoencoder(),
    FamilyName.GAN: AdversarialNetwork(),
}
