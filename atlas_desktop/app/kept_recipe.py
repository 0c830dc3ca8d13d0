"""The recipe of a dataset as the store keeps it."""

import orjson

from atlas_desktop.domain.dataset_plan import USUAL, Recipe


def kept_recipe(recipe: Recipe) -> str:
    """As the store keeps it."""
    return orjson.dumps(
        {
            "expects": recipe.expects, "objects": recipe.objects, "one_of_equal": recipe.one_of_equal,
            "test_share": recipe.test_share, "name": recipe.name, "into": recipe.into,
        }
    ).decode()  # fmt: skip


def recipe_of(kept: str | None) -> Recipe:
    """Back again; the usual one where there is none, or it is of another version of the program."""
    try:
        return Recipe(**orjson.loads(kept)) if kept else USUAL
    except (TypeError, ValueError):
        return USUAL
