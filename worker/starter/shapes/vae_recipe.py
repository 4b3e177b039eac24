"""Train the starter variational autoencoder from nothing and export it.

    python -m worker.starter.shapes.vae_recipe --out DIR [--steps N] [--device cpu|cuda] [--resume]

The decoder's Gaussian has one variance for all pixels. First it is the best one for each batch (Rybkin et al. 2021,
arXiv:2006.13202), which gives sharp pictures and latents that lie far from the prior. Then it has a lower bound, which
draws the latents towards the prior. What still differs in mean and covariance is made part of the layers at the end.
"""

from __future__ import annotations

import argparse
import math
import shutil
from pathlib import Path

import torch
from torch import Tensor

from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.starter.precision import autocast
from worker.starter.shapes import LATENT_SIZE, SIZE
from worker.starter.shapes.dataset import TRAINING_SEED, as_floats, rendered
from worker.starter.shapes.run import Run
from worker.starter.shapes.vae_card import write_card
from worker.starter.shapes.whitening import whiten

STEPS = 6_000
PICTURES = 24_000
WHITENED_BY = 4_000
BATCH = 48
PEAK_RATE = 2e-3
SEED = 7
LEAST_VARIANCE = 0.2


def evidence_bound(vae: ConvolutionalVae, pictures: Tensor, least_variance: float) -> dict[str, Tensor]:
    """The negative lower bound of the log likelihood and its two terms, in nats a picture."""
    mean, log_variance = (part.float() for part in vae.encode(pictures))
    latents = mean + torch.randn_like(mean) * (log_variance / 2).exp()
    error = (vae.decode(latents).float() - pictures).square().mean()
    variance = error.clamp(min=least_variance)
    reconstruction = pictures[0].numel() / 2 * ((2 * math.pi * variance).log() + error / variance)
    divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean() / 2
    return {"bound": reconstruction + divergence, "reconstruction": reconstruction, "divergence": divergence}


def train(out: Path, steps: int, pictures: int, device: torch.device) -> ConvolutionalVae:
    """Take ``steps`` steps on ``pictures`` renders, going on from a checkpoint in ``out``."""
    torch.manual_seed(SEED)
    vae = ConvolutionalVae(SIZE, LATENT_SIZE).to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(vae.parameters(), PEAK_RATE, weight_decay=1e-4)
    run = Run(out, "vae", steps, {"vae": vae, "optimiser": optimiser})
    run.resume()
    pool = rendered(pictures, TRAINING_SEED)
    vae.train()
    while not run.finished:
        batch = as_floats(pool[torch.randint(len(pool), (BATCH,))]).to(device)
        for group in optimiser.param_groups:
            group["lr"] = run.rate(PEAK_RATE, hold=0.3)
        with autocast(device):
            terms = evidence_bound(vae, batch, LEAST_VARIANCE if 2 * run.step >= steps else 0.0)
        optimiser.zero_grad(set_to_none=True)
        (terms["bound"] / batch[0].numel()).backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        run.record({name: term.item() for name, term in terms.items()})
    run.save()
    return vae.cpu().eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the starter variational autoencoder.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the output folder")
    options = parser.parse_args()
    if not options.resume:
        shutil.rmtree(options.out, ignore_errors=True)
    vae = train(options.out, options.steps, options.pictures, torch.device(options.device))
    whiten(vae, rendered(WHITENED_BY, TRAINING_SEED))
    weights = options.out / "weights"
    vae.to(torch.float16).save_pretrained(weights)
    write_card(weights, f"{options.steps:,} steps of {BATCH} pictures by `{__spec__.name}`, seed {SEED}.")


if __name__ == "__main__":
    main()
