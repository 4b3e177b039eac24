"""Notes: pieces of music by a transformer on events, as MIDI, sound and picture.

The model writes a piece token by token (``worker.music.vocabulary``), and a grammar leaves it only what may follow
(``worker.music.grammar``), so that every piece is whole and in key. A given melody stands in the grammar: the model
writes chords, bass and drums under it, then goes on alone. Between two melodies the model's expectation is multiplied
with that of their mixture (``worker.music.morph``). Every piece draws with a generator of its own, so that its notes
are the same alone and beside others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    GenerationConfig,
    LogitsProcessorList,
    StoppingCriteriaList,
    TemperatureLogitsWarper,
)

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.files import FileReference
from shared.catalog.inputs.notes import DEFAULT_BARS, MAX_MELODY_BARS, NotesInput
from shared.errors import FieldProblem, InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.decoding.pieces import GrammaticalChoice, PlannedPiece, WrittenPieces
from worker.families.decoding.seeded_sampling import Nucleus, SeededDraw
from worker.families.placement import dtype_for, place
from worker.media.base import Media
from worker.media.notes import MidiMedia, PianoRollMedia, PlayedMedia
from worker.music.arrangement import arrange
from worker.music.grammar import PieceInProgress, Rules
from worker.music.key_finding import find_key
from worker.music.melody import Melody
from worker.music.midi_reading import NotAMelody, read_melody
from worker.music.morph import Line, Morph
from worker.music.piece import Piece, Voice
from worker.music.theory import tonic_pitch
from worker.music.vocabulary import HEADER, PADDING, START, TEMPOS, Vocabulary

_ROWS_IN_FLIGHT = {"cpu": 16, "cuda": 128}
_SLOWEST, _FASTEST = 50, 180
_HEADER_TOKENS = 1 + len(HEADER)
_LONGEST_BAR = 2 + 2 * 16 * len(Voice)
"""Tokens of a bar in which every voice plays sixteenths."""


@dataclass(frozen=True, slots=True)
class LoadedNotes:
    """A model on its device with the rules of its vocabulary; ``defaults`` are the drawing parameters of its folder."""

    model: Any
    rules: Rules
    defaults: GenerationConfig
    context: int | None
    device: Device


class Notes:
    """Composes with ``AutoModelForCausalLM`` weights and a ``vocabulary.json`` beside them."""

    name = FamilyName.NOTES

    def load(self, model: ModelRef, device: Device) -> LoadedNotes:
        """Read model and vocabulary: safetensors only, nothing from the network, no code from the folder."""
        network = AutoModelForCausalLM.from_pretrained(
            model.path,
            use_safetensors=True,
            dtype=dtype_for(device, model.options),
            local_files_only=True,
            trust_remote_code=False,
        ).eval()
        place(network, device, model.options)
        vocabulary = Vocabulary.load(model.path)
        if network.config.vocab_size != len(vocabulary.tokens):
            raise ValueError(
                f"the model knows {network.config.vocab_size} tokens, its vocabulary {len(vocabulary.tokens)}"
            )
        defaults = GenerationConfig.from_dict(network.generation_config.to_dict())
        for name in ("temperature", "top_p", "top_k", "do_sample", "max_length", "max_new_tokens", "eos_token_id"):
            setattr(network.generation_config, name, None)
        context = getattr(network.config, "max_position_embeddings", None)
        return LoadedNotes(network, Rules(vocabulary), defaults, context, device)

    def check(self, loaded: LoadedNotes, job_input: NotesInput) -> None:
        """Refuse attributes that the model was not trained on, files without a melody, and what is too long for it."""
        problems = []
        for field in ("mood", "key", "mode", "lead"):
            value = getattr(job_input, field)
            known = [token.partition("_")[2] for token in loaded.rules.kinds(field.upper())]
            if value is not None and value not in known:
                problems.append(FieldProblem(f"input.{field}", f"this model knows {', '.join(known)}, not {value}"))
        longest = 0
        for field in ("melody", "target_melody"):
            reference = getattr(job_input, field)
            if reference is None:
                continue
            try:
                longest = max(longest, read_melody(reference.file().body, MAX_MELODY_BARS).bars)
            except NotAMelody as refusal:
                problems.append(FieldProblem(f"input.{field}", str(refusal)))
        if problems:
            raise InputRefused(problems)
        bars = longest + (0 if job_input.target_melody else job_input.bars or DEFAULT_BARS)
        most = bars if loaded.context is None else (loaded.context - _HEADER_TOKENS) // _LONGEST_BAR
        if bars > most:
            raise InputRefused.of("input.bars", f"makes {bars} bars in all; this model writes {most} at most")

    def max_batch(self, loaded: LoadedNotes, job_input: NotesInput) -> int:
        """Members whose pieces fit the device together."""
        return max(1, _ROWS_IN_FLIGHT[loaded.device.type] // job_input.piece_count())

    def generate(self, loaded: LoadedNotes, inputs: Sequence[NotesInput], control: StepControl) -> list[list[Media]]:
        """Write every member's pieces in one call of the model: MIDI, sound and picture of each."""
        try:
            composed = compose_pieces(loaded, inputs, control)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        return [[media for piece in member for media in _media(piece)] for member in composed]


def compose_pieces(loaded: LoadedNotes, inputs: Sequence[NotesInput], control: StepControl) -> list[list[Piece]]:
    """Every member's pieces, written in one call of the model; none for a member that is dropped."""
    planned = [piece for member, job_input in enumerate(inputs) for piece in _plan(loaded, member, job_input)]
    written = WrittenPieces(planned, control)
    _write(loaded, inputs[0], planned, written)
    composed: list[list[Piece]] = [[] for _ in inputs]
    for each in planned:
        if each.member not in written.dropped:
            composed[each.member].append(each.progress.piece(each.tempo))
    return composed


@torch.inference_mode()
def _write(loaded: LoadedNotes, first: NotesInput, planned: Sequence[PlannedPiece], written: WrittenPieces) -> None:
    """Draw tokens until every piece is whole. All rows begin with ``<s>`` alone, so that none is padded."""
    temperature = first.temperature or loaded.defaults.temperature or 1.0
    top_p = first.top_p or loaded.defaults.top_p or 1.0
    processors = LogitsProcessorList([GrammaticalChoice(planned, written)])
    if temperature != 1.0:
        processors.append(TemperatureLogitsWarper(float(temperature)))
    if top_p < 1:
        processors.append(Nucleus(float(top_p)))
    processors.append(SeededDraw([piece.generator for piece in planned]))
    vocabulary = loaded.rules.vocabulary
    begin = torch.full((len(planned), 1), vocabulary.ids[START], device=loaded.model.device)
    loaded.model.generate(
        input_ids=begin,
        attention_mask=torch.ones_like(begin),
        generation_config=GenerationConfig(
            do_sample=False,
            max_new_tokens=_HEADER_TOKENS + _LONGEST_BAR * max(piece.progress.bars for piece in planned),
            pad_token_id=vocabulary.ids[PADDING],
        ),
        logits_processor=processors,
        stopping_criteria=StoppingCriteriaList([written]),
    )


def _media(piece: Piece) -> list[Media]:
    score = arrange(piece)
    return [MidiMedia(score), PlayedMedia(score), PianoRollMedia(score)]


def _plan(loaded: LoadedNotes, member: int, job_input: NotesInput) -> list[PlannedPiece]:
    if job_input.melody is not None and job_input.target_melody is not None:
        return _plan_interpolation(loaded, member, job_input, job_input.melody, job_input.target_melody)
    bars = job_input.bars or DEFAULT_BARS
    wanted = _wanted(job_input)
    given: Sequence[Any] = ()
    tempo = job_input.tempo
    if job_input.melody is not None:
        melody = _melody(job_input.melody)
        key, mode = find_key(melody, job_input.key, job_input.mode)
        tempo = tempo or _possible_tempo(melody.tempo)
        wanted |= _in_key(key, mode) | _at_tempo(tempo)
        given = melody.events(tonic_pitch(key))
    return [
        PlannedPiece(
            member, PieceInProgress(loaded.rules, len(given) + bars, wanted, given), _generator(job_input, index), tempo
        )
        for index in range(job_input.num_pieces)
    ]


def _plan_interpolation(
    loaded: LoadedNotes, member: int, job_input: NotesInput, begin: FileReference, end: FileReference
) -> list[PlannedPiece]:
    """The two melodies and the steps between them: one mood and lead for all, key and mode of the nearer melody."""
    ends = [_melody(begin), _melody(end)]
    keys = [find_key(melody, job_input.key, job_input.mode) for melody in ends]
    tonics = [tonic_pitch(key) for key, _ in keys]
    lines = [Line.of(melody, tonic) for melody, tonic in zip(ends, tonics, strict=True)]
    tempos = [job_input.tempo or _possible_tempo(melody.tempo) for melody in ends]
    drawn = random.Random(job_input.seed)
    shared = {kind: drawn.choice(loaded.rules.kinds(kind)) for kind in ("MOOD", "LEAD")} | _wanted(job_input)
    intervals = job_input.piece_count() - 1
    planned = []
    for index in range(intervals + 1):
        weight = index / intervals
        nearer = 0 if weight <= 0.5 else 1
        tempo = round((1 - weight) * tempos[0] + weight * tempos[1])
        wanted = shared | _in_key(*keys[nearer]) | _at_tempo(tempo)
        if index in (0, intervals):
            given = ends[nearer].events(tonics[nearer])
            progress, morph = PieceInProgress(loaded.rules, len(given), wanted, given), None
        else:
            bars = round((1 - weight) * ends[0].bars + weight * ends[1].bars)
            progress, morph = PieceInProgress(loaded.rules, bars, wanted), Morph(lines[0], lines[1], weight, bars)
        planned.append(PlannedPiece(member, progress, _generator(job_input, index), tempo, morph))
    return planned


def _melody(reference: FileReference) -> Melody:
    return read_melody(reference.file().body, MAX_MELODY_BARS)


def _possible_tempo(tempo: int) -> int:
    """A file may be slower or faster than anything the model was trained on."""
    return min(max(tempo, _SLOWEST), _FASTEST)


def _generator(job_input: NotesInput, index: int) -> torch.Generator:
    """Piece ``k`` of seed ``s`` is piece 0 of seed ``s + k``."""
    return torch.Generator().manual_seed(((job_input.seed or 0) + index) % (MAX_SEED + 1))


def _wanted(job_input: NotesInput) -> dict[str, str]:
    """The tokens of the attributes that were asked for."""
    given = {kind: getattr(job_input, kind.lower()) for kind in ("MOOD", "KEY", "MODE", "LEAD")}
    wanted = {kind: f"{kind}_{value}" for kind, value in given.items() if value is not None}
    return wanted if job_input.tempo is None else wanted | _at_tempo(job_input.tempo)


def _in_key(key: str, mode: str) -> dict[str, str]:
    return {"KEY": f"KEY_{key}", "MODE": f"MODE_{mode}"}


def _at_tempo(tempo: int) -> dict[str, str]:
    """The token of the nearest tempo that the model knows."""
    return {"TEMPO": f"TEMPO_{min(TEMPOS, key=lambda known: abs(known - tempo))}"}
