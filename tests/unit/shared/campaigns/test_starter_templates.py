"""The templates that ship: each is whole, on every canvas, in every direction of writing."""

from __future__ import annotations

import pytest

from shared.campaigns import starter
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placed import Value
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import NAMED, read_size
from shared.catalog.inputs.composite import CompositeInput
from tests.unit.shared.campaigns.conftest import UPLOAD

SIZES = [*NAMED, "1080x1080", "a4-300dpi", "a5-150dpi-landscape"]


def test_there_are_six_at_least() -> None:
    assert len(starter.layouts()) >= 6


@pytest.mark.parametrize("name", starter.documents())
def test_a_starter_template_makes_a_valid_scene_of_its_examples_on_every_canvas(name: str) -> None:
    layout = starter.layouts()[name]
    look = look_of(layout, None)
    values: dict[str, Value] = {
        field.name: (field.example or field.name) if field.kind == "text" else {"upload": UPLOAD}
        for field in layout.fields
    }

    for size in SIZES:
        for locale in ("en", "ar"):
            scene = compiled(layout, read_size(size), locale, look).scene(values, generated=True)
            CompositeInput.model_validate({**scene, "output": {"format": "jpeg"}})


@pytest.mark.parametrize("name", starter.documents())
def test_a_starter_template_has_an_example_for_every_text_and_a_label_of_generated_content(name: str) -> None:
    layout = starter.layouts()[name]

    assert [field.name for field in layout.fields if field.kind == "text" and not field.example] == []
    assert any(layer.kind == "ai-label" for layer in layout.layers)
