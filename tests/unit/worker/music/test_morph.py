"""Between two melodies lies what is nearer to the one or to the other as the weight says."""

from __future__ import annotations

import math

import pytest

from tests.unit.worker.music.pieces import midi_of
from worker.music.key_finding import find_key
from worker.music.midi_reading import read_melody
from worker.music.morph import Line, Morph
from worker.music.vocabulary import HOLD, REST


def line(*notes: tuple[float, float, int]) -> Line:
    return Line.of(read_melody(midi_of(notes), 16), 60)


LOW = line(*((float(beat), beat + 1.0, 60) for beat in range(4)))
HIGH = line((0.0, 2.0, 72), (2.0, 4.0, 72))


def likeliest_note(morph: Morph, at: int) -> int:
    return max(range(-5, 20), key=lambda pitch: morph.of_event(0, at, f"NOTE_{pitch}"))


@pytest.mark.parametrize(("weight", "pitch"), [(0.0, 0), (0.25, 3), (0.5, 6), (1.0, 12)])
def test_a_pitch_lies_where_the_weight_divides_the_two(weight: float, pitch: int) -> None:
    assert likeliest_note(Morph(LOW, HIGH, weight, 1), 8) == pitch


def test_rhythm_goes_from_quarters_to_halves() -> None:
    near_low, near_high = (Morph(LOW, HIGH, weight, 1) for weight in (0.1, 0.9))

    assert near_low.of_duration(0, 0, 4) > near_low.of_duration(0, 0, 8)
    assert near_high.of_duration(0, 0, 8) > near_high.of_duration(0, 0, 4)


def test_the_durations_of_an_event_are_a_distribution() -> None:
    morph = Morph(LOW, HIGH, 0.4, 1)

    assert sum(math.exp(morph.of_duration(0, 3, duration)) for duration in range(1, 14)) == pytest.approx(1)


def test_where_both_rest_a_rest_is_likelier_and_where_both_sound_a_note_is() -> None:
    rests = line((0.0, 1.0, 60), (3.0, 4.0, 60))
    morph = Morph(rests, rests, 0.5, 1)

    assert morph.of_event(0, 8, REST) > morph.of_event(0, 8, "NOTE_0")
    assert morph.of_event(0, 0, REST) < morph.of_event(0, 0, "NOTE_0")


def test_what_both_hold_over_a_bar_line_is_held() -> None:
    long = line((0.0, 8.0, 60))

    morph = Morph(long, long, 0.5, 2)

    assert morph.of_event(1, 0, HOLD) > morph.of_event(1, 0, "NOTE_0")


def test_the_shorter_melody_is_repeated() -> None:
    both = Morph(LOW, line((0.0, 4.0, 72), (4.0, 8.0, 64)), 0.0, 2)

    assert likeliest_note(both, 0) == 0
    assert both.of_event(1, 8, "NOTE_0") == pytest.approx(both.of_event(0, 8, "NOTE_0"))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60), ("C", "major")),
        ((69, 71, 72, 74, 76, 77, 76, 72, 71, 68, 69), ("A", "minor")),
        ((62, 64, 65, 67, 69, 71, 69, 65, 62), ("D", "dorian")),
        ((67, 71, 74, 71, 67, 65, 67, 69, 71, 74, 67), ("G", "mixolydian")),
        ((63, 67, 70, 75, 70, 67, 63), ("Eb", "major")),
    ],
)
def test_the_key_of_a_melody_is_found(steps: tuple[int, ...], expected: tuple[str, str]) -> None:
    melody = read_melody(midi_of([(beat / 2, beat / 2 + 0.5, pitch) for beat, pitch in enumerate(steps)]), 16)

    assert find_key(melody) == expected
    assert find_key(melody, key="F#", mode="minor") == ("F#", "minor")
    assert find_key(melody, mode=expected[1]) == expected
