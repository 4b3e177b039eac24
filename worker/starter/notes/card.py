"""The model card: what the model was trained on, what its pieces are like, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from shared.catalog.families import FamilyName
from shared.catalog.inputs.notes import Lead, Mode, Mood, NotesInput
from worker.families.base import Device, ModelRef
from worker.families.notes import Notes, compose_pieces
from worker.media.notes import PianoRollMedia
from worker.music.arrangement import arrange
from worker.starter.notes.dataset import SEED, TRAINING_PIECES
from worker.starter.notes.evaluate import COMPOSED_PIECES, HELD_OUT_PIECES, RENDERED_PIECES, Unwatched
from worker.starter.notes.export import TEMPERATURE, TOP_P

SHOWCASE = NotesInput(mood="romantic", key="G", mode="major", tempo=84, lead="violin", bars=8, seed=2)

_TEMPLATE = """---
license: apache-2.0
library_name: transformers
tags: [music, symbolic-music, midi]
---

# Starter notes

A Llama of {millions:.1f} million parameters (4 layers, width 192, half-precision safetensors) that composes short pieces:
a melody, chords, bass and drums, note by note. It was trained from nothing on pieces that the project's own code
composes; no piece of anybody's was used.

![A piece that it composed, as a piano roll](showcase.png)

## What it takes

- Mood: {moods}.
- Key: any of the twelve. Mode: {modes}.
- Lead: {leads}.
- Tempo, and how many bars.

What is left out it draws itself.

A MIDI file's melody is kept note for note, accompanied, and then continued. It is read from the tracks whose name says
that they are the melody or, in a file without such, from all but the percussion: the highest note of each moment, moved
to the nearest sixteenth. Bars have four beats, empty bars before the first note are left out, and notes beyond four
octaves are folded into them. Its key is estimated where none is said.

Between two melodies it composes pieces that lead over from one to the other. At a weight from 0 to 1, the two are mixed
sixteenth by sixteenth: how likely an event begins there, how likely it sounds, and around which pitch above the tonic.
The model's probability of every melody token is multiplied with that of the mixture, and the token drawn from the
product, within the grammar; chords, bass and drums are the model's alone. Key and mode are the nearer melody's, the
tempo is divided in proportion, a shorter melody is repeated. The first and the last piece are the two melodies.

Its tokens are in `vocabulary.json`; `worker/music/vocabulary.py` says how pieces are written in them, and
`worker/music/grammar.py` what may follow what. Pitches are relative to the tonic. Any `LlamaForCausalLM` reads the
weights; without the grammar beside it, the model writes mostly but not always whole pieces.

## Data and training

{pieces:,} pieces of 4 to 32 bars from the seeded composer beside this card's folder (seed {seed}): progressions of
the mode, phrases with open and closed cadences, motifs that come again and are varied, accompaniments by mood.
One run of `python -m worker.starter.notes.recipe`: {steps} batches of about 6,000 tokens, {minutes:.0f} minutes on one
thread of a CPU, shared with other work. `recipe --resume --minutes M` goes on from its last checkpoint.

## Figures

Negative log-likelihood of {held_out} pieces that it never saw: {nll:.3f} nats a token. Without the grammar it gives
{allowed:.1%} of its probability to tokens that may stand there, and {in_key:.1%} of a note's to notes in key; the grammar
makes both 100 %.

Of {composed} pieces of 8 bars that it composed (with the sampling defaults, nothing given), and of the composer's own pieces:

| Measure | Model | Composer |
|---|---|---|
{rows}

{rendered} of these pieces, as the synthesizer plays them: highest peak {peak:.2f} of full scale (nothing clips), root mean
square {rms:.2f}, silent {silent:.1%} of the time, which is their fading away.

Sampling defaults: temperature {temperature}, top-p {top_p}.

## What it cannot do

- Four beats a bar, sixteenths at the finest, one chord a bar: no waltz, no triplet, no change of key or tempo.
- It knows its composer's turns of phrase and nothing else: it imitates no style, artist or existing piece.
- A given melody that leaves these bounds is moved onto the grid; its accompaniment is then plain.
- Its melodies keep to the key and mostly to step, but it is weak at form: it takes up a motif again less often than its
  composer does, and its notes on strong beats often lie outside of the bar's chord, as suspensions that nothing resolves.

## Licence

Apache-2.0, as the project's code.
"""
_MEASURES = {
    "melody_notes_in_key": "Melody notes in key",
    "strong_beats_on_chord_tones": "Notes on the first and third beat that belong to the chord",
    "bars_with_a_rhythm_heard_before": "Bars whose rhythm was heard before in the piece",
    "steps_of_a_third_at_most": "Steps of a third at most",
    "ends_on_the_tonic_chord": "Ends on the tonic chord",
    "ends_on_the_tonic_note": "Ends on the tonic note",
}


def write_card(weights: Path, figures: Mapping[str, Any], steps: int, minutes: float) -> None:
    """Write ``README.md`` and ``showcase.png`` into the model's folder."""
    loaded = Notes().load(ModelRef("starter/notes", FamilyName.NOTES, "0", weights), Device())
    ((piece,),) = compose_pieces(loaded, [SHOWCASE], Unwatched())
    (weights / "showcase.png").write_bytes(PianoRollMedia(arrange(piece)).encode().body)
    rows = [
        f"| {title} | {figures['composed'][name]:.0%} | {figures['of_the_composer'][name]:.0%} |"
        for name, title in _MEASURES.items()
    ]
    rows.append(
        f"| Melody notes a bar | {figures['composed']['notes_a_bar']} | {figures['of_the_composer']['notes_a_bar']} |"
    )
    text = _TEMPLATE.format(
        millions=loaded.model.num_parameters() / 1e6,
        moods=", ".join(get_args(Mood)),
        modes=", ".join(get_args(Mode)),
        leads=", ".join(get_args(Lead)),
        pieces=TRAINING_PIECES,
        seed=SEED,
        steps=steps,
        minutes=minutes,
        held_out=HELD_OUT_PIECES,
        nll=figures["held_out_nll"],
        allowed=figures["probability_on_what_the_grammar_allows"],
        in_key=figures["probability_of_notes_that_is_in_key"],
        composed=COMPOSED_PIECES,
        rows="\n".join(rows),
        rendered=RENDERED_PIECES,
        peak=figures["sound"]["highest_peak"],
        rms=figures["sound"]["root_mean_square"],
        silent=figures["sound"]["silent_share"],
        temperature=TEMPERATURE,
        top_p=TOP_P,
    )
    (weights / "README.md").write_text(text, "utf-8")
