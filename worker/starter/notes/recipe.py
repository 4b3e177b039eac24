"""Train the starter notes model from nothing, evaluate it and export it.

    python -m worker.starter.notes.recipe --out DIR [--minutes M] [--device cpu|cuda] [--resume]

Pieces, weights and batches follow one seed; how many steps fit into the minutes depends on the machine.
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
from transformers import LlamaConfig, LlamaForCausalLM

from worker.music.vocabulary import END, PADDING, START, Vocabulary
from worker.starter.notes.card import write_card
from worker.starter.notes.dataset import (
    HELD_OUT_SEED,
    SEED,
    TRAINING_PIECES,
    TokenIds,
    collate,
    encoded,
    epoch_batches,
)
from worker.starter.notes.evaluate import HELD_OUT_PIECES, evaluate
from worker.starter.notes.export import export
from worker.starter.notes.likelihood import mean_nll
from worker.starter.precision import autocast

CONTEXT_LENGTH = 4608
"""Positions: more than the 32 longest bars that the grammar allows."""
TOKENS_A_BATCH = 6_000
LEARNING_RATE = 3e-3
WARMUP_STEPS = 80
REPORT_SECONDS = 120.0

log = logging.getLogger("notes.recipe")


@dataclass(frozen=True)
class CurvePoint:
    """One line of the learning curve; losses in nats a token."""

    step: int
    seconds: float
    training_loss: float
    held_out_nll: float


def new_model(vocabulary: Vocabulary) -> Any:
    """A Llama of 1.8 million parameters with fresh weights."""
    config = LlamaConfig(
        vocab_size=len(vocabulary.tokens),
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=6,
        max_position_embeddings=CONTEXT_LENGTH,
        tie_word_embeddings=True,
        pad_token_id=vocabulary.ids[PADDING],
        bos_token_id=vocabulary.ids[START],
        eos_token_id=vocabulary.ids[END],
    )
    return LlamaForCausalLM(config)


class Training:
    """A resumable training run in one folder."""

    def __init__(self, out: Path, minutes: float, device: str, vocabulary: Vocabulary) -> None:
        self.out = out
        self.budget_seconds = minutes * 60
        self.device = torch.device(device)
        self.vocabulary = vocabulary
        self.padding = vocabulary.ids[PADDING]
        torch.manual_seed(SEED)
        self.model = new_model(vocabulary)
        self.model.to(self.device)
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

    def run(self, sequences: list[TokenIds], held_out: list[TokenIds]) -> None:
        """Train until the time is spent, reporting and saving every other minute."""
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

    def _batches_from_here(self, sequences: list[TokenIds]) -> Iterator[list[int]]:
        done = self.step
        for epoch in itertools.count():
            batches = epoch_batches(sequences, TOKENS_A_BATCH, SEED + epoch)
            yield from batches[done:]
            done = max(0, done - len(batches))

    def _learn(self, sequences: list[TokenIds], chosen: list[int]) -> None:
        left = max(0.0, 1 - self.seconds / self.budget_seconds)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (self.step + 1) / WARMUP_STEPS) * left
        ids, labels = (tensor.to(self.device) for tensor in collate(sequences, chosen, self.padding))
        with autocast(self.device):
            logits = self.model(ids).logits[:, :-1]
        loss = cross_entropy(logits.float().flatten(0, 1), labels[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        value = loss.item()
        self.running_loss = value if self.step == 0 else 0.98 * self.running_loss + 0.02 * value
        self.step += 1

    def _report(self, held_out: list[TokenIds]) -> None:
        nll = mean_nll(self.model, held_out, self.padding)
        self.curve.append(CurvePoint(self.step, round(self.seconds, 1), round(self.running_loss, 4), round(nll, 4)))
        self.save()
        log.info("%6.0f s  step %6d  loss %.4f  held-out NLL %.4f", self.seconds, self.step, self.running_loss, nll)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the starter notes model.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=33.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(arguments.out / "log.txt")],
    )
    vocabulary = Vocabulary.standard()
    training = Training(arguments.out, arguments.minutes, arguments.device, vocabulary)
    if arguments.resume:
        training.resume()
    log.info("%d parameters", training.model.num_parameters())
    held_out = encoded(vocabulary, HELD_OUT_SEED, HELD_OUT_PIECES)
    training.run(encoded(vocabulary, SEED, TRAINING_PIECES), held_out)
    weights = arguments.out / "weights"
    export(training.model, vocabulary, weights)
    figures = evaluate(weights)
    (weights / "evaluation.json").write_text(json.dumps(figures, indent=1) + "\n")
    write_card(weights, figures, training.step, training.seconds / 60)
    log.info("%s", json.dumps(figures))


if __name__ == "__main__":
    main()
