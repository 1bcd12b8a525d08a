"""Rules: what can be seen wrong with a sample without asking a model.

`run_rules(sample, settings, BUILT_IN)` says what is found; `sample_of` makes a sample of a row of
any data set; `settings_for` reads what a user set. A plugin makes rules with `@rule`, and
`rules_in` finds them in its module.
"""

from types import ModuleType

from . import (
    characters,
    copies,
    execution,
    fenced,
    hollow,
    label_words,
    language,
    leftovers,
    length,
    numbers,
    parameters,
    privacy,
    promises,
    repetition,
    structure,
    timeliness,
)
from .axes import context, depth, form, genre, reasoning, tone
from .rows import sample_of
from .rule import Finding, Limit, Rule, Sample, Spot, rule, run_rules
from .settings import Setting, Settings, settings_for


def rules_in(module: ModuleType) -> list[Rule]:
    """The rules that a module made or took over, in their order."""
    return [thing for thing in vars(module).values() if isinstance(thing, Rule)]


_MODULES = (
    hollow,
    structure,
    characters,
    language,
    leftovers,
    repetition,
    length,
    copies,
    label_words,
    privacy,
    timeliness,
    numbers,
    fenced,
    promises,
    context,
    depth,
    form,
    parameters,
    genre,
    tone,
    reasoning,
    execution,
)
BUILT_IN: tuple[Rule, ...] = tuple(one for module in _MODULES for one in rules_in(module))
"""In the order in which they run."""

__all__ = [
    "BUILT_IN",
    "Finding",
    "Limit",
    "Rule",
    "Sample",
    "Setting",
    "Settings",
    "Spot",
    "rule",
    "rules_in",
    "run_rules",
    "sample_of",
    "settings_for",
]
