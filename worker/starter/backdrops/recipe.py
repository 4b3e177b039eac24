"""The whole recipe: autoencoder, judge, transformer, decoder, export, evaluation, model card.

    python -m worker.starter.backdrops.recipe --out DIR [--minutes M] [--device cpu|cuda] [--resume]

Everything is seeded and made from the project's own renders; nothing is downloaded. With ``--resume``
each part goes on from its last checkpoint in the output folder, or is skipped when its time is spent.
"""

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

from worker.starter.backdrops.autoencoder import measure_psnr, refine_decoder, train_autoencoder
from worker.starter.backdrops.card import write_card
from worker.starter.backdrops.evaluate import evaluate
from worker.starter.backdrops.judge import save_judge, train_judge
from worker.starter.backdrops.latents import build_pool
from worker.starter.backdrops.pipeline import export
from worker.starter.backdrops.text import Reader, build_tokenizer
from worker.starter.backdrops.transformer import train_transformer

AUTOENCODER_SHARE = 0.15
DECODER_SHARE = 0.10
JUDGE_SHARE = 0.05
MINUTES = 60.0


@dataclass(frozen=True)
class Recipe:
    """Where to build, for how long, on what, and on how many pictures."""

    out: Path
    minutes: float
    device: torch.device
    pictures: int

    def run(self) -> None:
        """Train every part and leave the finished pipeline in ``out/weights``."""
        checkpoints = self.out / "checkpoints"
        seconds = self.minutes * 60
        latents = checkpoints / "latents.pt"
        # Once pictures are encoded the encoder must stay as it is, however many minutes are added.
        first = 0.0 if latents.exists() else AUTOENCODER_SHARE * seconds
        vae = train_autoencoder(checkpoints, first, self.device, min(self.pictures, 4000))
        judge = train_judge(checkpoints, JUDGE_SHARE * seconds, min(self.pictures, 14_000))
        save_judge(judge, self.out / "judge.safetensors")
        pool = build_pool(vae, latents, self.pictures)
        reader = Reader.untrained(build_tokenizer())
        rest = (1 - AUTOENCODER_SHARE - DECODER_SHARE - JUDGE_SHARE) * seconds
        net = train_transformer(checkpoints, rest, reader, pool, self.device)
        refine_decoder(vae, checkpoints, DECODER_SHARE * seconds, min(self.pictures, 2000))
        psnr = measure_psnr(vae)
        print(f"autoencoder PSNR {psnr:.1f} dB", flush=True)
        weights = self.out / "weights"
        export(weights, vae, reader, net)
        report = evaluate(weights, judge, self.out)
        write_card(weights, report, psnr)
        print(f"scene {report['scene']['rate']:.1%} colour {report['colour']['rate']:.1%} in {weights}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the starter backdrops model from nothing.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="training time, without rendering")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--pictures", type=int, default=16_000)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoints in the output folder")
    options = parser.parse_args()
    if not options.resume:
        shutil.rmtree(options.out / "checkpoints", ignore_errors=True)
    Recipe(options.out, options.minutes, torch.device(options.device), options.pictures).run()


if __name__ == "__main__":
    main()
