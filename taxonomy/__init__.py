"""What is there to cover? The tree of categories, the axes, and the plan of blueprints.

`load` reads a taxonomy from YAML, JSON or a Markdown outline; a `Taxonomy` answers questions about
its nodes and the attributes that they inherit. Knows nothing of models, prompts or runs.
"""

from .axes import Axis, AxisValue, axes
from .blueprint import Blueprint
from .load import load
from .plan import Plan
from .tree import PATH_SEPARATOR, Attribute, Node, Taxonomy, Value

__all__ = [
    "PATH_SEPARATOR",
    "Attribute",
    "Axis",
    "AxisValue",
    "Blueprint",
    "Node",
    "Plan",
    "Taxonomy",
    "Value",
    "axes",
    "load",
]
