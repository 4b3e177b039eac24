"""Boxes: relative to a canvas, anchored, mirrored."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.campaigns.design.lengths import Anchor, Area, Box, Length, Offset, TypeSize, Unit

CANVASES = [(1080, 1080), (1080, 1920), (1200, 628), (728, 90), (2480, 3508), (160, 600), (16, 16)]
ANCHORS = get_args(Anchor)
fractions = st.floats(0, 1, allow_nan=False)


@st.composite
def boxes_on_the_canvas(draw: st.DrawFn) -> Box:
    """Boxes that say of themselves that they lie on the canvas: offset and length make one at most."""
    anchor = draw(st.sampled_from(ANCHORS))
    values: dict[str, float] = {}
    for offset, length, ends in (("x", "width", ("left", "right")), ("y", "height", ("top", "bottom"))):
        size = draw(st.floats(0.001, 1))
        is_at_an_end = any(end in anchor.split("-") for end in ends)
        room = (1 - size) if is_at_an_end else (1 - size) / 2
        moved = draw(st.floats(0 if is_at_an_end else -room, room))
        values |= {offset: moved, length: size}
    return Box.model_validate({"anchor": anchor, **values})


@given(boxes_on_the_canvas(), st.sampled_from(CANVASES))
def test_a_box_within_its_fractions_lies_on_every_canvas(box: Box, canvas: tuple[int, int]) -> None:
    width, height = canvas

    placed = box.placed(Area(0, 0, width, height), min(canvas)).rounded()

    # Half a pixel may be rounded up, and no layer is narrower than a pixel.
    assert placed["x"] >= 0
    assert placed["y"] >= 0
    assert placed["x"] + placed["width"] <= width + 1
    assert placed["y"] + placed["height"] <= height + 1


@given(boxes_on_the_canvas(), st.sampled_from(CANVASES))
def test_mirrored_twice_a_box_is_itself(box: Box, canvas: tuple[int, int]) -> None:
    area = Area(0, 0, *canvas)

    assert box.mirrored().mirrored() == box
    there, back = box.placed(area, min(canvas)), box.mirrored().placed(area, min(canvas))
    assert there.x == pytest.approx(canvas[0] - back.x - back.width, abs=1e-6)
    assert (there.y, there.width, there.height) == (back.y, back.width, back.height)


@given(boxes_on_the_canvas())
def test_a_box_is_written_as_it_was_read(box: Box) -> None:
    assert Box.model_validate(box.model_dump(mode="json")) == box


def test_lengths_are_fractions_percentages_of_a_side_or_of_the_shorter_one_or_pixels() -> None:
    read = TypeAdapter[Length](Offset).validate_python

    assert [read(written).pixels(1920, 1080) for written in (0.1, "10%", "10vmin", "24px")] == [192, 192, 108, 24]
    assert read(" -2.5vmin ") == Length(-2.5, Unit.SHORTER)


@pytest.mark.parametrize("written", ["6em", "vmin", "", True, None, float("nan"), "1e3px", [1]])
def test_what_is_no_length_is_refused_with_how_they_are_written(written: object) -> None:
    with pytest.raises(ValidationError, match=r"is a fraction such as 0\.06, or text with a unit"):
        TypeAdapter[Length](Offset).validate_python(written)


def test_a_size_of_type_has_a_unit_since_there_is_no_side_that_it_runs_along() -> None:
    with pytest.raises(ValidationError, match="is text with a unit: 6vmin"):
        TypeAdapter[Length](TypeSize).validate_python(0.06)


def test_boxes_that_touch_go_on_touching_when_they_are_rounded() -> None:
    area = Area(0, 0, 101, 101)
    left = Box.model_validate({"width": 1 / 3}).placed(area, 101).rounded()
    right = Box.model_validate({"x": 1 / 3, "width": 2 / 3}).placed(area, 101).rounded()

    assert left["x"] + left["width"] == right["x"]
    assert right["x"] + right["width"] == 101
