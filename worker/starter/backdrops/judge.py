"""The judge: a small classifier that says which scene a picture shows and which colour dominates.

It is trained on rendered pictures only, from a seed of its own, and never sees what the model draws,
so its verdict on the model's pictures is an independent one.
"""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from worker.starter.backdrops.dataset import draw_any, render_batch
from worker.starter.backdrops.palette import COLOURS
from worker.starter.backdrops.scenes import SCENES, Picture
from worker.starter.backdrops.training import Training

SIZE = 64
RENDER_SIZE = 128
DATA_SEED = 770_001
PEAK_RATE = 2e-3
BATCH = 64
WEIGHTS = Path(__file__).parent / "judge.safetensors"


class Judge(nn.Module):
    """Convolutions over ``(n, 3, 64, 64)``, one head for the scene and one for the colour."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 80, 112)
        layers: list[nn.Module] = []
        for wide, wider in pairwise(widths):
            layers += [nn.Conv2d(wide, wider, 3, 2, 1), nn.BatchNorm2d(wider), nn.ReLU()]
            layers += [nn.Conv2d(wider, wider, 3, 1, 1, groups=8), nn.BatchNorm2d(wider), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.scene = nn.Linear(112 * 16, len(SCENES))
        self.colour = nn.Linear(112 * 2 + 9, len(COLOURS))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Scores ``(n, scenes)`` and ``(n, colours)`` of pictures with values from -1 to 1."""
        features = self.body(images)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)
        bands = functional.adaptive_avg_pool2d(images, (3, 1)).flatten(1)
        return self.scene(features.flatten(1)), self.colour(torch.cat([pooled, bands], 1))


def shrink(pixels: npt.NDArray[Any] | Tensor) -> Tensor:
    """8-bit pictures ``(n, h, w, 3)`` as the judge wants them, ``(n, 3, 64, 64)`` in -1 to 1."""
    images = torch.as_tensor(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    return functional.interpolate(images, size=(SIZE, SIZE), mode="area")


def labels(pictures: list[Picture]) -> tuple[Tensor, Tensor]:
    """Indices of scene and colour; a picture in natural colours has colour -1."""
    scenes = torch.tensor([SCENES.index(picture.scene) for picture in pictures])
    colours = [-1 if picture.colour is None else COLOURS.index(picture.colour) for picture in pictures]
    return scenes, torch.tensor(colours)


def fresh_pictures(seed: int, count: int) -> tuple[list[Picture], Tensor]:
    """``count`` random pictures, held-out ones among them, and their renders for the judge."""
    rng = random.Random(seed)
    items = [(draw_any(rng), rng.getrandbits(48)) for _ in range(count)]
    chunks = [shrink(render_batch(items[start : start + 100], RENDER_SIZE)) for start in range(0, count, 100)]
    return [picture for picture, _ in items], torch.cat(chunks)


def train_judge(folder: Path, seconds: float, count: int = 14_000) -> Judge:
    """Train for ``seconds`` on ``count`` renders with noise and blur added, resuming from ``folder``."""
    torch.manual_seed(77)
    judge = Judge()
    optimiser = torch.optim.AdamW(judge.parameters(), PEAK_RATE, weight_decay=0.02)
    training = Training(folder, "judge", seconds, {"judge": judge, "optimiser": optimiser})
    training.resume()
    if not training.finished:
        pictures, images = fresh_pictures(DATA_SEED, count)
        scenes, colours = labels(pictures)
        training.begin()
        while not training.finished:
            rows = torch.randint(0, count, (BATCH,))
            scene, colour = judge(_roughen(images[rows]))
            loss = functional.cross_entropy(scene, scenes[rows], label_smoothing=0.02)
            loss = loss + functional.cross_entropy(colour, colours[rows], ignore_index=-1, label_smoothing=0.02)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            for group in optimiser.param_groups:
                group["lr"] = training.rate(PEAK_RATE, hold=0.2)
            optimiser.step()
            training.record(loss.item())
        training.save()
    return judge.eval()


def _roughen(images: Tensor) -> Tensor:
    """Mirror, blur and add noise at random, so that the judge looks at form and not at pixels."""
    if torch.rand(()) < 0.5:
        images = images.flip(3)
    if torch.rand(()) < 0.4:
        half = functional.avg_pool2d(images, 2)
        images = functional.interpolate(half, scale_factor=2, mode="bilinear")
    return images + 0.06 * torch.rand(len(images), 1, 1, 1) * torch.randn_like(images)


@torch.no_grad()
def verdicts(judge: Judge, images: Tensor) -> tuple[list[str], list[str]]:
    """Scene and colour the judge sees in each of the shrunk pictures."""
    scene, colour = judge(images)
    return [SCENES[k] for k in scene.argmax(1).tolist()], [COLOURS[k] for k in colour.argmax(1).tolist()]


def accuracy(judge: Judge, seed: int = 555_001, count: int = 1500) -> tuple[float, float]:
    """Shares of fresh renders whose scene and whose colour the judge names correctly."""
    pictures, images = fresh_pictures(seed, count)
    scenes, colours = verdicts(judge, images)
    right = sum(seen == picture.scene for seen, picture in zip(scenes, pictures, strict=True))
    dyed = [(seen, picture.colour) for seen, picture in zip(colours, pictures, strict=True) if picture.colour]
    return right / count, sum(seen == asked for seen, asked in dyed) / len(dyed)


def save_judge(judge: Judge, path: Path = WEIGHTS) -> None:
    """Write the weights as half-precision safetensors."""
    weights = judge.state_dict().items()
    save_file({name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in weights}, path)


def load_judge(path: Path = WEIGHTS) -> Judge:
    """Read the weights back into a judge ready to use."""
    judge = Judge()
    judge.load_state_dict(load_file(path))
    return judge.eval()
