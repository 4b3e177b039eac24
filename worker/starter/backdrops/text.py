"""Reading prompts: a CLIP tokenizer made from the captions' words, and two small CLIP text encoders.

The pipeline's format has two CLIP encoders. Here the second is a fraction of the first: it costs
little and nothing is stored twice.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import pre_tokenizers
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from worker.starter.backdrops.captions import caption
from worker.starter.backdrops.dataset import draw_any, draw_picture
from worker.starter.backdrops.palette import MOODS, SHADES, TIMES
from worker.starter.backdrops.scenes import SCENES, Picture

LENGTH = 32
VOCABULARY = 1500
WIDTHS = (128, 32)
JOINT = sum(WIDTHS)
_ATTRIBUTES: tuple[tuple[str | None, ...], ...] = (
    SCENES,
    (None, *SHADES),
    (None, *SHADES),
    (None, *TIMES),
    (None, *MOODS),
)


def build_tokenizer(seed: int = 21, captions: int = 20000) -> CLIPTokenizer:
    """Byte-level BPE with CLIP's word endings, trained on captions; no text is unknown to it."""
    rng = random.Random(seed)
    corpus = [caption(draw_any(rng), rng) for _ in range(captions)]
    blank = CLIPTokenizer(vocab={"<|startoftext|>": 0, "<|endoftext|>": 1})
    trained = blank.train_new_from_iterator(corpus, vocab_size=VOCABULARY, show_progress=False)
    merges: Any = [tuple(pair) for pair in json.loads(trained.backend_tokenizer.to_str())["model"]["merges"]]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in merges)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: index for index, word in enumerate(dict.fromkeys(words))}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges)
    tokenizer.model_max_length = LENGTH
    return tokenizer


def build_encoder(tokenizer: CLIPTokenizer, width: int, layers: int) -> CLIPTextModelWithProjection:
    """An untrained CLIP text encoder of the given width."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        projection_dim=width,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModelWithProjection(config)


@dataclass
class Reader:
    """Tokenizer and both encoders, read exactly as `StableDiffusion3Pipeline` reads them."""

    tokenizer: CLIPTokenizer
    encoders: nn.ModuleList

    @classmethod
    def untrained(cls, tokenizer: CLIPTokenizer) -> "Reader":
        return cls(
            tokenizer, nn.ModuleList([build_encoder(tokenizer, WIDTHS[0], 3), build_encoder(tokenizer, WIDTHS[1], 2)])
        )

    @classmethod
    def of(cls, pipeline: Any) -> "Reader":
        """The reader of a finished pipeline."""
        return cls(pipeline.tokenizer, nn.ModuleList([pipeline.text_encoder, pipeline.text_encoder_2]))

    def read(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token states ``(n, LENGTH, JOINT)`` and pooled states ``(n, JOINT)`` of the prompts."""
        ids = self.tokenizer(
            list(prompts), padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt"
        ).input_ids.to(next(self.encoders.parameters()).device)
        outputs = [encoder(ids, output_hidden_states=True) for encoder in self.encoders]
        states = torch.cat([output.hidden_states[-2] for output in outputs], -1)
        return states, torch.cat([output.text_embeds for output in outputs], -1)


def _labels(picture: Picture) -> list[int]:
    values = (picture.scene, picture.shade, picture.tint, picture.time, picture.mood)
    return [options.index(value) for options, value in zip(_ATTRIBUTES, values, strict=True)]


def warm_up(reader: Reader, steps: int = 600, seed: int = 22) -> float:
    """Teach the encoders to tell the attributes apart before any picture is seen; returns the last loss.

    Half a minute that saves the transformer from learning to read through noise.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    device = next(reader.encoders.parameters()).device
    sizes = [len(options) for options in _ATTRIBUTES]
    heads = nn.Linear(JOINT, sum(sizes)).to(device)
    weights = [*reader.encoders.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(weights, 2e-3)
    loss = torch.zeros(())
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 2e-3 * min(1.0, (step + 1) / 40) * (1 - step / steps) + 1e-6
        pictures = [draw_picture(rng) for _ in range(64)]
        labels = torch.tensor([_labels(picture) for picture in pictures], device=device)
        _, pooled = reader.read([caption(picture, rng) for picture in pictures])
        scores = heads(pooled).split(sizes, 1)
        loss = torch.stack([functional.cross_entropy(score, labels[:, k]) for k, score in enumerate(scores)]).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    return loss.item()
