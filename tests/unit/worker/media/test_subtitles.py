"""Subtitles are to the letter of their formats, and can be read."""

from __future__ import annotations

import io
import itertools
import re
import unicodedata

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.media.subtitles import LINE_WIDTH, LINES, Cue, TimedText, cues, subrip, webvtt

VTT_BLOCK = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
LONG = (
    "The night market opens at six, and by seven you will not find a seat near the grill; "
    "come early, bring change, and ask for the pickled radish, which is not on the menu."
)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def read_by_ffmpeg(text: str, format_: str) -> list[tuple[float, float, str]]:
    """``(start, end, text)`` of each cue, as a player has it."""
    with av.open(io.BytesIO(text.encode()), mode="r", format=format_) as container:
        return [
            (
                float(packet.pts * packet.time_base),
                float((packet.pts + packet.duration) * packet.time_base),
                bytes(packet).decode(),
            )
            for packet in container.demux()
            if packet.pts is not None and packet.duration is not None and packet.size
        ]


def test_a_short_utterance_is_one_cue() -> None:
    assert cues([[TimedText(1.0, 2.5, " Hello there. ")]]) == [Cue(1.0, 2.5, ("Hello there.",))]


def test_a_long_utterance_is_cut_into_cues_that_fill_its_time_in_order() -> None:
    shown = cues([[TimedText(10.0, 20.0, LONG)]])

    assert len(shown) == 3
    assert " ".join(line for cue in shown for line in cue.lines) == LONG
    widths = [columns(line) for cue in shown for line in cue.lines]
    assert max(widths) <= LINE_WIDTH
    assert min(widths) > LINE_WIDTH / 2
    assert (shown[0].start, shown[-1].end) == (10.0, 20.0)
    assert all(before.end == after.start for before, after in itertools.pairwise(shown))


def test_words_with_times_of_their_own_say_when_a_cue_begins() -> None:
    words = [TimedText(index, index + 0.5, f" word{index:02d}") for index in range(20)]

    first, second = cues([words])

    assert (first.start, first.end) == (0.0, 9.5)
    assert second.start == 10.0
    assert second.lines[0].startswith("word10")


def test_a_cue_stays_until_it_can_be_read_unless_the_next_one_or_the_end_comes() -> None:
    spoken = [[TimedText(0, 0.1, "Oh!")], [TimedText(0.5, 0.6, "No!")]]
    assert [(cue.start, cue.end) for cue in cues(spoken)] == [(0, 0.5), (0.5, 1.333)]
    assert cues(spoken, duration=1.0)[-1].end == 1.0


def test_a_script_without_spaces_is_broken_between_characters_but_not_before_closing_marks() -> None:
    text = "东京的夜市六点开门，七点以后烤架旁边就没有座位了，请早点来，带上零钱，再问一下菜单上没有的腌萝卜。" * 2
    shown = cues([[TimedText(0, 10, text)]])

    lines = [line for cue in shown for line in cue.lines]
    assert "".join(lines) == text
    assert all(columns(line) <= LINE_WIDTH + 2 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_a_latin_name_among_east_asian_characters_stays_whole() -> None:
    lines = cues([[TimedText(0, 1, "我的" * 9 + "Smartphone" + "手机" * 9)]])[0].lines
    assert any("Smartphone" in line for line in lines)


def test_what_is_wider_than_a_line_is_cut_though_never_before_a_mark() -> None:
    text = "ที่นี่" * 30
    lines = [line for cue in cues([[TimedText(0, 1, text)]]) for line in cue.lines]
    assert "".join(lines) == text
    assert len(lines) == 2
    assert not any(unicodedata.category(line[0]).startswith("M") for line in lines)


@pytest.mark.parametrize("text", ["a --> b", "<b>bold</b> & <i>", "WEBVTT", "1\n2", "STYLE", "NOTE this"])
def test_no_text_is_taken_for_markup(text: str) -> None:
    written = webvtt(cues([[TimedText(0, 1, text)], [TimedText(1, 2, "after")]]))
    header, first, second = written.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    assert first.split("\n")[0] == "00:00:00.000 --> 00:00:01.000"
    body = first.split("\n", 1)[1]
    assert "-->" not in body
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", body)
    assert second == "00:00:01.000 --> 00:00:02.000\nafter"
    assert subrip(cues([[TimedText(0, 1, text)]])).count("-->") == 1


def test_times_have_hours_milliseconds_and_the_formats_own_point() -> None:
    shown = [Cue(3661.0005, 359_999.9994, ("late",))]
    assert "01:01:01.000 --> 99:59:59.999" in webvtt(shown)
    assert "01:01:01,000 --> 99:59:59,999" in subrip(shown)


def test_nothing_said_is_an_empty_file_of_the_format() -> None:
    assert subrip([]) == ""
    assert webvtt([]) == "WEBVTT\n"
    assert cues([[TimedText(0, 1, "  ")], []]) == []


def test_players_read_both() -> None:
    shown = cues([[TimedText(0.5, 9.25, LONG)], [TimedText(3600.0, 3601.5, "Fish & chips <now>")]])
    for format_, text in (("srt", subrip(shown)), ("webvtt", webvtt(shown))):
        read = read_by_ffmpeg(text, format_)
        assert [(start, end) for start, end, _ in read] == [(cue.start, cue.end) for cue in shown]
        assert read[0][2].splitlines() == list(shown[0].lines)


SPOKEN = st.lists(
    st.builds(
        lambda start, seconds, text: [TimedText(start, start + seconds, text)],
        st.floats(0, 10_000),
        st.floats(0, 30),
        st.text(max_size=120),
    ),
    max_size=6,
)


@given(SPOKEN)
def test_whatever_is_said_the_files_can_be_parsed(spoken: list[list[TimedText]]) -> None:
    shown = cues(spoken)
    assert all(1 <= len(cue.lines) <= LINES and all(cue.lines) for cue in shown)

    header, *blocks = webvtt(shown).rstrip("\n").split("\n\n") if shown else ["WEBVTT"]
    assert header == "WEBVTT"
    assert len(blocks) == len(shown)
    times = []
    for block in blocks:
        timing, *lines = block.split("\n")
        found = VTT_BLOCK.fullmatch(timing)
        assert found
        assert 1 <= len(lines) <= LINES
        hours, minutes, seconds, thousandths, *end = map(int, found.groups())
        times.append((((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths, end))
        assert times[-1][0] < ((end[0] * 60 + end[1]) * 60 + end[2]) * 1000 + end[3]
    assert [start for start, _ in times] == sorted(start for start, _ in times)
    assert subrip(shown).count(" --> ") == len(shown)
