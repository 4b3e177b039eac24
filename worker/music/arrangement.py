"""From a piece to a score: instruments, voicings, and how loud each note is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from worker.music.piece import SIXTEENTHS_A_BAR, Attributes, Event, Piece, Voice
from worker.music.score import Instrument, Note, Part, Score
from worker.music.theory import QUALITIES, tonic_pitch
from worker.music.vocabulary import HOLD, REST

# General MIDI percussion keys.
DRUM_KEYS: Mapping[str, tuple[int, ...]] = {
    "K": (36,),
    "S": (38,),
    "H": (42,),
    "KH": (36, 42),
    "SH": (38, 42),
    "O": (46,),
    "KO": (36, 46),
    "KC": (36, 49),
    "C": (49,),
    "T1": (50,),
    "T2": (45,),
    "P": (70,),
}
_HARMONY_OF_MOOD: Mapping[str, Instrument] = {
    "happy": Instrument.ELECTRIC_PIANO,
    "sad": Instrument.PAD,
    "calm": Instrument.PAD,
    "epic": Instrument.PAD,
    "playful": Instrument.ELECTRIC_PIANO,
    "mysterious": Instrument.PAD,
    "energetic": Instrument.ELECTRIC_PIANO,
    "romantic": Instrument.PAD,
}
_SUFFIXES = {"maj": "", "min": "m", "dim": "dim", "maj7": "maj7", "min7": "m7", "dom7": "7"}
_FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
# The major key of the same signature, in semitones above the tonic; those of F, B flat, E flat and A flat have flats.
_MAJOR_OF_MODE = {"major": 0, "minor": 3, "dorian": 10, "mixolydian": 5}
_FLAT_SIGNATURES = frozenset({5, 10, 3, 8})
_HARMONY_CENTRE = 57
_BASS_LOWEST = 33
_LOUDNESS = {Voice.MELODY: 92, Voice.HARMONY: 62, Voice.BASS: 80, Voice.DRUMS: 82}


def arrange(piece: Piece) -> Score:
    """The score of a piece."""
    attributes = piece.attributes
    tonic = tonic_pitch(attributes.key)
    parts = (
        Part(Voice.MELODY, Instrument(attributes.lead), _melody(piece, tonic)),
        *_harmony(piece, tonic),
        Part(Voice.BASS, _bass_instrument(attributes), _bass(piece, tonic)),
        Part(Voice.DRUMS, Instrument.DRUMS, _drums(piece)),
    )
    return Score(
        title=f"{attributes.mood.capitalize()}, {attributes.key} {attributes.mode}, {attributes.lead}",
        tempo=attributes.tempo,
        key=attributes.key,
        mode=attributes.mode,
        bars=len(piece.bars),
        chords=tuple(_chord_name(bar.chord, tonic, attributes.mode) for bar in piece.bars),
        parts=tuple(part for part in parts if part.notes),
    )


def _bass_instrument(attributes: Attributes) -> Instrument:
    return Instrument.SYNTH_BASS if attributes.mood == "energetic" or attributes.lead == "synth" else Instrument.BASS


def _chord(token: str) -> tuple[int, str]:
    _, root, quality = token.split("_")
    return int(root), quality


def _chord_name(token: str, tonic: int, mode: str) -> str:
    """``Am7``, spelt with flats where the key's signature has them."""
    root, quality = _chord(token)
    signature = (tonic + _MAJOR_OF_MODE[mode]) % 12
    names = _FLAT_NAMES if signature in _FLAT_SIGNATURES else _SHARP_NAMES
    return names[(tonic + root) % 12] + _SUFFIXES[quality]


def _velocity(voice: Voice, at: int) -> int:
    """Beats are louder than what lies between them; the bar's first most of all."""
    accent = 8 if at == 0 else 3 if at % 4 == 0 else -4 if at % 2 == 0 else -8
    return _LOUDNESS[voice] + accent


def _timed(events: Sequence[Event], bar: int) -> list[tuple[int, int, Event]]:
    """Every event with its place in the bar and in the piece."""
    timed, at = [], 0
    for event in events:
        timed.append((at, bar * SIXTEENTHS_A_BAR + at, event))
        at += event.duration
    return timed


def _melody(piece: Piece, tonic: int) -> tuple[Note, ...]:
    notes: list[Note] = []
    for number, bar in enumerate(piece.bars):
        for at, start, event in _timed(bar.voices[Voice.MELODY], number):
            if event.name == HOLD and notes:
                last = notes[-1]
                notes[-1] = Note(last.start, last.duration + event.duration, last.pitch, last.velocity)
            elif event.name.startswith("NOTE_"):
                pitch = tonic + int(event.name.removeprefix("NOTE_"))
                notes.append(Note(start, event.duration, pitch, _velocity(Voice.MELODY, at)))
    return tuple(notes)


def _harmony(piece: Piece, tonic: int) -> tuple[Part, Part]:
    """Chords by the mood's instrument, single tones by a harp."""
    chords: list[Note] = []
    tones: list[Note] = []
    centre: float = _HARMONY_CENTRE
    for number, bar in enumerate(piece.bars):
        voicing = _voicing(tonic, bar.chord, centre)
        centre = 0.5 * (_HARMONY_CENTRE + sum(voicing) / len(voicing))
        for at, start, event in _timed(bar.voices[Voice.HARMONY], number):
            velocity = _velocity(Voice.HARMONY, at)
            if event.name == "HIT":
                chords += [Note(start, event.duration, pitch, velocity) for pitch in voicing]
            elif event.name.startswith("TONE_"):
                tone = int(event.name.removeprefix("TONE_")) - 1
                pitch = voicing[tone] if tone < len(voicing) else voicing[tone - len(voicing)] + 12
                tones.append(Note(start, event.duration, pitch, velocity + 6))
    return (
        Part(Voice.HARMONY, _HARMONY_OF_MOOD[piece.attributes.mood], tuple(chords)),
        Part(Voice.HARMONY, Instrument.HARP, tuple(tones)),
    )


def _voicing(tonic: int, chord: str, centre: float) -> tuple[int, ...]:
    """The chord's tones in the inversion that lies nearest to the centre, so that voices move little."""
    root, quality = _chord(chord)
    tones = sorted((tonic + root + step) % 12 for step in QUALITIES[quality])
    inversions = []
    for turn in range(len(tones)):
        turned = [*tones[turn:], *(tone + 12 for tone in tones[:turn])]
        octave = round((centre - sum(turned) / len(turned)) / 12)
        inversions.append(tuple(tone + 12 * octave for tone in turned))
    return min(inversions, key=lambda voicing: abs(sum(voicing) / len(voicing) - centre))


def _bass(piece: Piece, tonic: int) -> tuple[Note, ...]:
    notes = []
    for number, bar in enumerate(piece.bars):
        root, quality = _chord(bar.chord)
        lowest = _BASS_LOWEST + (tonic + root - _BASS_LOWEST) % 12
        steps = QUALITIES[quality]
        above = {"ROOT": 0, "THIRD": steps[1], "FIFTH": steps[2], "OCTAVE": 12, "LOW_FIFTH": steps[2] - 12}
        for at, start, event in _timed(bar.voices[Voice.BASS], number):
            name = event.name.removeprefix("BASS_")
            if name != REST:
                notes.append(Note(start, event.duration, lowest + above[name], _velocity(Voice.BASS, at)))
    return tuple(notes)


def _drums(piece: Piece) -> tuple[Note, ...]:
    return tuple(
        Note(start, min(event.duration, 2), key, _velocity(Voice.DRUMS, at))
        for number, bar in enumerate(piece.bars)
        for at, start, event in _timed(bar.voices[Voice.DRUMS], number)
        for key in DRUM_KEYS.get(event.name.removeprefix("DRUM_"), ())
    )
