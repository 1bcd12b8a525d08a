"""The recipe: what a run is asked to do, as data.

Forbids unknown keys and imports nothing of the project. `graphs/recipe_file.py` reads one from a
file; whether roles, files and endpoints exist is for those who use them to say.
"""

from .embeddings import Embeddings
from .graph import Graph, Insertion, Noise
from .linked import Depths, Languages, Linked, Wordings
from .models import ModelSettings, Price
from .panel import Canaries, Judge, Panel, Variants
from .plan import AxisValue, Coverage, Samples
from .recipe import Limits, Recipe
from .screen import Check, Duplicates
from .section import Section
from .templates import Slot, Template

__all__ = [
    "AxisValue",
    "Canaries",
    "Check",
    "Coverage",
    "Depths",
    "Duplicates",
    "Embeddings",
    "Graph",
    "Insertion",
    "Judge",
    "Languages",
    "Limits",
    "Linked",
    "ModelSettings",
    "Noise",
    "Panel",
    "Price",
    "Recipe",
    "Samples",
    "Section",
    "Slot",
    "Template",
    "Variants",
    "Wordings",
]
