"""Which kinds of model the code can run, and the typed input of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.composite import CompositeInput
from shared.catalog.inputs.gan import GanInput
from shared.catalog.inputs.image_to_text import ImageToTextInput
from shared.catalog.inputs.notes import NotesInput
from shared.catalog.inputs.speech_to_text import SpeechToTextInput
from shared.catalog.inputs.text import TextInput
from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.catalog.inputs.text_to_speech import TextToSpeechInput
from shared.catalog.inputs.text_to_video import TextToVideoInput
from shared.catalog.inputs.unclip import UnclipInput
from shared.catalog.inputs.vae import VaeInput
from shared.queue.names import QueueName
from shared.storage.formats import FileKind


class FamilyName(StrEnum):
    """A kind of model. The value is what people write, in the API and in the catalog."""

    TEXT_TO_IMAGE = "text-to-image"
    TEXT = "text"
    UNCLIP = "unclip"
    TEXT_TO_VIDEO = "text-to-video"
    TEXT_TO_SPEECH = "text-to-speech"
    SPEECH_TO_TEXT = "speech-to-text"
    IMAGE_TO_TEXT = "image-to-text"
    NOTES = "notes"
    TEXT_TO_AUDIO = "text-to-audio"
    VAE = "vae"
    GAN = "gan"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class FamilySpec:
    """What the web has to know of a family without importing a model library."""

    name: FamilyName
    title: str
    summary: str
    input_type: type[JobInput]
    output_kinds: tuple[FileKind, ...]
    """The files of one result, in their order. A job that yields several results yields these again and again."""
    queue: QueueName = QueueName.GENERATION
    """Which kind of worker runs it."""
    is_composed: bool = False
    """Its inputs are made by programs, such as a campaign's plan: it has no form and no recipe."""

    def output_kind(self, index: int) -> FileKind:
        """What a job's output of that index is."""
        return self.output_kinds[index % len(self.output_kinds)]


FAMILIES: dict[FamilyName, FamilySpec] = {
    FamilyName.TEXT_TO_IMAGE: FamilySpec(
        FamilyName.TEXT_TO_IMAGE,
        "Pictures",
        "Draws one picture or more from a description, over a picture, or inside of a mask.",
        TextToImageInput,
        (FileKind.IMAGE,),
    ),
    FamilyName.UNCLIP: FamilySpec(
        FamilyName.UNCLIP,
        "Pictures by unCLIP",
        "Draws from a description, or varies a picture, in stages: the way of DALL-E 2.",
        UnclipInput,
        (FileKind.IMAGE,),
    ),
    FamilyName.TEXT: FamilySpec(
        FamilyName.TEXT,
        "Text",
        "Continues a prompt: slogans, headlines, descriptions.",
        TextInput,
        (FileKind.TEXT,),
    ),
    FamilyName.TEXT_TO_VIDEO: FamilySpec(
        FamilyName.TEXT_TO_VIDEO,
        "Text to video",
        "Makes a short clip of a description, of a picture, or of both.",
        TextToVideoInput,
        (FileKind.VIDEO, FileKind.IMAGE, FileKind.IMAGE),
    ),
    FamilyName.IMAGE_TO_TEXT: FamilySpec(
        FamilyName.IMAGE_TO_TEXT,
        "Image to text",
        "Puts a picture into words: captions, and answers about what is seen.",
        ImageToTextInput,
        (FileKind.TEXT,),
    ),
    FamilyName.NOTES: FamilySpec(
        FamilyName.NOTES,
        "Notes",
        "Composes a piece, continues a melody, or leads over from one melody to another: notes, sound and picture.",
        NotesInput,
        (FileKind.MIDI, FileKind.SOUND, FileKind.IMAGE),
    ),
    FamilyName.TEXT_TO_AUDIO: FamilySpec(
        FamilyName.TEXT_TO_AUDIO,
        "Text to audio",
        "Makes music or a sound from a description.",
        TextToAudioInput,
        (FileKind.SOUND,),
    ),
    FamilyName.SPEECH_TO_TEXT: FamilySpec(
        FamilyName.SPEECH_TO_TEXT,
        "Speech to text",
        "Writes down what is said in a recording or a film, or translates it: text, subtitles and times.",
        SpeechToTextInput,
        (FileKind.TEXT, FileKind.TEXT, FileKind.TEXT, FileKind.TEXT),
    ),
    FamilyName.TEXT_TO_SPEECH: FamilySpec(
        FamilyName.TEXT_TO_SPEECH,
        "Text to speech",
        "Reads a text aloud.",
        TextToSpeechInput,
        (FileKind.SOUND,),
    ),
    FamilyName.VAE: FamilySpec(
        FamilyName.VAE,
        "Autoencoder",
        "Draws new pictures, shows what it keeps of one, or walks from one picture to another.",
        VaeInput,
        (FileKind.IMAGE,),
    ),
    FamilyName.GAN: FamilySpec(
        FamilyName.GAN,
        "Adversarial network",
        "Draws a new picture for every seed in a moment, or walks from one seed's picture to another's.",
        GanInput,
        (FileKind.IMAGE,),
    ),
    FamilyName.COMPOSITE: FamilySpec(
        FamilyName.COMPOSITE,
        "Composites",
        "Lays pictures, shapes and exact text over one another: finished assets, without a device.",
        CompositeInput,
        (FileKind.IMAGE,),
        queue=QueueName.COMPOSITION,
        is_composed=True,
    ),
}
