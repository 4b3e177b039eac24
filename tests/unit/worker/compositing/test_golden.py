from __future__ import annotations

import numpy as np
import pytest
import pyvips

from tests.unit.worker.compositing.golden import FOLDER, SCENES, path_of
from tests.unit.worker.compositing.scenes import pixels


@pytest.mark.parametrize("name", SCENES)
def test_every_script_gives_the_same_pixels_on_every_machine(name: str) -> None:
    golden = pyvips.Image.new_from_file(str(path_of(name))).numpy()

    assert np.array_equal(pixels(SCENES[name]), golden)


def test_there_is_a_scene_for_every_golden_picture() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(SCENES)
