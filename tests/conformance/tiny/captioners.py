"""Models that put pictures into words: genuine architectures at toy size, with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoTokenizer

from tests.conformance.tiny import words
from worker.starter.adcopy import WEIGHTS

IMAGE_SIZE = 32
CONTEXT = 48
_WIDTH = 32
# Wide enough that the likeliest token depends on picture and prefix; narrow, every caption is one word again and again.
_SPREAD = 0.4
_LAYERS: dict[str, Any] = {
    "hidden_size": _WIDTH,
    "intermediate_size": 2 * _WIDTH,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "initializer_range": _SPREAD,
}
_VISION: dict[str, Any] = {**_LAYERS, "image_size": IMAGE_SIZE, "patch_size": 8}
_CHAT_TEMPLATE = (
    "{% for message in messages %}USER: {% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image> {% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}"
    "{% if add_generation_prompt %} ASSISTANT:{% endif %}"
)
# Typed in part, and its classes are made by name while it is imported.
library: Any = transformers


def save_blip(folder: Path) -> None:
    """Li et al. 2022, arXiv:2201.12086: continues a prefix, or begins by itself."""
    torch.manual_seed(0)
    tokenizer = words.bert_tokenizer()
    special = {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.convert_tokens_to_ids("[DEC]"),
        "sep_token_id": tokenizer.sep_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    text = {**_LAYERS, **special, "encoder_hidden_size": _WIDTH, "max_position_embeddings": CONTEXT}
    config = library.BlipConfig(text_config=text, vision_config=_VISION, projection_dim=_WIDTH)
    library.BlipForConditionalGeneration(config).save_pretrained(folder)
    images = library.BlipImageProcessor(size={"height": IMAGE_SIZE, "width": IMAGE_SIZE})
    library.BlipProcessor(images, tokenizer).save_pretrained(folder)


def save_git(folder: Path) -> None:
    """Wang et al. 2022, arXiv:2205.14100: a language model that reads the picture's patches before the text."""
    torch.manual_seed(0)
    tokenizer = words.bert_tokenizer()
    config = library.GitConfig(
        vision_config=_VISION,
        vocab_size=len(tokenizer),
        max_position_embeddings=CONTEXT,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **_LAYERS,
    )
    library.GitForCausalLM(config).save_pretrained(folder)
    library.GitProcessor(_clip_images(), tokenizer).save_pretrained(folder)


def save_vit_gpt2(folder: Path) -> None:
    """A ViT whose patches GPT-2 attends to (Li et al. 2021, arXiv:2109.10282): takes a picture alone."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(WEIGHTS, local_files_only=True)
    end = tokenizer.eos_token_id
    decoder = library.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=CONTEXT,
        n_embd=_WIDTH,
        n_layer=2,
        n_head=2,
        initializer_range=_SPREAD,
        bos_token_id=end,
        eos_token_id=end,
        add_cross_attention=True,
        is_decoder=True,
    )
    config = library.VisionEncoderDecoderConfig.from_encoder_decoder_configs(library.ViTConfig(**_VISION), decoder)
    config.decoder_start_token_id, config.pad_token_id = end, end
    network = library.VisionEncoderDecoderModel(config)
    # What the published models carry and this platform decides itself.
    network.generation_config.update(
        num_beams=4, max_length=16, decoder_start_token_id=end, eos_token_id=end, pad_token_id=end
    )
    network.save_pretrained(folder)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(folder)
    library.ViTImageProcessor(size={"height": IMAGE_SIZE, "width": IMAGE_SIZE}).save_pretrained(folder)


def save_llava(folder: Path) -> None:
    """Liu et al. 2023, arXiv:2304.08485: answers questions about a picture in a chat."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(WEIGHTS, local_files_only=True)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    end = tokenizer.eos_token_id
    text = library.LlamaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=128,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        **{**_LAYERS, "initializer_range": 0.2},
    )
    config = library.LlavaConfig(
        vision_config=library.CLIPVisionConfig(**_VISION),
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-1,
    )
    library.LlavaForConditionalGeneration(config).save_pretrained(folder)
    library.LlavaProcessor(
        image_processor=_clip_images(),
        tokenizer=tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=_CHAT_TEMPLATE,
    ).save_pretrained(folder)


def _clip_images() -> Any:
    side = {"height": IMAGE_SIZE, "width": IMAGE_SIZE}
    return library.CLIPImageProcessor(size={"shortest_edge": IMAGE_SIZE}, crop_size=side)
