"""Which labels may stand together: `never`, `only` and `when`, as written and in normal form.

A condition is a name and the values that fulfil it. The name is an attribute, an axis, or
`category`, whose values are nodes: it holds for every leaf at or below one of them. A condition on
a label that a sample does not have does not hold. Knows nothing of how samples are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

CATEGORY = "category"

Kind = Literal["never", "only", "when"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One name and the values that fulfil it."""

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} {' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One rule of a taxonomy or a recipe.

    - never: not all of `conditions` hold in one sample (SQL with React).
    - only: where all of `conditions` hold, all of `demands` hold as well, as far as the sample has
      such a label (Android only with Kotlin or Java).
    - when: `attribute` exists only where all of `conditions` hold.
    """

    kind: Kind
    conditions: tuple[Condition, ...]
    demands: tuple[Condition, ...] = ()
    attribute: str = ""
    line: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        joined = " with ".join(map(str, self.conditions))
        if self.kind == "never":
            return f"never {joined}"
        if self.kind == "only":
            return f"{joined} only with {' and '.join(map(str, self.demands))}"
        return f"{self.attribute} only when {joined}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the shape in which a file has it."""
        conditions = {c.name: list(c.values) for c in self.conditions}
        if self.kind == "never":
            return {"never": conditions}
        if self.kind == "only":
            return {"only": conditions, "with": {c.name: list(c.values) for c in self.demands}}
        return {"attribute": self.attribute, "when": conditions}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], line: int | None = None) -> Self:
        """The constraint that `to_dict` wrote. Values may be single texts.

        Raises ValueError for any other shape.
        """
        keys = set(data)
        if keys == {"never"}:
            return cls("never", _conditions(data["never"], least=2), line=line)
        if keys == {"only", "with"}:
            return cls("only", _conditions(data["only"]), _conditions(data["with"]), line=line)
        if keys == {"attribute", "when"} and isinstance(data["attribute"], str):
            name = data["attribute"]
            return cls("when", _conditions(data["when"]), attribute=name, line=line)
        raise ValueError("a constraint is `never`, `only` + `with`, or `attribute` + `when`")


def _conditions(data: object, least: int = 1) -> tuple[Condition, ...]:
    if not isinstance(data, Mapping) or len(data) < least:
        count = "two names" if least == 2 else "a name"
        raise ValueError(f"wanted is a mapping from at least {count} to values")
    found = []
    for name, values in data.items():
        listed = [values] if isinstance(values, str) else values
        if not isinstance(listed, list | tuple) or not listed:
            raise ValueError(f"the values of {name!r} are a text or a list of texts")
        if not all(isinstance(value, str) for value in (name, *listed)):
            raise ValueError(f"the values of {name!r} are a text or a list of texts: use quotes")
        found.append(Condition(name, tuple(listed)))
    return tuple(found)
