"""Templates of first messages, dealt out evenly to the samples that they fit.

Which template and which values a sample gets hangs on the seed and on how many before it got one;
another try at a slot keeps its template. Knows nothing of recipes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..blueprint import Blueprint
from .samplers import Row

FORM = ("instruction_form", "template")
"""The label of samples whose first message is a filled template."""
Labels = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Template:
    """A first message with slots."""

    text: str
    """As it was written."""
    pieces: Sequence[tuple[str, str]]
    """Text, and the name of the slot behind it; "" for none."""
    rows: Mapping[str, Row]
    """By slot what it is drawn from."""
    labels: Mapping[str, tuple[str, Mapping[str, str]]]
    """By slot a label whose value it shows, and how values are shown that have other names."""
    leaves: frozenset[str] | None = None
    """Ids of the leaves that it fits; None for all."""

    def fits(self, leaf: str, labels: Labels) -> bool:
        """Whether a sample of the leaf with these labels can have it."""
        if FORM not in labels or (self.leaves is not None and leaf not in self.leaves):
            return False
        names = {name for name, _ in labels}
        return all(name in names for name, _ in self.labels.values())

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with a value in every slot."""
        return "".join(text + (values[slot] if slot else "") for text, slot in self.pieces)

    def shown(self, labels: Labels) -> dict[str, str]:
        """The values of the slots that show labels."""
        own = dict(labels)
        return {
            slot: called.get(own[name], own[name]) for slot, (name, called) in self.labels.items()
        }

    def told(self, drawn: Mapping[str, str], labels: Labels) -> dict[str, Any]:
        """What a blueprint says of it: the opening and the parameters, in the text's order."""
        values = {**drawn, **self.shown(labels)}
        slots = dict.fromkeys(slot for _, slot in self.pieces if slot)
        return {
            "opening": self.filled(values),
            "parameters": tuple((slot, values[slot]) for slot in slots),
        }


@dataclass(slots=True)
class Deal:
    """One walk through the plan: who got what so far."""

    templates: "Templates"
    used: list[int]
    """By template."""

    def of(self, leaf: str, labels: Labels) -> dict[str, Any]:
        """Fields of the blueprint of the next slot: empty where no template fits."""
        templates = self.templates
        fitting = [n for n, one in enumerate(templates.all) if one.fits(leaf, labels)]
        if not fitting:
            return {}
        number = min(fitting, key=lambda n: self.used[n])
        one, turn = templates.all[number], self.used[number]
        self.used[number] += 1
        drawn = {
            slot: row.drawn(turn, templates.seed, number, slot) for slot, row in one.rows.items()
        }
        return one.told(drawn, labels)


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a plan, in the order of the recipe."""

    all: Sequence[Template] = field(default=())
    seed: int = 0

    def deal(self) -> Deal:
        """Begin a walk through the plan."""
        return Deal(self, [0] * len(self.all))

    def again(self, blueprint: Blueprint, attempt: int) -> dict[str, Any]:
        """The same template with other values, for another try at the slot of a blueprint."""
        number = self.number(blueprint)
        if number is None:
            return {}
        one = self.all[number]
        drawn = {
            slot: row.other(attempt, self.seed, number, slot, blueprint.slot)
            for slot, row in one.rows.items()
        }
        return one.told(drawn, blueprint.labels)

    def number(self, blueprint: Blueprint) -> int | None:
        """Which template a blueprint was filled from; None for none of these."""
        values = dict(blueprint.parameters)
        for number, one in enumerate(self.all):
            slots = {slot for _, slot in one.pieces if slot}
            if values and slots == set(values) and one.filled(values) == blueprint.opening:
                return number
        return None
