"""The recipe: what a run is asked to do, as data.

Forbids unknown keys and imports nothing of the project. `graphs/recipe_file.py` reads one from a
file; whether roles, files and endpoints exist is for those who use them to say.
"""

from .graph import Graph, Insertion, Noise
from .models import ModelSettings, Price
from .panel import Canaries, Judge, Panel, Variants
from .plan import AxisValue, Coverage, Samples
from .recipe import Limits, Recipe
from .screen import Check, Duplicates
from .section import Section

__all__ = [
    "AxisValue",
    "Canaries",
    "Check",
    "Coverage",
    "Duplicates",
    "Graph",
    "Insertion",
    "Judge",
    "Limits",
    "ModelSettings",
    "Noise",
    "Panel",
    "Price",
    "Recipe",
    "Samples",
    "Section",
    "Variants",
]
