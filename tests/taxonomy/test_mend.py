"""Rows under webs of rules: never broken, the mix met, and rows as different as can be."""

import random
from collections import Counter

import numpy as np
import pytest

from taxoloom.taxonomy import (
    Attribute,
    Constraint,
    Goal,
    Node,
    Plan,
    Space,
    Target,
    Taxonomy,
    Value,
)
from taxoloom.tests.support.specs import Labels, Size, random_spec

Pair = tuple[dict[str, str], dict[str, str]]
HANGING = Size((1, 4), (6, 8), (3, 5), (0, 6), (0, 3), (4, 5), (0, 1), (30, 50))
"""Half of the attributes exist under conditions."""


def web(density: float, *, seed: int = 0) -> tuple[Space, list[Pair]]:
    """Twelve attributes of eight values; so many of all pairs of values are forbidden."""
    dice = random.Random(seed)
    names = [f"a{i:02}" for i in range(12)]
    values = [f"v{i}" for i in range(8)]
    forbidden = [
        ({one: first}, {other: second})
        for i, one in enumerate(names)
        for other in names[:i]
        for first in values
        for second in values
        if first + second != "v0v0" and dice.random() < density
    ]
    rules = [Constraint.from_dict({"never": {**one, **other}}) for one, other in forbidden]
    root = Node("r", "R", attributes=tuple(Attribute(n, tuple(map(Value, values))) for n in names))
    return Space(Taxonomy([root], rules)), forbidden


def breaks(row: Labels, rule: Pair) -> bool:
    return all(row[name] == value for part in rule for name, value in part.items())


@pytest.mark.parametrize(
    ("density", "different"),
    [(0.03, 240), (0.1, 235), pytest.param(0.14, 60, marks=pytest.mark.slow)],
)
def test_a_web_of_hundreds_of_rules_is_kept_and_the_mix_is_met(
    density: float, different: int
) -> None:
    space, forbidden = web(density)
    plan = Plan(space, Target(total=240), language="en", seed=1, goal=Goal(0))
    assert plan.reach.gaps == ()
    rows = [dict(blueprint.labels) for blueprint in plan]
    assert not any(breaks(row, rule) for row in rows for rule in forbidden)
    for name in rows[0]:
        counts = Counter(row[name] for row in rows)
        assert all(abs(counts[f"v{i}"] - 30) <= 1 for i in range(8))
    assert len({tuple(row.values()) for row in rows}) >= different


@pytest.mark.parametrize("seed", range(6))
def test_attributes_that_exist_under_conditions_have_their_mix_where_they_exist(seed: int) -> None:
    spec = random_spec(seed, HANGING)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    plan = Plan(space, Target(total=1000), language="en", seed=seed, goal=Goal(0))
    rows = [(one.leaf, dict(one.labels)) for one in plan]
    assert all(spec.keeps(*row) for row in rows)
    hanging = {c.attribute for c in spec.constraints if c.kind == "when"}
    top = {a.name: a for a in spec.taxonomy.root.attributes if a.name in hanging}
    overruled = {a.name for node in spec.taxonomy.walk() if node.parent for a in node.attributes}
    for name in set(top) - overruled:
        counts = Counter(row[name] for _, row in rows if name in row)
        total = sum(value.weight for value in top[name].values)
        for value in top[name].values:
            assert abs(counts[value.name] - counts.total() * value.weight / total) <= 3


def test_a_stream_of_many_chunks_stays_even_and_exact() -> None:
    mix = tuple(Value(f"v{i}", weight=i + 1.0) for i in range(5))
    root = Node("r", "R", attributes=(Attribute("a", mix), Attribute("b", mix)))
    never = Constraint.from_dict({"never": {"a": "v0", "b": "v1"}})
    leaves = [Node(f"l{i}", f"L{i}", root, weight=1.0 + i % 3) for i in range(7)]
    total = 150_000
    space = Space(Taxonomy([root, *leaves], [never]))
    plan = Plan(space, Target(total=total), language="en", seed=1)
    chunks = list(plan.chunks())
    assert len(chunks) > 2
    at = np.concatenate([chunk.leaves for chunk in chunks])[len(plan.prefix) :]
    values = np.concatenate([chunk.values for chunk in chunks])
    steps = np.arange(1, len(at) + 1)
    for leaf in range(7):
        seen = np.cumsum(at == leaf)
        assert np.abs(seen - steps * (seen[-1] / len(at))).max() <= 2
    assert not ((values[:, 0] == 0) & (values[:, 1] == 1)).any()
    for column in values.T:
        counts = np.bincount(column, minlength=5)
        assert counts == pytest.approx(total * np.arange(1, 6) / 15, abs=3)
        for value in range(5):
            seen = np.cumsum(column == value)
            drift = seen - np.arange(1, total + 1) * (value + 1) / 15
            assert np.abs(drift).max() <= 100


@pytest.mark.parametrize(("leaves", "most"), [(1, 10), (16, 16), (100, 24)])
def test_no_stretch_of_free_labels_drifts_off_however_long_it_is(leaves: int, most: int) -> None:
    mix = tuple(Value(f"v{i}", weight=i + 1.0) for i in range(4))
    root = Node("r", "R", attributes=tuple(Attribute(name, mix) for name in "abc"))
    below = [Node(f"l{i}", f"L{i}", root) for i in range(leaves)] if leaves > 1 else []
    plan = Plan(
        Space(Taxonomy([root, *below])), Target(total=20_000), language="en", seed=2, goal=Goal(0)
    )
    values = np.concatenate([chunk.values for chunk in plan.chunks()])
    for column in values.T:
        for value in range(4):
            drift = np.cumsum(column == value) - np.arange(1, 20_001) * (value + 1) / 10
            assert np.abs(drift).max() <= most
