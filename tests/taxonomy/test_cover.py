"""The covering prefix, and numbers per cell: against random specifications."""

import time
from collections import Counter
from itertools import combinations, product

import pytest

from taxoloom.errors import InputError
from taxoloom.taxonomy import (
    Attribute,
    Constraint,
    Goal,
    Node,
    Plan,
    Seen,
    Space,
    Target,
    Taxonomy,
    Value,
)
from taxoloom.tests.support.specs import SMALL, Sample, Size, random_spec

MIDDLE = Size((1, 6), (3, 9), (2, 5), (0, 12), (0, 3), (0, 3), (0, 2), (15, 30))


def samples(plan: Plan) -> list[Sample]:
    return [(one.leaf, dict(one.labels)) for one in plan]


def eight(leaves: int = 1, *, attributes: int = 12, never: int = 20) -> Space:
    """Attributes of eight values, the first values of neighbours forbidden."""
    names = [f"a{i}" for i in range(attributes)]
    root = Node(
        "r",
        "R",
        attributes=tuple(Attribute(n, tuple(Value(f"v{j}") for j in range(8))) for n in names),
    )
    rules = [
        Constraint.from_dict(
            {
                "never": {
                    names[i % attributes]: f"v{i % 8}",
                    names[(i + 1) % attributes]: f"v{i % 5}",
                }
            }
        )
        for i in range(never)
    ]
    return Space(Taxonomy([root, *(Node(f"l{i}", f"L{i}", root) for i in range(leaves))], rules))


def test_pairs_of_twelve_by_eight_take_few_rows() -> None:
    space = eight()
    plan = Plan(space, Target(total=1000), language="en", seed=1)
    assert len(plan.prefix) <= 130
    first = samples(plan)[: len(plan.prefix)]
    pairs = {pair for _, row in first for pair in combinations(sorted(row.items()), 2)}
    assert len(pairs) == space.pair_total


def test_triples_of_a_group_take_few_rows_and_leave_none_out() -> None:
    space = eight(attributes=6, never=6)
    group = frozenset({"a0", "a1", "a2", "a3"})
    plan = Plan(space, Target(total=2000), language="en", seed=1, goal=Goal(2, (group,)))
    assert len(plan.prefix) <= 650
    first = samples(plan)[: len(plan.prefix)]
    shown = {
        tuple((name, row[name]) for name in names)
        for _, row in first
        for names in combinations(sorted(group), 3)
    }
    possible = {
        tuple(zip(names, values, strict=True))
        for names in combinations(sorted(group), 3)
        for values in product([f"v{j}" for j in range(8)], repeat=3)
        if all(space.is_pair(*pair) for pair in combinations(zip(names, values, strict=True), 2))
    }
    assert shown == possible


@pytest.mark.parametrize("seed", range(8, 18))
def test_triples_of_random_specifications_are_all_shown(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    names = frozenset(name for leaf in space.leaves for name, _ in space.cells(leaf.id))
    plan = Plan(space, Target(total=600), language="en", seed=seed, goal=Goal(0, (names,)))
    rows = samples(plan)
    assert all(spec.keeps(*row) for row in rows)
    possible = {
        frozenset(triple)
        for leaf in space.leaves
        for row in spec.rows(leaf.id)
        for triple in combinations(row.items(), 3)
    }
    shown = {
        frozenset(triple)
        for _, row in rows[: len(plan.prefix)]
        for triple in combinations(row.items(), 3)
    }
    assert shown == possible


@pytest.mark.parametrize("seed", range(5))
def test_a_label_that_a_leaf_has_not_seen_has_no_room_or_the_leaf_no_visit(seed: int) -> None:
    spec = random_spec(seed, MIDDLE)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    plan = Plan(space, Target(total=800), language="en", seed=seed, goal=Goal(1))
    rows = samples(plan)
    visits = Counter(leaf for leaf, _ in rows[: len(plan.prefix)])
    seen = {(leaf, label) for leaf, row in rows for label in row.items()}
    hanging = {c.attribute for c in spec.constraints if c.kind == "when"}
    counts = Counter(label for _, row in rows for label in row.items())
    for leaf in space.leaves:
        for label in space.cells(leaf.id):
            scarce = counts[label] < len(space.leaves) + 1
            done = visits[leaf.id] >= plan.by_leaf[leaf.id]
            assert (leaf.id, label) in seen or scarce or done or label[0] in hanging


def test_leaves_take_turns_and_different_values() -> None:
    plan = Plan(eight(64, never=0), Target(total=6400), language="en", seed=1, goal=Goal(1))
    assert len(plan.prefix) == 64 * 8
    first = samples(plan)[:64]
    assert len({leaf for leaf, _ in first}) == 64
    for name in ("a0", "a7"):
        assert set(Counter(row[name] for _, row in first).values()) == {8}
    assert len({tuple(row.values()) for _, row in first}) == 64


@pytest.mark.parametrize("seed", range(12))
def test_every_cell_gets_its_number_and_what_is_there_counts(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    names = sorted({name for leaf in space.leaves for name, _ in space.cells(leaf.id)})
    labels = tuple(names[seed % len(names) :][:2])
    there = list(spec.population[::3]) if seed % 2 else []
    plan = Plan(
        space,
        Target(per_cell=3, labels=labels),
        language="en",
        seed=seed,
        seen=Seen.of(space, there),
    )
    rows = samples(plan)
    assert all(spec.keeps(*row) for row in rows)
    assert len(rows) == len(plan)

    def cell(sample: Sample) -> tuple[str | None, ...]:
        return sample[0], *(sample[1].get(name) for name in labels)

    had, found = Counter(map(cell, there)), Counter(map(cell, [*there, *rows]))
    every = {cell((leaf.id, row)) for leaf in space.leaves for row in spec.rows(leaf.id)}
    assert found == {one: max(3, had[one]) for one in every}


def test_far_too_many_cells_are_refused_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(InputError, match="per_cell") as caught:
        Plan(eight(), Target(per_cell=1), language="en", seed=1)
    assert "samples.labels" in caught.value.hint
    with pytest.raises(InputError, match="per_cell"):
        Plan(eight(300), Target(per_cell=1000, labels=("a0", "a1")), language="en", seed=1)
    assert time.monotonic() - start < 5


def test_a_cell_needs_a_name_that_there_is() -> None:
    with pytest.raises(InputError, match="'colour'"):
        Plan(eight(), Target(per_cell=1, labels=("colour",)), language="en", seed=1)
    bare = Space(Taxonomy([Node("r", "R")]))
    with pytest.raises(InputError, match="needs labels"):
        Plan(bare, Target(per_cell=1), language="en", seed=1)


@pytest.mark.parametrize("seed", range(6))
def test_old_and_new_samples_together_have_the_mix(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    there = list(spec.population[: len(spec.population) // 2])
    plan = Plan(
        space,
        Target(total=1000),
        language="en",
        seed=seed,
        seen=Seen.of(space, there),
        goal=Goal(0),
    )
    rows = [*there, *samples(plan)]
    assert all(spec.keeps(*row) for row in rows)
    had = Counter(leaf for leaf, _ in there)
    for leaf, share in space.leaf_shares().items():
        assert plan.by_leaf[leaf] == pytest.approx(max(1000 * share - had[leaf], 0), abs=1)
    top = {a.name: a for a in spec.taxonomy.root.attributes}
    overruled = {a.name for node in spec.taxonomy.walk() if node.parent for a in node.attributes}
    for name in set(top) - overruled:
        counts = Counter(row[name] for _, row in rows if name in row)
        total = sum(value.weight for value in top[name].values)
        for value in top[name].values:
            share = counts.total() * value.weight / total
            assert counts[value.name] == pytest.approx(share, abs=len(top[name].values) + 1)


def test_pairs_of_rare_values_take_hardly_more_samples_than_they_must() -> None:
    rare = tuple(Value(f"v{j}", weight=1.0 if j else 0.01) for j in range(8))
    root = Node("r", "R", attributes=tuple(Attribute(f"a{i}", rare) for i in range(12)))
    plan = Plan(Space(Taxonomy([root])), Target(total=2000), language="en", seed=1)
    rows = samples(plan)
    pairs = {pair for _, row in rows for pair in combinations(sorted(row.items()), 2)}
    assert len(pairs) == plan.space.pair_total
    for name in root.attributes:
        # Eight is the least: it has to stand beside each of eight values of the others.
        assert sum(row[name.name] == "v0" for _, row in rows) <= 12


def check_pairs(seed: int, size: Size, total: int) -> None:
    """No rule is broken, and a pair is missing only where leaves that have it are used up."""
    spec = random_spec(seed, size)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    plan = Plan(space, Target(total=total), language="en", seed=seed)
    rows = samples(plan)
    assert len(rows) == total
    assert all(spec.keeps(*row) for row in rows)
    first = rows[: len(plan.prefix)]
    shown = {frozenset(pair) for _, row in first for pair in combinations(row.items(), 2)}
    visits = Counter(leaf for leaf, _ in first)
    for leaf, row in spec.population:
        if visits[leaf] < plan.by_leaf[leaf]:
            assert all(frozenset(pair) in shown for pair in combinations(row.items(), 2))


@pytest.mark.parametrize("seed", range(3))
def test_pairs_of_large_specifications_are_shown_and_no_rule_is_broken(seed: int) -> None:
    check_pairs(seed, MIDDLE, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_fifty_more_are_covered_in_a_thousand_samples(seed: int) -> None:
    check_pairs(seed, Size(), 1000)
