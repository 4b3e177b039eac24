"""Train the starter adversarial network from nothing and export its generator.

    python -m worker.starter.shapes.gan_recipe --out DIR [--steps N] [--device cpu|cuda] [--resume]

A DCGAN (Radford et al. 2015, arXiv:1511.06434) whose discriminator has spectral normalisation (Miyato et al. 2018,
arXiv:1802.05957) and the hinge loss; the exported generator is the moving average of the trained one.
"""

from __future__ import annotations

import argparse
import copy
import shutil
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.nn.utils.parametrizations import spectral_norm

from worker.families.networks.dcgan import DcganGenerator
from worker.starter.precision import autocast
from worker.starter.shapes import LATENT_SIZE, SIZE
from worker.starter.shapes.dataset import TRAINING_SEED, as_floats, rendered
from worker.starter.shapes.gan_card import write_card
from worker.starter.shapes.run import Run

STEPS = 6_000
PICTURES = 24_000
BATCH = 32
RATES = {"generator": 2e-4, "discriminator": 4e-4}
SEED = 7
AVERAGING = 0.999


class Discriminator(nn.Module):
    """Pictures ``(n, 3, SIZE, SIZE)`` to one score each: positive for those it takes for rendered ones.

    What the pictures of a batch differ by is one more channel before the last layer, which makes a generator that
    draws the same thing over and over easy to recognise (Karras et al. 2018, arXiv:1710.10196).
    """

    def __init__(self, channels: tuple[int, ...] = (32, 64, 128, 192)) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((3, *channels), channels, strict=False):
            layers += [spectral_norm(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.score = spectral_norm(nn.Linear((channels[-1] + 1) * (SIZE // 16) ** 2, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        features = self.layers(pictures)
        spread = features.std(0).mean().expand(len(features), 1, *features.shape[2:])
        return self.score(torch.cat([features, spread], 1).flatten(1))


class Players:
    """Generator, its moving average, and discriminator, with their optimisers."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.generator = DcganGenerator(SIZE, LATENT_SIZE).to(device)
        for layer in self.generator.modules():
            if isinstance(layer, nn.ConvTranspose2d):
                nn.init.normal_(layer.weight, std=0.02)
        self.discriminator = Discriminator().to(device)
        self.average = copy.deepcopy(self.generator).eval()
        self.optimisers = {
            name: torch.optim.Adam(part.parameters(), RATES[name], betas=(0.5, 0.999))
            for name, part in {"generator": self.generator, "discriminator": self.discriminator}.items()
        }

    def discriminate(self, real: Tensor) -> Tensor:
        """One step of the discriminator on as many real as drawn pictures; its hinge loss."""
        with autocast(self.device):
            with torch.no_grad():
                drawn = self._draw(len(real))
            loss = relu(1 - self.discriminator(real)).mean() + relu(1 + self.discriminator(drawn)).mean()
        self._step("discriminator", loss)
        return loss

    def generate(self, count: int) -> Tensor:
        """One step of the generator, and of its average; its loss."""
        with autocast(self.device):
            loss = -self.discriminator(self._draw(count)).mean()
        self._step("generator", loss)
        return loss

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Let the average follow the generator: closely at first, then slowly."""
        share = 1 - min(AVERAGING, (1 + step) / (10 + step))
        for mean, value in zip(self.average.state_dict().values(), self.generator.state_dict().values(), strict=True):
            mean.copy_(torch.lerp(mean, value, share) if mean.is_floating_point() else value)

    def _draw(self, count: int) -> Tensor:
        return self.generator(torch.randn(count, LATENT_SIZE, device=self.device))

    def _step(self, name: str, loss: Tensor) -> None:
        self.optimisers[name].zero_grad(set_to_none=True)
        loss.backward()
        self.optimisers[name].step()


def train(out: Path, steps: int, pictures: int, device: torch.device) -> DcganGenerator:
    """Take ``steps`` steps on ``pictures`` renders, going on from a checkpoint in ``out``; the average generator."""
    torch.manual_seed(SEED)
    players = Players(device)
    modules = {"generator": players.generator, "average": players.average, "discriminator": players.discriminator}
    run = Run(out, "gan", steps, {**modules, **{f"{name} steps": each for name, each in players.optimisers.items()}})
    run.resume()
    pool = rendered(pictures, TRAINING_SEED)
    while not run.finished:
        for name, optimiser in players.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = run.rate(RATES[name], hold=0.6)
        real = as_floats(pool[torch.randint(len(pool), (BATCH,))]).to(device)
        discriminated = players.discriminate(real)
        generated = players.generate(BATCH)
        players.follow(run.step)
        run.record({"discriminator": discriminated.item(), "generator": generated.item()})
    run.save()
    return players.average.cpu()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the starter adversarial network.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the output folder")
    options = parser.parse_args()
    if not options.resume:
        shutil.rmtree(options.out, ignore_errors=True)
    generator = train(options.out, options.steps, options.pictures, torch.device(options.device))
    weights = options.out / "weights"
    generator.to(torch.float16).save_pretrained(weights)
    write_card(weights, f"{options.steps:,} steps of {BATCH} pictures by `{__spec__.name}`, seed {SEED}.")


if __name__ == "__main__":
    main()
