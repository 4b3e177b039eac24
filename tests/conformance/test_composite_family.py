"""What the family of composites promises: exact pictures, one by one, and precise refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pyvips

from shared.catalog.families import FamilyName
from shared.catalog.inputs.composite import CompositeInput
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.scene import ImageLayer
from shared.errors import ForwardBatchInterrupted, InputRefused
from tests.conformance.step_controls import Steps
from worker.compositing.family import Compositing, Compositor
from worker.compositing.revision import revision
from worker.compositing.setting import use_pack
from worker.families.base import Device, ModelRef

# Before any other test sets a text.
assert use_pack()
ROOT = Path(__file__).parents[2]
FAMILY = Compositing()
SIZE = (320, 200)


@pytest.fixture
def loaded() -> Compositor:
    return FAMILY.load(ModelRef("bottega/composite", FamilyName.COMPOSITE, revision(), ROOT), Device())


def creative(headline: str, form: str = "png", **output: Any) -> CompositeInput:
    """A small advertisement: a picture, a shade over it, a headline and a button."""
    whole = {"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
    made = CompositeInput.model_validate(
        {
            "canvas": {"width": SIZE[0], "height": SIZE[1]},
            "layers": [
                {"kind": "image", "name": "photo", "image": {"upload": str(UUID(int=1))}, "box": whole},
                {"kind": "shape", "name": "shade", "box": whole, "paint": {"kind": "solid", "color": "#00000080"}},
                headline_layer(headline),
            ],
            "output": {"format": form, **output},
        }
    )
    photo = made.layers[0]
    assert isinstance(photo, ImageLayer)
    photo.image.attach(StoredFile("image/png", picture()))
    return made


def headline_layer(headline: str) -> Mapping[str, Any]:
    box = {"x": 20, "y": 20, "width": 280, "height": 120}
    look = {"color": "#ffffff", "size_min": 20, "size_max": 60, "weight": 700, "contrast": 4.5}
    return {"kind": "text", "name": "headline", "text": headline, "box": box, **look}


def picture() -> bytes:
    level = [60, 90, 120]
    return bytes((pyvips.Image.black(40, 30, bands=3) + level).cast("uchar").pngsave_buffer())


def bodies(loaded: Compositor, *inputs: CompositeInput) -> list[bytes]:
    return [media[0].encode().body for media in FAMILY.generate(loaded, inputs, Steps())]


def test_a_creative_comes_with_what_a_reviewer_wants_to_know(loaded: Compositor) -> None:
    ((media,),) = FAMILY.generate(loaded, [creative("Fresh coffee", "jpeg", quality=80)], Steps())

    encoded = media.encode()
    assert (encoded.media_type, encoded.extension) == ("image/jpeg", "jpg")
    assert (encoded.facts["width"], encoded.facts["height"]) == SIZE
    assert encoded.facts["quality"] == 80
    (headline,) = encoded.facts["texts"]
    assert headline["name"] == "headline"
    assert headline["size"] == 52
    assert headline["lines"] == 2
    assert headline["contrast"] > 4.5
    assert headline["scrim"] == 0
    json.dumps(encoded.facts)


def test_a_creative_does_not_depend_on_its_neighbours_nor_on_what_was_made_before(loaded: Compositor) -> None:
    together = bodies(loaded, creative("One"), creative("Two"), creative("One"))
    again = Compositing()
    fresh = again.load(ModelRef("bottega/composite", FamilyName.COMPOSITE, revision(), ROOT), Device())

    assert together[0] == together[2] != together[1]
    assert together[1] == bodies(loaded, creative("Two"))[0] == bodies(fresh, creative("Two"))[0]


def test_every_member_is_a_step(loaded: Compositor) -> None:
    steps = Steps()

    FAMILY.generate(loaded, [creative("One"), creative("Two"), creative("Three")], steps)

    assert steps.said == [(1, 3), (2, 3), (3, 3)]


def test_a_member_that_is_canceled_gets_nothing_and_costs_nothing_more(loaded: Compositor) -> None:
    made = FAMILY.generate(loaded, [creative("One"), creative("Two"), creative("Three")], Steps(frozenset({1})))

    assert [len(media) for media in made] == [1, 0, 1]


def test_an_interrupted_forward_batch_ends_at_once(loaded: Compositor) -> None:
    with pytest.raises(ForwardBatchInterrupted):
        FAMILY.generate(loaded, [creative("One"), creative("Two")], Steps(interrupt_at=1))


def test_a_creative_that_cannot_be_made_spoils_no_other(loaded: Compositor) -> None:
    good, bad = creative("Good"), creative("Incomprehensibilities" * 3)

    with pytest.raises(InputRefused, match=r"input\.layers\.2\.text: does not fit"):
        FAMILY.generate(loaded, [good, bad], Steps())

    # The executor runs the halves again: what was finished is not drawn twice.
    spared = loaded.spared[0][1]
    assert FAMILY.generate(loaded, [good], Steps()) == [[spared]]


def test_a_character_without_a_font_is_refused_before_anything_is_drawn(loaded: Compositor) -> None:
    with pytest.raises(InputRefused, match=r"input\.layers\.2\.text: no font of the pack has U\+16A0"):
        FAMILY.check(loaded, creative("ᚠ"))


def test_the_revision_says_what_the_pixels_depend_on() -> None:
    program = "from worker.compositing.revision import revision; print(revision())"

    elsewhere = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True)

    assert elsewhere.stdout.strip() == revision()
    assert len(revision()) == 64


def test_a_process_that_composes_loads_no_model_library() -> None:
    program = (
        "import sys, worker.compositing.family, worker.compositing.revision;"
        "print([name for name in ('torch', 'transformers', 'diffusers', 'tokenizers') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
