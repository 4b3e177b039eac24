"""Train the starter ad-copy model from nothing, evaluate it and export it.

    python -m worker.starter.adcopy.recipe --out DIR [--minutes M] [--device cpu|cuda] [--resume]

Data, weights and batches follow one seed; how many steps fit into the minutes depends on the machine.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from worker.starter.adcopy import CONTEXT_LENGTH
from worker.starter.adcopy.dataset import SEED, Sequences, collate, encode, epoch_batches, training_examples
from worker.starter.adcopy.evaluate import HELD_OUT_SEED, evaluate, mean_loss, write_samples
from worker.starter.adcopy.export import export
from worker.starter.adcopy.grammar import examples
from worker.starter.adcopy.tokenizer import train_tokenizer
from worker.starter.precision import autocast

TOKENIZER_EXAMPLES = 40_000
BATCH_SIZE = 48
LEARNING_RATE = 3e-3
WARMUP_STEPS = 150
REPORT_SECONDS = 60.0

log = logging.getLogger("adcopy.recipe")


@dataclass(frozen=True)
class CurvePoint:
    """One line of the learning curve; losses in nats per token of copy."""

    step: int
    seconds: float
    training_loss: float
    held_out_nll: float


def new_model(tokenizer: PreTrainedTokenizerFast) -> Any:
    """A GPT-2 of 2.2 million parameters with fresh weights."""
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=CONTEXT_LENGTH,
        n_embd=192,
        n_layer=4,
        n_head=6,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    )
    return GPT2LMHeadModel(config)


class Training:
    """A resumable training run in one folder."""

    def __init__(self, out: Path, minutes: float, device: str, tokenizer: PreTrainedTokenizerFast) -> None:
        self.out = out
        self.budget_seconds = minutes * 60
        self.device = torch.device(device)
        self.tokenizer = tokenizer
        torch.manual_seed(SEED)
        self.model = new_model(tokenizer)
        self.model.to(self.device)
        self.model.set_attn_implementation("eager")  # on a CPU, twice as fast as the fused kernel for heads this small
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self.step = 0
        self.seconds = 0.0
        self.running_loss = 0.0
        self.curve: list[CurvePoint] = []

    @property
    def checkpoint(self) -> Path:
        return self.out / "checkpoint.pt"

    def save(self) -> None:
        """Write a checkpoint that replaces the last one only when it is whole."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "running_loss": self.running_loss,
            "curve": [asdict(point) for point in self.curve],
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        (self.out / "curve.json").write_text(json.dumps(state["curve"], indent=1) + "\n")

    def resume(self) -> None:
        """Continue from the checkpoint. Raises ``FileNotFoundError`` when there is none."""
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds, self.running_loss = state["step"], state["seconds"], state["running_loss"]
        self.curve = [CurvePoint(**point) for point in state["curve"]]

    def run(self, sequences: Sequences, held_out: Sequences) -> None:
        """Train until the time is spent, reporting and saving every minute."""
        started, before = time.monotonic(), self.seconds
        next_report = self.seconds + REPORT_SECONDS
        batches = self._batches_from_here(sequences)
        while self.seconds < self.budget_seconds:
            self._learn(sequences, next(batches))
            self.seconds = before + time.monotonic() - started
            if self.seconds >= next_report:
                next_report += REPORT_SECONDS
                self._report(held_out)
        self._report(held_out)

    def _batches_from_here(self, sequences: Sequences) -> Iterator[list[int]]:
        per_epoch = -(-len(sequences) // BATCH_SIZE)
        epoch, done = divmod(self.step, per_epoch)
        for later in itertools.count(epoch):
            yield from itertools.islice(epoch_batches(sequences, BATCH_SIZE, SEED + later), done, None)
            done = 0

    def _learn(self, sequences: Sequences, chosen: list[int]) -> None:
        left = max(0.0, 1 - self.seconds / self.budget_seconds)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (self.step + 1) / WARMUP_STEPS) * left
        ids, labels = (tensor.to(self.device) for tensor in collate(sequences, chosen, self.tokenizer.eos_token_id))
        with autocast(self.device):
            hidden = self.model.transformer(ids).last_hidden_state[:, :-1]
            wanted = labels[:, 1:]
            logits = self.model.lm_head(hidden[wanted >= 0])
        loss = cross_entropy(logits.float(), wanted[wanted >= 0])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        value = loss.item()
        self.running_loss = value if self.step == 0 else 0.98 * self.running_loss + 0.02 * value
        self.step += 1

    def _report(self, held_out: Sequences) -> None:
        nll = mean_loss(self.model, held_out, self.tokenizer.eos_token_id)
        self.curve.append(CurvePoint(self.step, round(self.seconds, 1), round(self.running_loss, 4), round(nll, 4)))
        self.save()
        log.info("%6.0f s  step %6d  loss %.4f  held-out NLL %.4f", self.seconds, self.step, self.running_loss, nll)
        with (self.out / "samples.txt").open("a") as file:
            write_samples(self.model, self.tokenizer, file, heading=f"step {self.step}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the starter ad-copy model.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(arguments.out / "log.txt")],
    )
    data = training_examples()
    tokenizer = train_tokenizer(f"{e.prompt}\n{e.answer}" for e in data[:TOKENIZER_EXAMPLES])
    training = Training(arguments.out, arguments.minutes, arguments.device, tokenizer)
    if arguments.resume:
        training.resume()
    log.info("%d examples, %d parameters", len(data), training.model.num_parameters())
    held_out = list(itertools.islice(examples(HELD_OUT_SEED), 400))
    training.run(encode(tokenizer, data, SEED), encode(tokenizer, held_out, SEED))
    weights = arguments.out / "weights"
    export(training.model, tokenizer, weights)
    figures = evaluate(weights, data)
    (arguments.out / "evaluation.json").write_text(json.dumps(figures, indent=1) + "\n")
    log.info("%s", json.dumps(figures))


if __name__ == "__main__":
    main()
