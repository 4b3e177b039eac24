"""The ready recipes: each is a form that its family takes as it stands."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.models import Model
from shared.identifiers import new_id
from web.pages.form_fields import INPUT, fields_of, read_input
from web.pages.recipe_book import RECIPES, Area, Recipe, ready

_FAMILIES = {each.value: each for each in FAMILIES}
_RUNNABLE = [each for each in RECIPES if each.family in _FAMILIES]
_IMAGES = Path("web/static/img")


@pytest.mark.parametrize("recipe", _RUNNABLE, ids=lambda recipe: recipe.title)
def test_a_recipe_with_the_files_it_asks_for_is_a_whole_input(recipe: Recipe) -> None:
    input_type = FAMILIES[_FAMILIES[recipe.family]].input_type
    schema = input_type.model_json_schema()
    fields = {each.name: each for each in fields_of(schema, {}, {})}
    assert recipe.values.keys() <= fields.keys()
    asked = {
        each.name: f"upload:{new_id()}" for each in fields.values() if each.is_file and _is_asked_for(recipe, each.name)
    }
    filled = {INPUT + name: value for name, value in {**asked, **recipe.values}.items()}
    input_type.model_validate(read_input(schema, filled))


def _is_asked_for(recipe: Recipe, field: str) -> bool:
    """Whether the recipe's words have people give a file there: its first one."""
    return recipe.words.startswith(("Give", "A recording")) and field in ("image", "audio", "melody")


def test_a_recipe_runs_on_the_first_model_of_its_family() -> None:
    models = [Model(name=name, family=FamilyName.TEXT) for name in ("a/first", "a/second")]
    found = ready(models)
    assert list(found) == [Area.ADVERTISING]
    address = urlsplit(found[Area.ADVERTISING][0].href)
    assert parse_qs(address.query)["model"] == ["a/first"]


@pytest.mark.parametrize("family", FamilyName)
def test_every_family_has_its_picture(family: FamilyName) -> None:
    assert (_IMAGES / f"family-{family.value}.svg").is_file()
