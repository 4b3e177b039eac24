from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from shared.typography.coverage import is_covered
from shared.typography.families import FAMILIES
from worker.compositing import font_pack
from worker.compositing.fonts.subset import MAX_BYTES
from worker.compositing.setting import Style, typeset

ROOT = Path(__file__).parents[4]
DRAWN = """
import sys
from worker.compositing.setting import use_pack
assert use_pack()
import pyvips
image = pyvips.Image.text("Hamburg", font=sys.argv[1] + " 40", dpi=72)
sys.stdout.write(f"{image.width}x{image.height}")
"""


def drawn_in(family: str) -> str:
    """The size of a word in a process of its own, which knows the pack."""
    command = [sys.executable, "-c", DRAWN, family]
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


def test_the_pack_is_no_larger_than_agreed() -> None:
    assert sum(path.stat().st_size for path in font_pack.files()) <= MAX_BYTES


def test_the_licence_lies_beside_the_fonts() -> None:
    licence = (font_pack.FOLDER / "OFL.txt").read_text("utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_every_character_that_a_font_has_is_known_and_no_other() -> None:
    had = {code for path in font_pack.files() for code in TTFont(path, lazy=True).getBestCmap()}

    assert all(is_covered(chr(code)) for code in had if code >= 0x20)
    assert not is_covered("\0")
    others = [chr(code) for code in range(0x20, 0x20000) if code not in had and is_covered(chr(code))]
    assert all(not character.isprintable() or not character.strip() or ord(character) >= 0xFE00 for character in others)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_looks_like_itself(family: str) -> None:
    others = [each for each in FAMILIES if each != family]

    assert word_in(family) not in [word_in(other) for other in others]


def word_in(family: str) -> bytes:
    style = Style(family, 700, "en", 60, 1.2, 0, "low", "#000000", has_pictographs=False)
    return typeset("Hamburgefonts", style, 2000, 1).levels.tobytes()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_pack_has_the_weights_that_are_told(family: str) -> None:
    fonts = [TTFont(path, lazy=True) for path in font_pack.files()]
    names = [{font["name"].getDebugName(number) for number in (1, 16)} for font in fonts]
    widths = {5} if family != "Noto Sans Condensed" else {3}

    weights = sorted(
        font["OS/2"].usWeightClass
        for font, own in zip(fonts, names, strict=True)
        if family in own and font["OS/2"].usWidthClass in widths
    )

    assert weights == list(FAMILIES[family])


def test_no_font_of_the_system_is_used() -> None:
    known = subprocess.run(["fc-list", ":", "family"], check=False, capture_output=True, text=True)
    theirs = next((line for line in known.stdout.splitlines() if "DejaVu Sans Mono" in line), None)
    if theirs is None:
        pytest.skip("this system has no DejaVu Sans Mono to be mistaken for")

    assert drawn_in("DejaVu Sans Mono") == drawn_in("A Family That Nobody Has")


def test_a_configuration_of_somebody_else_changes_nothing(tmp_path: Path) -> None:
    other = tmp_path / "fonts.conf"
    other.write_text("<?xml version='1.0'?><fontconfig><dir>/nowhere</dir></fontconfig>", "ascii")
    plain = drawn_in("Noto Sans")

    os.environ["FONTCONFIG_FILE"] = str(other)
    try:
        assert drawn_in("Noto Sans") == plain
    finally:
        del os.environ["FONTCONFIG_FILE"]


def test_child_processes_learn_nothing_of_the_pack() -> None:
    with font_pack.configured():
        assert "bottega-fonts-" in os.environ["FONTCONFIG_FILE"]

    assert "FONTCONFIG_FILE" not in os.environ


def test_a_process_that_has_set_text_before_cannot_use_the_pack() -> None:
    program = (
        "import pyvips; pyvips.Image.text('x'); from worker.compositing.setting import use_pack; print(use_pack())"
    )

    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "False"
