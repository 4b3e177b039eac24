from __future__ import annotations

import numpy as np
import pytest

from shared.errors import InputRefused
from tests.unit.worker.compositing.scenes import box, drawn, job, picture, pixels, plain, png, text
from worker.compositing import contrast
from worker.compositing.overlay import Rgba

PLACE = box(20, 40, 360, 120)
WHITE = {"color": "#ffffff", "contrast": 4.5, "weight": 700}


def behind(*levels: int) -> contrast.Pixels:
    return np.array([levels], np.uint8)


@pytest.mark.parametrize(
    ("color", "background", "expected"),
    [
        # The examples of WCAG's understanding document and of its contrast checkers.
        ("#000000", (255, 255, 255), 21.0),
        ("#ffffff", (255, 255, 255), 1.0),
        ("#777777", (255, 255, 255), 4.48),
        ("#0000ff", (255, 255, 255), 8.59),
        ("#ff0000", (255, 255, 255), 4.0),
    ],
)
def test_the_ratio_is_that_of_wcag(color: str, background: tuple[int, int, int], expected: float) -> None:
    assert contrast.measured(Rgba.parse(color), 1, behind(*background)) == pytest.approx(expected, abs=0.01)


def test_a_text_that_lets_through_is_mixed_before_it_is_measured() -> None:
    faint = contrast.measured(Rgba.parse("#00000080"), 1, behind(255, 255, 255))

    assert faint == pytest.approx(contrast.measured(Rgba.parse("#7f7f7f"), 1, behind(255, 255, 255)), abs=0.1)


def test_a_bright_spot_behind_some_letters_is_not_averaged_away() -> None:
    dark = plain(400, 200, 0, 0, 0).insert(plain(60, 200, 255, 255, 255), 150, 0)
    layers = picture(box(0, 0, 400, 200)), text("White words here", PLACE, **WHITE)

    with pytest.raises(InputRefused) as caught:
        drawn(job(*layers, files=[png(dark)]))

    (problem,) = caught.value.problems
    assert problem.path == "input.layers.1.contrast"
    assert problem.message == ("has a contrast of 1.00 against what is behind it, of 4.5, and no scrim is allowed")


def test_a_bright_spot_beside_the_letters_does_not_count() -> None:
    dark = plain(400, 200, 0, 0, 0).insert(plain(400, 30, 255, 255, 255), 0, 170)
    layers = picture(box(0, 0, 400, 200)), text("White words", box(20, 20, 360, 80), **WHITE)

    (found,) = drawn(job(*layers, files=[png(dark)])).texts

    assert found.contrast == pytest.approx(21)


@pytest.mark.parametrize("level", [140, 180, 255])
def test_a_scrim_is_as_strong_as_it_has_to_be_and_no_stronger(level: int) -> None:
    layers = picture(box(0, 0, 400, 200)), text("White words", PLACE, scrim="#000000", **WHITE)

    (found,) = drawn(job(*layers, files=[png(plain(400, 200, level, level, level))])).texts

    assert found.contrast is not None
    assert 4.5 <= found.contrast < 5.0
    assert 0 < found.scrim < 1


def test_there_is_no_scrim_where_the_contrast_is_enough() -> None:
    scene = picture(box(0, 0, 400, 200)), text("White words", PLACE, scrim="#000000", **WHITE)

    (found,) = drawn(job(*scene, files=[png(plain(400, 200, 40, 40, 40))])).texts

    assert found.scrim == 0


def test_a_scrim_fades_away_before_the_edge_of_the_picture() -> None:
    layers = picture(box(0, 0, 600, 400)), text("White", box(200, 160, 200, 80), scrim="#000000", **WHITE)

    image = pixels(job(*layers, files=[png(plain(600, 400, 200, 200, 200))], size=(600, 400)))

    assert (image[0] == 200).all()
    assert np.abs(np.diff(image[:, 300, 0].astype(int)))[:140].max() < 12


def test_a_scrim_that_is_not_enough_at_its_strongest_is_an_error() -> None:
    layers = picture(box(0, 0, 400, 200)), text("White words", PLACE, scrim="#00000040", **WHITE)

    with pytest.raises(InputRefused, match=r"of 4\.5; 1\.\d\d behind the scrim at its full strength"):
        drawn(job(*layers, files=[png(plain(400, 200, 255, 255, 255))]))
