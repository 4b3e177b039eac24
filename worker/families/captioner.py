"""A model that puts pictures into words, and what it reads of a picture and a prompt."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from PIL import Image
from torch import Tensor
from transformers import GenerationMixin

from shared.catalog.inputs.image_to_text import ImageToTextInput
from worker.families.base import Device
from worker.media.source_image import read_picture

_QUESTION = "Describe this picture in one sentence."

Encoded = dict[str, Tensor]
"""What the model's call takes, for one member."""


@dataclass(frozen=True, slots=True)
class LoadedCaptioner:
    """A model on its device, with what turns pictures, prompts and tokens into each other."""

    model: Any
    processor: Any | None
    """Of pictures and prompts together; none for a model that takes no prompt."""
    image_processor: Any
    tokenizer: Any
    end_tokens: frozenset[int]
    new_tokens: int
    """How many tokens it writes at most unless it is told."""
    context: int | None
    device: Device

    @property
    def answers(self) -> bool:
        """Whether the prompt is a question in a chat, and not the beginning of the caption."""
        return getattr(self.processor, "chat_template", None) is not None


def encode(loaded: LoadedCaptioner, job_input: ImageToTextInput) -> Encoded:
    """What the model reads of one member. Raises ``UnreadablePicture``."""
    picture = Image.fromarray(read_picture(job_input.image.file()))
    if loaded.processor is None:
        encoded = loaded.image_processor(images=picture, return_tensors="pt")
    elif loaded.answers:
        content = [{"type": "image", "image": picture}, {"type": "text", "text": job_input.prompt or _QUESTION}]
        encoded = loaded.processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        )
    elif job_input.prompt:
        encoded = loaded.processor(images=picture, text=job_input.prompt, return_tensors="pt")
        _leave_open(loaded, encoded)
    else:
        encoded = loaded.image_processor(images=picture, return_tensors="pt")
    # A tokenizer may mark segments that the model, which has only one, does not know.
    unknown = {"token_type_ids"} - inspect.signature(loaded.model.forward).parameters.keys()
    return {
        name: _placed(loaded, value)
        for name, value in encoded.items()
        if isinstance(value, Tensor) and name not in unknown
    }


def _leave_open(loaded: LoadedCaptioner, encoded: Any) -> None:
    """Take the end token off a prefix, where the model does not do so itself, as BLIP does."""
    if (
        type(loaded.model).generate is GenerationMixin.generate
        and int(encoded["input_ids"][0, -1]) in loaded.end_tokens
    ):
        for name in ("input_ids", "attention_mask", "token_type_ids"):
            if name in encoded:
                encoded[name] = encoded[name][:, :-1]


def _placed(loaded: LoadedCaptioner, value: Tensor) -> Tensor:
    return value.to(loaded.model.device, loaded.model.dtype if value.is_floating_point() else None)


def length_of(encoded: Encoded) -> int:
    """How many tokens the model has before it writes."""
    return encoded["input_ids"].shape[1] if "input_ids" in encoded else 1
