from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from shared.catalog.inputs.composite import CompositeInput
from shared.errors import InputRefused
from tests.unit.worker.compositing.scenes import box, drawn, inked, job, pixels, shape, text
from worker.compositing.text_layers import SetText

WIDE = box(20, 20, 360, 160)
ARABIC = "قهوة طازجة كل صباح"


def problem(composite: CompositeInput) -> tuple[str, str]:
    with pytest.raises(InputRefused) as caught:
        drawn(composite)
    (found,) = caught.value.problems
    return found.path, found.message


def only(composite: CompositeInput) -> SetText:
    (found,) = drawn(composite).texts
    return found


def test_a_text_is_set_as_large_as_its_box_lets_it() -> None:
    small = only(job(text("Waffle", box(20, 20, 120, 160), size_min=10, size_max=200)))
    large = only(job(text("Waffle", box(20, 20, 360, 160), size_min=10, size_max=200)))

    assert 30 < small.size < 45
    assert 110 < large.size < 130
    assert large.place.width <= 360


def test_a_text_is_never_larger_than_asked_for() -> None:
    assert only(job(text("Hi", WIDE, size_min=10, size_max=31))).size == 31


def test_a_text_takes_no_more_lines_than_it_may() -> None:
    sentence = "A sentence that would rather be long"
    free = only(job(text(sentence, WIDE, size_min=8, size_max=80)))
    held = only(job(text(sentence, WIDE, size_min=8, size_max=80, max_lines=1)))

    assert free.lines > 1
    assert held.lines == 1
    assert held.size < free.size


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"written": "Donaudampfschifffahrtsgesellschaft"},
            "at the smallest size, 40 px, it needs 679 x 46 px of 360 x 160",
        ),
        ({"written": "one two three four five six seven eight nine ten eleven twelve"}, "of 360 x 160"),
        ({"written": "one two three four five", "max_lines": 1}, "and 2 lines of 1"),
        ({"written": "Åj", "place": box(20, 20, 360, 42), "line_height": 0.8}, "it needs 33 x 46 px of 360 x 42"),
    ],
)
def test_text_that_does_not_fit_is_an_error_of_that_creative(fields: dict[str, Any], words: str) -> None:
    written, place = fields.pop("written"), fields.pop("place", WIDE)

    path, message = problem(job(shape(WIDE, "#ffffff"), text(written, place, **fields)))

    assert path == "input.layers.1.text"
    assert message.startswith("does not fit: ")
    assert re.search(words, message)


@pytest.mark.parametrize("written", ["Äçgjpqy Ŷ", "ปู่ฟู่ญี่", "श्रद्धा क्षेत्र", "لإلّا جُمَلٌ", "漢字", "Ẵộ"])
@pytest.mark.parametrize("line_height", [0.7, 1.2])
def test_no_ink_leaves_the_box(written: str, line_height: float) -> None:
    layer = text(written, box(100, 60, 160, 60), size_min=8, size_max=120, line_height=line_height)

    ink = inked(pixels(job(layer)))

    assert ink["x"] >= 100
    assert ink["y"] >= 60
    assert ink["x"] + ink["width"] <= 260
    assert ink["y"] + ink["height"] <= 120


def test_no_word_is_broken_so_that_it_fits() -> None:
    found = only(job(text("Extraordinary", box(20, 20, 200, 160), size_min=8, size_max=80)))

    assert found.lines == 1


def test_lines_of_a_headline_are_about_as_long_as_each_other() -> None:
    found = only(job(text("Fresh coffee every morning for you", box(0, 0, 400, 200), size_max=40)))

    assert found.lines == 2
    # Set as wide as there is room, `for you` would stand alone.
    assert found.place.width < 380


def test_thai_breaks_between_words_that_only_a_dictionary_tells_apart() -> None:
    found = only(job(text("กาแฟสดใหม่ทุกเช้าที่ปู่ของเราคั่วเองด้วยน้ำใจ", WIDE, language="th", size_max=40)))

    assert found.lines > 1


@pytest.mark.parametrize(
    ("written", "language", "align", "side"),
    [
        ("Coffee", "en", "start", "left"),
        ("Coffee", "en", "end", "right"),
        (ARABIC, "ar", "start", "right"),
        (ARABIC, "ar", "end", "left"),
        (ARABIC, "ar", "left", "left"),
        # A brand or a price in an Arabic layout stands where an Arabic text would.
        ("Bottega", "ar", "start", "right"),
        ("Bottega قهوة", "he", "start", "right"),
        ("קפה", "en", "start", "right"),
        ("ARABICA", "ar-Latn", "start", "left"),
    ],
)
def test_a_text_begins_on_the_side_its_language_begins_on(written: str, language: str, align: str, side: str) -> None:
    ink = inked(pixels(job(text(written, box(20, 20, 360, 60), language=language, align=align, size_min=20))))

    left, right = ink["x"] - 20, 380 - ink["x"] - ink["width"]
    assert (left < 8) if side == "left" else (right < 8)


def test_numbers_and_brands_keep_their_order_within_arabic() -> None:
    # Large enough for every glyph to lie on whole pixels, so that it looks alike wherever it stands.
    place, look = box(0, 0, 600, 80), {"size_min": 60, "size_max": 60}
    mixed = pixels(job(text("من Bottega بسعر 250", place, language="ar", **look), size=(600, 80)))

    # Read from the right: from, the brand, for, the price.
    at_brand, at_number = (
        found_at(mixed, pixels(job(text(part, place, **look), size=(600, 80)))) for part in ("Bottega", "250")
    )
    assert at_brand is not None
    assert at_number is not None
    assert at_number < at_brand


def found_at(image: Any, part: Any) -> int | None:
    """The column at which the ink of one picture stands in another, if it does."""
    ink = inked(part)
    wanted = part[:, ink["x"] : ink["x"] + ink["width"]]
    columns = range(image.shape[1] - wanted.shape[1] + 1)
    return next((x for x in columns if np.array_equal(image[:, x : x + wanted.shape[1]], wanted)), None)


def test_letters_that_join_are_not_spaced() -> None:
    plain = pixels(job(text(ARABIC, WIDE, language="ar")))
    spaced = pixels(job(text(ARABIC, WIDE, language="ar", letter_spacing=0.3)))

    assert np.array_equal(plain, spaced)


def test_a_character_that_no_font_has_is_an_error_that_names_it() -> None:
    path, message = problem(job(text("Runes: ᚠᚢ", WIDE)))

    assert path == "input.layers.0.text"
    assert message == "no font of the pack has U+16A0 ᚠ RUNIC LETTER FEHU FEOH FE F, U+16A2 ᚢ RUNIC LETTER URUZ UR U"


def test_a_family_that_is_not_in_the_pack_is_an_error_that_names_those_that_are() -> None:
    path, message = problem(job(text("Hello", WIDE, family="Comic Sans MS")))

    assert path == "input.layers.0.family"
    assert message.startswith("is 'Comic Sans MS'; the font pack has Noto Sans, ")


def test_a_text_outside_of_the_safe_area_is_an_error() -> None:
    path, message = problem(job(text("Hello", box(0, 0, 300, 60)), safe=box(40, 40, 320, 120)))

    assert path == "input.layers.0.text"
    assert re.fullmatch(r"leaves the safe area 40,40 to 360,160: it lies at \d+,\d+ to \d+,\d+", message)


def test_a_text_outside_of_the_canvas_is_an_error() -> None:
    _, message = problem(job(text("Hello", box(350, 0, 300, 60))))

    assert message.startswith("leaves the canvas")


def test_markup_is_text_like_any_other() -> None:
    found = only(job(text("<b>A & B</b>", WIDE)))

    assert found.place.width > 150


def test_an_empty_text_draws_nothing_not_even_its_plate() -> None:
    plate = {"paint": {"kind": "solid", "color": "#ff0000"}}

    made = drawn(job(text("", WIDE, plate=plate)))

    assert made.texts == ()
    assert (made.image.numpy() == 255).all()


def test_a_text_that_another_job_wrote_is_set_like_one_that_was_given() -> None:
    written = job(
        text(None, WIDE, text_file={"upload": "00000000-0000-0000-0000-000000000001"}), files=["Olá".encode()]
    )

    assert np.array_equal(pixels(written), pixels(job(text("Olá", WIDE))))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"nul \x00 inside", "no font of the pack has U+0000"),
        (b"many words " * 1000, "has 10,999 characters; 2,000 at most are set"),
    ],
)
def test_a_file_that_cannot_be_set_is_an_error_of_its_field(body: bytes, reason: str) -> None:
    layer = text(None, WIDE, text_file={"upload": "00000000-0000-0000-0000-000000000001"})

    path, message = problem(job(layer, files=[body]))

    assert path == "input.layers.0.text_file"
    assert message.startswith(reason)


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\u2028", "\u2029"])
def test_every_kind_of_line_break_begins_a_line(separator: str) -> None:
    assert only(job(text(f"One{separator}Two", WIDE))).lines == 2


def test_a_plate_is_as_high_as_the_line_whatever_letters_are_on_it() -> None:
    plate = {"paint": {"kind": "solid", "color": "#00ff00"}, "padding_x": 10, "padding_y": 5}
    heights = {
        inked(pixels(job(text(written, WIDE, color="#00ff00", plate=plate))))["height"] for written in ("ace", "Ågj")
    }

    assert len(heights) == 1
