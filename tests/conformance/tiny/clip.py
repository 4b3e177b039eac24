"""CLIP text and image encoders with random weights, and a tokenizer that spells every word."""

from __future__ import annotations

from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

WIDTH = 32
LENGTH = 77
IMAGE_SIZE = 32


def tokenizer() -> CLIPTokenizer:
    """Byte-level, one token a letter."""
    letters = sorted(ByteLevel.alphabet())
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    made = CLIPTokenizer(vocab={word: index for index, word in enumerate(words)}, merges=[])
    made.model_max_length = LENGTH
    return made


def _text_config(tokens: CLIPTokenizer) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokens),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        projection_dim=WIDTH,
        bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id,
        pad_token_id=tokens.pad_token_id,
    )


def text_encoder(tokens: CLIPTokenizer) -> CLIPTextModel:
    """``(batch, LENGTH)`` tokens to hidden states of ``WIDTH``."""
    return CLIPTextModel(_text_config(tokens))


def projecting_text_encoder(tokens: CLIPTokenizer) -> CLIPTextModelWithProjection:
    """The same, with an embedding of ``WIDTH`` for the whole."""
    return CLIPTextModelWithProjection(_text_config(tokens))


def image_encoder() -> CLIPVisionModelWithProjection:
    """``(batch, 3, IMAGE_SIZE, IMAGE_SIZE)`` to embeddings of ``WIDTH``."""
    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=WIDTH,
            projection_dim=WIDTH,
            intermediate_size=2 * WIDTH,
            num_hidden_layers=1,
            num_attention_heads=4,
            image_size=IMAGE_SIZE,
            patch_size=8,
        )
    )


def image_processor() -> CLIPImageProcessor:
    """Pictures to what the image encoder reads."""
    side = {"height": IMAGE_SIZE, "width": IMAGE_SIZE}
    return CLIPImageProcessor(size={"shortest_edge": IMAGE_SIZE}, crop_size=side)
