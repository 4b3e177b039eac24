"""The transformer's training set: pictures already encoded, kept in one file."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from worker.starter.backdrops.autoencoder import SIZE, Vae, encode
from worker.starter.backdrops.captions import caption
from worker.starter.backdrops.dataset import EMPTY_CAPTION_SHARE, render_batch, stream
from worker.starter.backdrops.scenes import Picture

DATA_SEED = 31
CHUNK = 50


@dataclass
class LatentPool:
    """Normalised latents ``(pictures, 2, channels, 32, 32)``, each as drawn and mirrored."""

    pictures: list[Picture]
    latents: Tensor

    def batch(self, size: int, rng: random.Random) -> tuple[Tensor, list[str]]:
        """Random latents ``(size, channels, 32, 32)`` with a fresh caption each, some left empty."""
        rows = [rng.randrange(len(self.pictures)) for _ in range(size)]
        sides = [rng.randrange(2) for _ in range(size)]
        captions = ["" if rng.random() < EMPTY_CAPTION_SHARE else caption(self.pictures[row], rng) for row in rows]
        return self.latents[rows, sides].float(), captions


def build_pool(vae: Vae, path: Path, count: int) -> LatentPool:
    """Render and encode ``count`` pictures, or read them back from ``path``.

    Sets the autoencoder's shift and scale so that the latents have mean 0 and deviation 1.
    """
    if path.exists():
        raw = torch.load(path, map_location="cpu", weights_only=True)
    else:
        items = list(stream(DATA_SEED, count))
        chunks = []
        for start in range(0, count, CHUNK):
            pixels = torch.from_numpy(render_batch(items[start : start + CHUNK], SIZE))
            both = [encode(vae, pixels), encode(vae, pixels.flip(2))]
            chunks.append(torch.stack(both, 1).half())
            if start % 2000 == 0:
                print(f"encoded {start} of {count}", flush=True)
        raw = torch.cat(chunks)
        torch.save(raw, path)
    sample = raw[:2000].float()
    shift, scale = round(sample.mean().item(), 4), round(1 / sample.std().item(), 4)
    vae.register_to_config(shift_factor=shift, scaling_factor=scale)
    pictures = [picture for picture, _ in stream(DATA_SEED, len(raw))]
    return LatentPool(pictures, ((raw.float() - shift) * scale).half())
