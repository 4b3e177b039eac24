"""The contact sheet is drawn on any machine, whatever fonts that has."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import pyvips

from shared.demo.contact_sheet import draw
from shared.demo.outcome import Outcome
from shared.demo.typesetting import Style, typeset

STYLE = Style(20, 30, (0, 0, 0))


def test_the_sheet_shows_every_picture_in_its_place(outcome: Outcome, tmp_path: Path) -> None:
    path = tmp_path / "new" / "sheet.png"

    draw(outcome, 12.3, path)

    sheet = pyvips.Image.new_from_file(str(path))
    assert (sheet.width, sheet.bands) == (1864, 3)
    assert sheet.height > 1000
    # The greys of the first row's pictures, at their middles.
    row = [sheet(72 + 144 + column * (288 + 28), 400)[0] for column in range(4)]
    assert row == [float(done.planned.input["seed"]) for done in outcome.images[:4]]


def test_a_job_without_a_picture_leaves_its_place_empty(outcome: Outcome, tmp_path: Path) -> None:
    images = (replace(outcome.images[0], outputs=()), *outcome.images[1:])
    draw(replace(outcome, images=images), 12.3, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 10_000


def test_paragraphs_are_as_high_as_their_lines_whatever_their_letters() -> None:
    assert typeset("xxx", STYLE, 400).height == typeset("Qgj", STYLE, 400).height == 30
    assert typeset("one " * 100, STYLE, 400).height % 30 == 0
    for lines in range(1, 12):
        assert typeset("\n".join(["Hxg"] * lines), STYLE, 400).height == lines * 30
        assert typeset("\n".join(["xxx"] * lines), STYLE, 400).height == lines * 30


def test_nothing_is_wider_than_its_column() -> None:
    assert typeset("word " * 50 + "x" * 200, STYLE, 300).picture.width <= 300


def test_markup_in_a_prompt_is_text() -> None:
    assert typeset("<b>R&B</b>", STYLE, 400).picture.width > typeset("R&B", STYLE, 400).picture.width


def test_the_type_is_the_same_without_any_font_on_the_machine(tmp_path: Path) -> None:
    program = (
        "from shared.demo.typesetting import Style, typeset\n"
        "picture = typeset('Backdrops \U0001f60a', Style(40, 50, (0, 0, 0), 'SemiBold'), 400).picture\n"
        "print(picture.width, picture.height, picture.avg())"
    )
    (tmp_path / "fonts.conf").write_text("<fontconfig><cachedir>cache</cachedir></fontconfig>")
    bare = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    runs = [
        subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True, timeout=60)
        for env in (os.environ, bare)
    ]
    furnished, bare_machine = ([float(number) for number in run.stdout.split()] for run in runs)
    # The same letters; how their edges are smoothed is the machine's choice.
    assert furnished == pytest.approx(bare_machine, rel=0.01)
