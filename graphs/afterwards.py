"""What a role needs that works on a stored run: its model, and its prompt.

Knows neither what the role does nor what of the run it looks at.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import PromptError, RecipeError
from ..models import OFFLINE
from ..prompts import PromptSet
from ..recipe import Recipe
from .prepare import Overrides


def recipe_for(role: str, run: dict[str, Any], overrides: Overrides) -> Recipe:
    """The run's recipe with no model but this role's, which the options are for.

    Raises RecipeError where a run with real models would be looked at offline unsaid.
    """
    recipe = Recipe.model_validate(run["recipe"])
    named = overrides.model is not None or {role, "default"} & set(recipe.models)
    if not named and any(settings.model != OFFLINE for settings in recipe.models.values()):
        raise RecipeError(
            f"the run's recipe names no model for {role!r} and no `default`",
            hint="name one: --model NAME --base-url URL",
        )
    alone = recipe.model_copy(update={"models": {role: recipe.settings(role)}})
    return overrides.apply(alone)


def prompts_for(role: str, recipe: Recipe, allowed: Collection[str]) -> PromptSet:
    """The packaged prompts, or those of the recipe's folder if it can be found from here.

    Raises PromptError for a prompt of the role that wants what the role never sees.
    """
    folder = Path(recipe.prompts) if recipe.prompts else None
    prompts = PromptSet(recipe.language, folder if folder and folder.is_dir() else None)
    for name in prompts.get(role).front.inputs:
        if name not in allowed:
            article = "an" if role[0] in "aeiou" else "a"
            raise PromptError(
                f"prompt {role!r} declares {name!r}, which {article} {role} never sees",
                hint=f"it may see {', '.join(allowed)}",
            )
    return prompts
