"""Ready recipes, as a page to choose from."""

from __future__ import annotations

from flask import Blueprint, render_template

from shared.accounts.service import Scope
from web.auth import signed_in
from web.pages.models import choosable_models
from web.pages.recipe_book import ready
from web.transactions import tenant_session

blueprint = Blueprint("recipe_pages", __name__)


@blueprint.get("/recipes")
@signed_in(Scope.READ)
def show() -> str:
    """Those that the workspace's models can run."""
    with tenant_session() as session:
        models = choosable_models(session)
    return render_template("recipes.html", tab="/recipes", recipes=ready(models))
