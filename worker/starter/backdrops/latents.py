"""The transformer's training set: pictures already encoded, kept in one file."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from worker.starter.backdrops.autoencoder import SIZE, Vae, encode
from worker.starter.backdrops.captions import caption
from worker.starter.backdrops.dataset import EMPTY_CAPTION_SHARE, EVEN, HARDER, Mix, render_batch, stream
from worker.starter.backdrops.scenes import Picture

CHUNK = 50


@dataclass(frozen=True)
class Source:
    """Which pictures a pool is made of, and whether each is encoded mirrored as well."""

    seed: int
    mix: Mix
    mirrored: bool


FIRST = Source(31, EVEN, mirrored=True)
# Encoding is slow where training goes on briefly: more pictures are worth more than both sides of each.
SECOND = Source(32, HARDER, mirrored=False)


@dataclass
class LatentPool:
    """Normalised latents ``(pictures, sides, channels, 32, 32)``; the sides are as drawn and, if any, mirrored."""

    pictures: list[Picture]
    latents: Tensor

    def batch(self, size: int, rng: random.Random) -> tuple[Tensor, list[str]]:
        """Random latents ``(size, channels, 32, 32)`` with a fresh caption each, some left empty."""
        rows = [rng.randrange(len(self.pictures)) for _ in range(size)]
        sides = [rng.randrange(self.latents.shape[1]) for _ in range(size)]
        captions = ["" if rng.random() < EMPTY_CAPTION_SHARE else caption(self.pictures[row], rng) for row in rows]
        return self.latents[rows, sides].float(), captions


def build_pool(vae: Vae, path: Path, count: int, source: Source = FIRST) -> LatentPool:
    """Render and encode ``count`` pictures, or read them back from ``path``; normalised as the autoencoder says."""
    raw = torch.load(path, map_location="cpu", weights_only=True) if path.exists() else _encode(vae, count, source)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(raw, path)
    if source == FIRST:
        _settle_scale(vae, raw)
    pictures = [picture for picture, _ in stream(source.seed, len(raw), source.mix)]
    shift, scale = vae.config.shift_factor, vae.config.scaling_factor
    return LatentPool(pictures, ((raw.float() - shift) * scale).half())


def _encode(vae: Vae, count: int, source: Source) -> Tensor:
    """Raw latents ``(count, sides, channels, 32, 32)`` in half precision."""
    items = list(stream(source.seed, count, source.mix))
    chunks = []
    for start in range(0, count, CHUNK):
        pixels = torch.from_numpy(render_batch(items[start : start + CHUNK], SIZE))
        sides = [pixels, pixels.flip(2)] if source.mirrored else [pixels]
        chunks.append(torch.stack([encode(vae, side) for side in sides], 1).half())
        if start % 500 == 0:
            print(f"encoded {start} of {count}", flush=True)
    return torch.cat(chunks)


def _settle_scale(vae: Vae, raw: Tensor) -> None:
    """Set the autoencoder's shift and scale so that the latents have mean 0 and deviation 1."""
    sample = raw[:2000].float()
    shift, scale = round(sample.mean().item(), 4), round(1 / sample.std().item(), 4)
    vae.register_to_config(shift_factor=shift, scaling_factor=scale)
