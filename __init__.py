"""Fine-tuning data from a taxonomy: made and judged by agents, every decision on record.

Everything public is named here and imported when it is first used, so that importing the package
costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .agents import Call, Draft, Reject, Result, Role, Scene, operation, role
    from .errors import TaxoloomError
    from .graphs.generate import Options, agenerate, generate
    from .graphs.grow import GrowOptions, agrow, grow
    from .graphs.grown import Growth
    from .graphs.label import LabelOptions, alabel, label
    from .graphs.labelled import LabelledData
    from .graphs.recipe_file import load_recipe
    from .graphs.run import Run, Sample, Summary
    from .graphs.trace import Trace
    from .models.scripted import ScriptedChat
    from .quality import panel_policy
    from .quality.rules import rule
    from .recipe import Recipe
    from .taxonomy import Taxonomy, load

_HOME = {
    "Call": ".agents",
    "Draft": ".agents",
    "GrowOptions": ".graphs.grow",
    "Growth": ".graphs.grown",
    "LabelOptions": ".graphs.label",
    "LabelledData": ".graphs.labelled",
    "Options": ".graphs.generate",
    "Recipe": ".recipe",
    "Reject": ".agents",
    "Result": ".agents",
    "Role": ".agents",
    "Run": ".graphs.run",
    "Sample": ".graphs.run",
    "Scene": ".agents",
    "ScriptedChat": ".models.scripted",
    "Summary": ".graphs.run",
    "TaxoloomError": ".errors",
    "Taxonomy": ".taxonomy",
    "Trace": ".graphs.trace",
    "agenerate": ".graphs.generate",
    "agrow": ".graphs.grow",
    "alabel": ".graphs.label",
    "generate": ".graphs.generate",
    "grow": ".graphs.grow",
    "label": ".graphs.label",
    "load": ".taxonomy",
    "load_recipe": ".graphs.recipe_file",
    "operation": ".agents",
    "panel_policy": ".quality",
    "role": ".agents",
    "rule": ".quality.rules",
}

__all__ = [
    "Call",
    "Draft",
    "GrowOptions",
    "Growth",
    "LabelOptions",
    "LabelledData",
    "Options",
    "Recipe",
    "Reject",
    "Result",
    "Role",
    "Run",
    "Sample",
    "Scene",
    "ScriptedChat",
    "Summary",
    "TaxoloomError",
    "Taxonomy",
    "Trace",
    "__version__",
    "agenerate",
    "agrow",
    "alabel",
    "generate",
    "grow",
    "label",
    "load",
    "load_recipe",
    "operation",
    "panel_policy",
    "role",
    "rule",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'taxoloom' has no attribute {name!r}")
    return getattr(import_module(_HOME[name], __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
