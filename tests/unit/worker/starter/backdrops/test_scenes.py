import numpy as np
import pytest

from worker.starter.backdrops.palette import COLOURS, MOODS, SHADES, TIMES, Palette, harmonious, oklch_to_rgb
from worker.starter.backdrops.scenes import OUTDOORS, SCENES, SUBJECTS, Picture, render


def _picture(scene: str) -> Picture:
    return Picture(scene, "teal", "dawn" if scene in OUTDOORS else None, None, "red" if scene in SUBJECTS else None)


@pytest.mark.parametrize("scene", SCENES)
def test_a_seed_decides_every_pixel_of_a_scene(scene: str) -> None:
    first, again, other = (render(_picture(scene), seed, 64) for seed in (7, 7, 8))
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_visibly_dyed_by_its_shade(scene: str) -> None:
    tint = "gray" if scene in SUBJECTS else None
    red, blue = (
        render(Picture(scene, shade, tint=tint), 3, 64).astype(float).mean((0, 1)) for shade in ("red", "blue")
    )
    assert red[0] - red[2] > 25
    assert blue[2] - blue[0] > 25


def test_night_is_darker_than_day_wherever_there_is_a_sky() -> None:
    for scene in OUTDOORS:
        night, day = (render(Picture(scene, None, time), 5, 64).mean() for time in ("night", "day"))
        assert night < 0.75 * day, scene


def test_every_shade_stays_in_gamut_and_keeps_its_hue() -> None:
    for name, shade in SHADES.items():
        colour = Palette(name).ink(0.6, 0.1, 40)
        assert colour.min() >= 0
        assert colour.max() <= 1
        if shade.colour in ("red", "green", "blue"):
            assert int(colour.argmax()) == ("red", "green", "blue").index(shade.colour), name


def test_white_and_black_are_the_ends_of_the_lightness_scale() -> None:
    assert oklch_to_rgb(1.0, 0.0, 0.0) == pytest.approx([1, 1, 1], abs=2e-3)
    assert oklch_to_rgb(0.0, 0.0, 0.0) == pytest.approx([0, 0, 0], abs=2e-3)


def test_every_colour_can_be_drawn_at_some_time_and_in_some_mood() -> None:
    for colour in COLOURS:
        assert any(harmonious(colour, time, None) for time in TIMES), colour
        assert any(harmonious(colour, None, mood) for mood in MOODS), colour
