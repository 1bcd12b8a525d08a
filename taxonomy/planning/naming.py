"""What the names in constraints, groups and data mean in a taxonomy with axes.

A name is an attribute or an axis, by its own name, its id or an alias; a value likewise. Knows
nothing of frames: what a rule means at one leaf is seen there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from ...errors import InputError
from ..axes import Axis
from ..constraints import CATEGORY, Condition, Constraint
from ..names import key
from ..tree import PATH_SEPARATOR, Attribute, Node, Taxonomy

_MOST_SHOWN = 8
_MOST_COMPARED = 10_000
_SHORT = 3
_PATH = re.compile(r"\s*[>＞]\s*")
"""A path as people type it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A condition with everything in it known."""

    name: str
    """The key of an attribute or axis; empty for a category."""
    values: frozenset[str] = frozenset()
    """Keys of values."""
    negated: bool = False
    """Whether it holds for every other value instead. A label that is not there holds neither."""
    category: int = -1
    """For a category: its place in `Names.categories`."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Constraints in two shapes: what must not stand together, and what exists when."""

    forbidden: tuple[tuple[Term, ...], ...]
    exists: tuple[tuple[str, tuple[Term, ...]], ...]


class Names:
    """The names of a taxonomy and its axes."""

    def __init__(self, taxonomy: Taxonomy, axes: Sequence[Axis] = ()) -> None:
        self._taxonomy = taxonomy
        self.categories: list[tuple[Node, ...]] = []
        self._canonical: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}
        # An attribute takes the place of an axis of its id, but not of one that is shown as it is.
        for axis in axes:
            self._canonical[key(axis.id)] = axis.id
        seen: set[int] = set()
        for node in taxonomy.walk():
            for attribute in node.attributes:
                if id(attribute) not in seen:
                    seen.add(id(attribute))
                    self._take_attribute(attribute)
        for axis in axes:
            self._take_axis(axis)

    def name(self, written: str) -> str | None:
        """The attribute's name or the axis' id; None for a name that neither has."""
        return self._canonical.get(key(written))

    def value(self, name: str, written: str) -> str | None:
        """The value of a canonical name; None if it has no such value."""
        return self._values.get(name, {}).get(key(written))

    def below(self, nodes: Iterable[Node]) -> frozenset[str]:
        """Ids of the leaves at or below any of these nodes."""
        found: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            children = self._taxonomy.children(node.id)
            if not children:
                found.add(node.id)
            waiting.extend(children)
        return frozenset(found)

    def resolved(self, constraints: Iterable[Constraint]) -> Resolved:
        """The constraints with everything in them known. Raises InputError naming what is not."""
        forbidden: list[tuple[Term, ...]] = []
        exists: list[tuple[str, tuple[Term, ...]]] = []
        for constraint in constraints:
            where = f"constraint `{constraint}`"
            if constraint.line:
                where += f" (line {constraint.line})"
            terms = [self._term(condition, where) for condition in constraint.conditions]
            if constraint.kind == "when":
                exists.append((self._known(constraint.attribute, where), tuple(terms)))
            elif constraint.kind == "never":
                forbidden.append(tuple(terms))
            for demand in constraint.demands:
                term = self._term(demand, where)
                forbidden.append((*terms, _negated(term)))
        return Resolved(tuple(forbidden), tuple(exists))

    def _term(self, condition: Condition, where: str) -> Term:
        if key(condition.name) == CATEGORY and self.name(condition.name) is None:
            nodes = tuple(self.category(value, where) for value in condition.values)
            self.categories.append(nodes)
            return Term("", category=len(self.categories) - 1)
        name = self._known(condition.name, where)
        return Term(name, frozenset(self._known_value(name, v, where) for v in condition.values))

    def category(self, written: str, where: str) -> Node:
        """The category of that name, path or id. Raises InputError, which says where."""
        found = self._taxonomy.find(written) or self._taxonomy.find(_PATH.split(written))
        if found is not None:
            return found
        if written in self._taxonomy:
            return self._taxonomy.node(written)
        named = self._by_name.get(key(written)) or self._by_alias.get(key(written)) or []
        if len(named) == 1:
            return named[0]
        hint = f"write the whole path, with `{PATH_SEPARATOR}` between the names"
        if named:
            raise InputError(f"{where}: more than one category is called {written!r}", hint=hint)
        near = len(self._taxonomy) <= _MOST_COMPARED and get_close_matches(
            key(written), list(self._by_name), n=1
        )
        if near:
            hint = f"did you mean {self._by_name[near[0]][0].name!r}? Or {hint}"
        raise InputError(f"{where}: no category is called {written!r}", hint=hint)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self._taxonomy.walk():
            found.setdefault(key(node.name), []).append(node)
        return found

    @cached_property
    def _by_alias(self) -> Mapping[str, Sequence[Node]]:
        found: dict[str, dict[str, Node]] = {}
        for node in self._taxonomy.walk():
            for _, alias in node.aliases:
                found.setdefault(key(alias), {})[node.id] = node
        return {alias: tuple(nodes.values()) for alias, nodes in found.items()}

    def _known(self, written: str, where: str) -> str:
        name = self.name(written)
        if name is None:
            raise InputError(
                f"{where}: no attribute or axis is called {written!r}",
                hint=_near(written, self._canonical),
            )
        return name

    def _known_value(self, name: str, written: str, where: str) -> str:
        value = self.value(name, written)
        if value is None:
            raise InputError(
                f"{where}: {name!r} has no value {written!r}",
                hint=_near(written, self._values.get(name, {})),
            )
        return value

    def _take_attribute(self, attribute: Attribute) -> None:
        name = self._canonical.setdefault(key(attribute.name), attribute.name)
        for _, alias in attribute.aliases:
            self._canonical.setdefault(key(alias), name)
        values = self._values.setdefault(name, {})
        for value in attribute.values:
            values[key(value.name)] = value.name
        for value in attribute.values:
            for _, alias in value.aliases:
                values.setdefault(key(alias), value.name)

    def _take_axis(self, axis: Axis) -> None:
        self._canonical.setdefault(key(axis.name), axis.id)
        values = self._values.setdefault(axis.id, {})
        for value in axis.values:
            values.setdefault(key(value.id), value.id)
        for value in axis.values:
            values.setdefault(key(value.name), value.id)


def _negated(term: Term) -> Term:
    return Term(term.name, term.values, negated=True, category=term.category)


def _near(written: str, known: Mapping[str, str]) -> str:
    """What may have been meant, of names by all the keys that they go by."""
    # One of two characters may be wrong in Chinese.
    cutoff = 0.5 if len(written) <= _SHORT else 0.6
    match = get_close_matches(key(written), list(known), n=1, cutoff=cutoff)
    if match:
        return f"did you mean {known[match[0]]!r}?"
    names = tuple(dict.fromkeys(known.values()))
    shown = ", ".join(names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")
    return f"there are {shown}" if names else "the taxonomy has no attributes"
