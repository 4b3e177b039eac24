"""On a GPU: architectures of real size, with random weights, run as fast through the family as without it."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"),
    pytest.mark.timeout(1200),
]


def test_every_goal_of_the_families_holds_on_this_device(tmp_path: Path) -> None:
    from tests.benchmarks.families import plain_loops
    from worker.gpu_process import choose_device

    figures = list(plain_loops.measure(tmp_path, choose_device("cuda"), rounds=5))

    assert [f"{figure.name}: {figure.text()}, {figure.goal}" for figure in figures if not figure.holds] == []


@pytest.mark.parametrize("options", [{}, {"offload": "model"}, {"channels_last": True}, {"compile": True}], ids=str)
def test_memory_is_given_back_and_pictures_stay_the_same_whatever_the_options(
    tmp_path: Path, options: dict[str, object]
) -> None:
    import gc

    import numpy as np

    from shared.catalog.families import FamilyName
    from shared.catalog.inputs.text_to_image import TextToImageInput
    from tests.benchmarks.families.subject import TimedControl
    from tests.conformance.tiny import stable_diffusion
    from worker.families.base import ModelRef
    from worker.families.registry import FAMILY_RUNNERS
    from worker.gpu_process import choose_device
    from worker.media.image import ImageMedia

    stable_diffusion.save(tmp_path)
    family, device = FAMILY_RUNNERS[FamilyName.TEXT_TO_IMAGE], choose_device("cuda")
    job_input = TextToImageInput(prompt="a beach", seed=1, width=32, height=32, num_inference_steps=3)
    pictures = []
    before = torch.cuda.memory_allocated()
    for chosen in ({}, options):
        loaded = family.load(
            ModelRef("tiny", FamilyName.TEXT_TO_IMAGE, "1", tmp_path, options={"dtype": "float32", **chosen}), device
        )
        ((picture,),) = family.generate(loaded, [job_input], TimedControl(1))
        assert isinstance(picture, ImageMedia)
        pictures.append(picture.pixels.astype(int))
        del loaded
        gc.collect()
        torch.cuda.empty_cache()

    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    assert torch.cuda.memory_allocated() - before < 2**20
