"""Measure an exported model: what it expects of pieces it never saw, and what the pieces that it composes are like.

python -m worker.starter.notes.evaluate FOLDER
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.notes import NotesInput
from worker.families.base import Device, ModelRef
from worker.families.notes import LoadedNotes, Notes, compose_pieces
from worker.music.arrangement import arrange
from worker.music.grammar import PieceInProgress
from worker.music.piece import Event, Piece, Voice
from worker.music.synth import render
from worker.music.theory import chord_tones, pitch_classes
from worker.music.vocabulary import PADDING
from worker.starter.notes.dataset import HELD_OUT_SEED, encoded, pieces
from worker.starter.notes.likelihood import mean_nll

HELD_OUT_PIECES = 60
COMPOSED_PIECES = 48
RENDERED_PIECES = 8
_BATCH = 16
_BARS = 8


class Unwatched:
    """A step control that nobody listens to."""

    def step(self, done: int, total: int, previews: Any = None, texts: Any = None) -> frozenset[int]:  # noqa: ARG002
        return frozenset()


def evaluate(folder: Path) -> dict[str, Any]:
    """All figures of a model's folder."""
    loaded = Notes().load(ModelRef("starter/notes", FamilyName.NOTES, "0", folder), Device())
    vocabulary = loaded.rules.vocabulary
    held_out = encoded(vocabulary, HELD_OUT_SEED, HELD_OUT_PIECES)
    allowed, in_key = own_accord(loaded, HELD_OUT_SEED, HELD_OUT_PIECES // 3)
    composed = compose(loaded, COMPOSED_PIECES)
    return {
        "held_out_nll": round(mean_nll(loaded.model, held_out, vocabulary.ids[PADDING]), 4),
        "probability_on_what_the_grammar_allows": round(allowed, 4),
        "probability_of_notes_that_is_in_key": round(in_key, 4),
        "composed": structure(composed),
        "of_the_composer": structure(list(itertools.islice(pieces(HELD_OUT_SEED), 200))),
        "sound": sound(composed[:RENDERED_PIECES]),
    }


@torch.inference_mode()
def own_accord(loaded: LoadedNotes, seed: int, count: int) -> tuple[float, float]:
    """The probability that the model, without the grammar, gives to what may follow; and, of notes, to those in key."""
    vocabulary = loaded.rules.vocabulary
    notes = [vocabulary.ids[token] for token in vocabulary.of_prefix("NOTE")]
    allowed_mass, key_mass = [], []
    for piece in itertools.islice((piece for piece in pieces(seed) if in_key_share(piece) == 1), count):
        ids = vocabulary.encode(piece)
        probabilities = loaded.model(torch.tensor([ids])).logits[0].float().softmax(-1)
        progress = PieceInProgress(loaded.rules, len(piece.bars), {})
        for at, token in enumerate(ids[1:-1]):
            allowed = list(progress.allowed())
            allowed_mass.append(float(probabilities[at, allowed].sum()))
            if token in notes:
                inside = [each for each in allowed if each in notes]
                key_mass.append(float(probabilities[at, inside].sum() / probabilities[at, notes].sum()))
            progress.advance(vocabulary.tokens[token])
    return mean(allowed_mass), mean(key_mass)


def compose(loaded: LoadedNotes, count: int) -> list[Piece]:
    """So many pieces of eight bars whose attributes the model draws itself."""
    composed: list[Piece] = []
    for start in range(0, count, _BATCH):
        inputs = [NotesInput(seed=seed, bars=_BARS) for seed in range(start, min(start + _BATCH, count))]
        composed += [piece for member in compose_pieces(loaded, inputs, Unwatched()) for piece in member]
    return composed


def structure(composed: Sequence[Piece]) -> dict[str, float]:
    """Means over pieces of what makes them hang together."""
    return {
        "melody_notes_in_key": round(mean(map(in_key_share, composed)), 4),
        "strong_beats_on_chord_tones": round(mean(map(_chord_tone_share, composed)), 4),
        "bars_with_a_rhythm_heard_before": round(mean(map(_repeated_rhythms, composed)), 4),
        "steps_of_a_third_at_most": round(mean(map(_narrow_steps, composed)), 4),
        "ends_on_the_tonic_chord": round(mean(piece.bars[-1].chord.startswith("CHORD_0_") for piece in composed), 4),
        "ends_on_the_tonic_note": round(mean(_ends_on_the_tonic(piece) for piece in composed), 4),
        "notes_a_bar": round(mean(len(_pitches(piece)) / len(piece.bars) for piece in composed), 2),
    }


def in_key_share(piece: Piece) -> float:
    """Of the melody's notes, how many are in key."""
    inside = pitch_classes(piece.attributes.mode)
    pitches = _pitches(piece)
    return mean(pitch % 12 in inside for pitch in pitches) if pitches else 1.0


def _pitches(piece: Piece) -> list[int]:
    return [
        int(event.name.removeprefix("NOTE_"))
        for bar in piece.bars
        for event in bar.voices[Voice.MELODY]
        if event.name.startswith("NOTE_")
    ]


def _chord_tone_share(piece: Piece) -> float:
    """Of the notes that begin on the first and third beat, how many belong to the bar's chord."""
    found = []
    for bar in piece.bars:
        _, root, quality = bar.chord.split("_")
        tones, at = chord_tones(int(root), quality), 0
        for event in bar.voices[Voice.MELODY]:
            if at % 8 == 0 and event.name.startswith("NOTE_"):
                found.append(int(event.name.removeprefix("NOTE_")) % 12 in tones)
            at += event.duration
    return mean(found) if found else 1.0


def _repeated_rhythms(piece: Piece) -> float:
    rhythms = [_rhythm(bar.voices[Voice.MELODY]) for bar in piece.bars]
    return mean(rhythm in rhythms[:index] for index, rhythm in enumerate(rhythms))


def _ends_on_the_tonic(piece: Piece) -> bool:
    pitches = _pitches(piece)
    return bool(pitches) and pitches[-1] % 12 == 0


def _rhythm(events: Sequence[Event]) -> tuple[tuple[bool, int], ...]:
    return tuple((event.name.startswith("NOTE_"), event.duration) for event in events)


def _narrow_steps(piece: Piece) -> float:
    pitches = _pitches(piece)
    steps = [abs(second - first) <= 4 for first, second in itertools.pairwise(pitches)]
    return mean(steps) if steps else 1.0


def sound(composed: Sequence[Piece]) -> dict[str, float]:
    """How the pieces sound, as numbers: peak and loudness of full scale, and the share of silent twentieths of a second."""
    peaks, loudness, silence = [], [], []
    for piece in composed:
        samples = render(arrange(piece)).astype(np.float64)
        peaks.append(float(np.abs(samples).max()))
        loudness.append(float(np.sqrt(np.mean(samples**2))))
        frames = samples.mean(axis=0)[: samples.shape[1] // 2205 * 2205].reshape(-1, 2205)
        silence.append(float((np.sqrt(np.mean(frames**2, axis=1)) < 1e-3).mean()))
    return {
        "highest_peak": round(max(peaks), 3),
        "root_mean_square": round(mean(loudness), 3),
        "silent_share": round(mean(silence), 3),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure a notes model.")
    parser.add_argument("folder", type=Path)
    print(json.dumps(evaluate(parser.parse_args().folder), indent=1))


if __name__ == "__main__":
    main()
