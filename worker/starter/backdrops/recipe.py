"""The whole recipe: autoencoder, judge, transformer, decoder, export, evaluation, model card.

    python -m worker.starter.backdrops.recipe --out DIR [--minutes M] [--device cpu|cuda] [--resume]
    python -m worker.starter.backdrops.recipe --out DIR --from-weights DIR --minutes M --pictures 5000

The first trains everything from nothing. The second goes on from a finished pipeline: its transformer
and text encoders alone, at a lower rate, on fresh pictures among which subjects and the weaker scenes are more.

Everything is seeded and made from the project's own renders; nothing is downloaded. With ``--resume``
each part goes on from its last checkpoint in the output folder, or is skipped when its time is spent.
"""

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

from worker.starter.backdrops.autoencoder import Vae, measure_psnr, refine_decoder, train_autoencoder
from worker.starter.backdrops.card import write_card
from worker.starter.backdrops.evaluate import evaluate
from worker.starter.backdrops.judge import Judge, load_judge, save_judge, train_judge
from worker.starter.backdrops.latents import SECOND, build_pool
from worker.starter.backdrops.pipeline import export, load
from worker.starter.backdrops.text import Reader, build_tokenizer
from worker.starter.backdrops.transformer import Transformer, improve_transformer, train_transformer

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
    weights: Path | None = None

    def run(self) -> None:
        """Train what is to be trained and leave the finished pipeline in ``out/weights``."""
        if self.weights is None:
            self._train_all()
        else:
            self._go_on(self.weights)

    def _go_on(self, weights: Path) -> None:
        """Train transformer and encoders of a finished pipeline further; autoencoder and judge stay as they are."""
        checkpoints = self.out / "checkpoints"
        pipeline = load(weights, self.device)
        vae, reader = pipeline.vae.to(memory_format=torch.channels_last), Reader.of(pipeline)
        pool = build_pool(vae, checkpoints / "latents.pt", self.pictures, SECOND)
        net = improve_transformer(pipeline.transformer, checkpoints, self.minutes * 60, reader, pool)
        self._finish(vae, reader, net, load_judge())

    def _train_all(self) -> None:
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
        self._finish(vae, reader, net, judge)

    def _finish(self, vae: Vae, reader: Reader, net: Transformer, judge: Judge) -> None:
        """Measure, export, evaluate, and write the card."""
        psnr = measure_psnr(vae)
        print(f"autoencoder PSNR {psnr:.1f} dB", flush=True)
        weights = self.out / "weights"
        export(weights, vae, reader, net)
        report = evaluate(weights, judge, self.out)
        for name in ("evaluation.json", "unseen.jpg"):
            shutil.copyfile(self.out / name, weights / name)
        write_card(weights, report, psnr, went_on=self.weights is not None)
        print(f"scene {report['scene']['rate']:.1%} colour {report['colour']['rate']:.1%} in {weights}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the starter backdrops model from nothing.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="training time, without rendering")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--pictures", type=int, default=16_000)
    parser.add_argument("--from-weights", type=Path, help="a finished pipeline to go on from")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoints in the output folder")
    options = parser.parse_args()
    if not options.resume:
        shutil.rmtree(options.out / "checkpoints", ignore_errors=True)
    device = torch.device(options.device)
    Recipe(options.out, options.minutes, device, options.pictures, options.from_weights).run()


if __name__ == "__main__":
    main()
