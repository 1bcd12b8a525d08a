"""What is there to cover? The tree of categories, the axes, and the plan of blueprints.

`load` reads a taxonomy in any of its formats; a `Taxonomy` answers questions about its nodes and
the attributes that they inherit. Within: `formats/` files, `planning/` plans, `measuring/`
coverage, `growing/` additions. Knows nothing of models, prompts or runs.
"""

from .axes import Axis, AxisValue, Chosen, axes
from .blueprint import Blueprint
from .constraints import Constraint
from .formats.load import load
from .planning.chance import evenly, phase
from .planning.cover import Goal
from .planning.details import Details
from .planning.plan import Plan
from .planning.seen import Seen
from .planning.space import Space
from .planning.target import Target
from .planning.templates import Templates
from .tree import PATH_SEPARATOR, Attribute, Node, Taxonomy, Value

__all__ = [
    "PATH_SEPARATOR",
    "Attribute",
    "Axis",
    "AxisValue",
    "Blueprint",
    "Chosen",
    "Constraint",
    "Details",
    "Goal",
    "Node",
    "Plan",
    "Seen",
    "Space",
    "Target",
    "Taxonomy",
    "Templates",
    "Value",
    "axes",
    "evenly",
    "load",
    "phase",
]
