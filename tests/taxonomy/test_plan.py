"""What a plan promises: exact numbers, exact mixes, every pair, no rule broken, the same bytes."""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations, islice

import pytest

from taxoloom.errors import InputError
from taxoloom.taxonomy import (
    Attribute,
    Axis,
    AxisValue,
    Blueprint,
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
from taxoloom.tests.support.specs import SMALL, Sample, Spec, random_spec

EVEN = Goal(0)
"""Nothing is covered first, so that the mix is all there is."""


def plan_of(spec: Spec, total: int, goal: Goal | None = None, seed: int = 1) -> Plan:
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    return Plan(space, Target(total=total), language="en", seed=seed, goal=goal)


def samples(blueprints: Iterable[Blueprint]) -> list[Sample]:
    return [(one.leaf, dict(one.labels)) for one in blueprints]


def pairs(rows: Iterable[Sample]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return {pair for _, row in rows for pair in combinations(sorted(row.items()), 2)}


def off(spec: Spec, rows: list[Sample]) -> float:
    """By how many samples a count misses its share, less what rounding its values may cost."""
    carrier = {
        (leaf.id, attribute.name): node.id
        for leaf in spec.taxonomy.leaves()
        for node in leaf.lineage
        for attribute in node.attributes
    }
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for leaf, row in rows:
        for name, value in row.items():
            counts[carrier.get((leaf, name), ""), name][value] += 1
    mixes = {
        (node.id, a.name): {v.name: v.weight for v in a.values}
        for node in spec.taxonomy.walk()
        for a in node.attributes
    }
    mixes |= {("", a.id): {v.id: v.weight for v in a.values} for a in spec.axes}
    worst = 0.0
    for place, counted in counts.items():
        mix, total = mixes[place], counted.total()
        for value, weight in mix.items():
            wanted = total * weight / sum(mix.values())
            worst = max(worst, abs(counted[value] - wanted) - len(mix))
    return worst


@pytest.mark.parametrize("seed", range(4))
def test_a_mix_that_can_be_met_is_met_and_no_constraint_is_broken(seed: int) -> None:
    check_mix(seed, (1000,))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 58))
def test_fifty_more_mixes_are_met_with_a_thousand_and_ten_thousand(seed: int) -> None:
    check_mix(seed, (1000, 10_000))


def check_mix(seed: int, totals: tuple[int, ...]) -> None:
    spec = random_spec(seed)
    for total in totals:
        rows = samples(plan_of(spec, total, EVEN))
        assert len(rows) == total
        assert all(spec.keeps(leaf, row) for leaf, row in rows)
        assert off(spec, rows) <= 1


@pytest.mark.parametrize("seed", range(6))
def test_after_the_prefix_every_pair_that_can_be_has_occurred(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    plan = plan_of(spec, 400)
    rows = samples(plan)
    possible = [(leaf.id, row) for leaf in plan.space.leaves for row in spec.rows(leaf.id)]
    assert all(spec.keeps(leaf, row) for leaf, row in rows)
    assert pairs(rows[: len(plan.prefix)]) == pairs(possible)
    assert plan.space.pair_total == len(pairs(possible))


@pytest.mark.parametrize("seed", range(3))
def test_every_label_occurs_at_every_leaf_where_the_mix_allows_it(seed: int) -> None:
    attributes = (
        Attribute("a", tuple(Value(f"a{i}") for i in range(5))),
        Attribute("b", tuple(Value(f"b{i}") for i in range(4))),
    )
    root = Node("r", "R", attributes=attributes)
    leaves = [Node(f"l{i}", f"L{i}", parent=root) for i in range(20)]
    never = Constraint.from_dict({"never": {"a": "a0", "b": "b0"}})
    space = Space(Taxonomy([root, *leaves], [never]))
    plan = Plan(space, Target(total=400), language="en", seed=seed)
    rows = samples(plan)[: len(plan.prefix)]
    cells = {(leaf, label) for leaf, row in rows for label in row.items()}
    assert len(cells) == 20 * 9
    assert len(plan.prefix) < 150


def test_a_group_of_three_is_covered_as_well() -> None:
    attributes = tuple(
        Attribute(name, tuple(Value(f"{name}{i}") for i in range(3))) for name in "abcd"
    )
    root = Node("r", "R", attributes=attributes)
    never = Constraint.from_dict({"never": {"a": "a0", "b": "b0", "c": "c0"}})
    space = Space(Taxonomy([root, Node("l", "L", parent=root)], [never]))
    goal = Goal(2, (frozenset("abc"),))
    plan = Plan(space, Target(total=200), language="en", seed=1, goal=goal)
    rows = samples(plan)[: len(plan.prefix)]
    assert len({tuple(row[name] for name in "abc") for _, row in rows}) == 3**3 - 1


def test_pairs_come_before_the_mix_and_the_mix_before_leaves() -> None:
    rare = (Value("rare", weight=1.0), Value("common", weight=99.0))
    other = tuple(Value(f"o{i}") for i in range(4))
    root = Node("r", "R", attributes=(Attribute("a", rare), Attribute("b", other)))
    leaves = [Node(f"l{i}", f"L{i}", parent=root) for i in range(50)]
    plan = Plan(Space(Taxonomy([root, *leaves])), Target(total=300), language="en", seed=1)
    rows = [row for _, row in samples(plan)]
    assert {row["b"] for row in rows if row["a"] == "rare"} == {v.name for v in other}
    assert sum(row["a"] == "rare" for row in rows) == 4


@pytest.mark.parametrize("seed", range(4))
def test_any_stretch_of_the_stream_is_even(seed: int) -> None:
    weights = [1.0, 2.0, 3.0, 4.0, 6.0]
    mix = (Value("x", weight=5.0), Value("y", weight=3.0), Value("z", weight=2.0))
    root = Node("r", "R", attributes=(Attribute("a", mix),))
    leaves = [Node(f"l{i}", f"L{i}", parent=root, weight=w) for i, w in enumerate(weights)]
    space = Space(Taxonomy([root, *leaves]))
    rows = samples(Plan(space, Target(total=960), language="en", seed=seed, goal=EVEN))
    for start in range(0, 960, 80):
        for length in (80, 240, 480):
            part = rows[start : start + length]
            by_leaf = Counter(leaf for leaf, _ in part)
            for leaf, weight in zip(leaves, weights, strict=True):
                assert abs(by_leaf[leaf.id] - len(part) * weight / sum(weights)) <= 2
            by_value = Counter(row["a"] for _, row in part)
            for value in mix:
                assert abs(by_value[value.name] - len(part) * value.weight / 10) <= 8


def tree(
    *attributes: Attribute, names: str = "abc", rules: Iterable[dict[str, object]] = ()
) -> Space:
    root = Node("r", "R", attributes=attributes)
    nodes = [root, *(Node(name, name, parent=root) for name in names)]
    return Space(Taxonomy(nodes, [Constraint.from_dict(rule) for rule in rules]))


def test_weights_multiply_downwards_and_every_branch_gets_its_share() -> None:
    root = Node("r", "R")
    left, right = Node("a", "A", root, weight=3.0), Node("b", "B", root)
    below = [Node("a1", "A1", left), Node("a2", "A2", left, weight=2.0), Node("a3", "A3", left)]
    none = Node("c", "C", root, weight=0.0)
    space = Space(Taxonomy([root, left, *below, right, none]))
    for total in (1, 7, 100, 1001):
        found = Plan(space, Target(total=total), language="en", seed=3).by_leaf
        assert sum(found.values()) == total
        assert found["c"] == 0
        shares = {"a1": 3 / 13, "a2": 6 / 13, "a3": 3 / 13, "b": 1 / 13}
        assert all(abs(found[leaf] - total * share) < 1 for leaf, share in shares.items())
        branch = found["a1"] + found["a2"] + found["a3"]
        assert abs(branch - total * 12 / 13) < 1


def test_so_many_at_every_leaf_and_in_every_cell() -> None:
    a = Attribute("A", (Value("x"), Value("y")))
    b = Attribute("B", (Value("p"), Value("q"), Value("r")))
    space = tree(a, b, rules=[{"never": {"A": "x", "B": "r"}}])
    per_leaf = Plan(space, Target(per_leaf=7), language="en", seed=1)
    assert set(per_leaf.by_leaf.values()) == {7}
    cells = Counter(
        (one.leaf, *one.labels)
        for one in Plan(space, Target(per_cell=2, labels=("A", "b")), language="en", seed=1)
    )
    assert len(cells) == 3 * 5
    assert set(cells.values()) == {2}


STATED = (Value("x", weight=7.0), Value("y", weight=3.0))


@pytest.mark.parametrize(
    ("attributes", "rules", "said"),
    [
        # y needs p, and p has less than y.
        (
            (
                Attribute("A", STATED),
                Attribute("B", (Value("p", weight=1.0), Value("q", weight=9))),
            ),
            [{"only": {"A": "y"}, "with": {"B": "p"}}],
            "'A'|'B'",
        ),
        # x can occur nowhere, stated or not.
        (
            (Attribute("A", (Value("x"), Value("y"))), Attribute("B", (Value("p"), Value("q")))),
            [{"never": {"A": "x", "B": ["p", "q"]}}],
            "'A'.*'x'.*nowhere",
        ),
        # Nothing is left at all.
        (
            (Attribute("A", (Value("x"),)), Attribute("B", (Value("p"),))),
            [{"never": {"A": "x", "B": "p"}}],
            "no value of 'A'",
        ),
        # A circle.
        (
            (Attribute("A", (Value("x"), Value("y"))), Attribute("B", (Value("p"), Value("q")))),
            [{"attribute": "A", "when": {"B": "p"}}, {"attribute": "B", "when": {"A": "x"}}],
            "circle",
        ),
        (
            (Attribute("A", (Value("x"), Value("y"))),),
            [{"never": {"A": "z", "category": "a"}}],
            "'A' has no value 'z'",
        ),
        (
            (Attribute("Language", (Value("x"), Value("y"))),),
            [{"never": {"Langage": "x", "category": "a"}}],
            "no attribute or axis is called 'Langage'",
        ),
        (
            (Attribute("A", (Value("x"), Value("y"))),),
            [{"never": {"A": "x", "category": "nowhere"}}],
            "no category is called 'nowhere'",
        ),
        ((Attribute("A", (Value("x", weight=0.0),)),), [], "weights of all values of 'A'"),
    ],
)
def test_what_cannot_be_is_refused_by_name_with_a_remedy(
    attributes: tuple[Attribute, ...], rules: list[dict[str, object]], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        Plan(tree(*attributes, rules=rules), Target(total=100), language="en", seed=1)
    assert caught.value.hint


def test_a_wish_gives_way_and_a_stated_mix_does_not() -> None:
    wish = Attribute("Platform", (Value("Android"), Value("Web"), Value("iOS")))
    stated = Attribute("Language", (Value("Kotlin", weight=1.0), Value("Rust", weight=9.0)))
    space = tree(
        wish, stated, rules=[{"only": {"Platform": "Android"}, "with": {"Language": "Kotlin"}}]
    )
    plan = Plan(space, Target(total=1000), language="en", seed=1)
    rows = [row for _, row in samples(plan)]
    assert abs(sum(row["Language"] == "Kotlin" for row in rows) - 100) <= 1
    assert 90 <= sum(row["Platform"] == "Android" for row in rows) <= 101
    assert {gap.name for gap in plan.reach.gaps} == {"Platform"}
    with pytest.raises(InputError, match="'Platform'"):
        Plan(space, Target(total=1000), language="en", seed=1, mix="exact")


def test_an_axis_with_weights_of_the_user_is_met_or_refused() -> None:
    def planned(stated: bool) -> Plan:
        values = (AxisValue("easy", "easy", 1.0), AxisValue("hard", "hard", 3.0))
        axis = Axis("level", "Level", values, stated=stated)
        root = Node("r", "R", attributes=(Attribute("A", STATED),))
        rule = Constraint.from_dict({"only": {"A": "x"}, "with": {"level": "easy"}})
        space = Space(Taxonomy([root, Node("a", "a", parent=root)], [rule]), [axis])
        return Plan(space, Target(total=100), language="en", seed=1)

    with pytest.raises(InputError, match="'level'|'A'"):
        planned(stated=True)
    counted = Counter(row["level"] for _, row in samples(planned(stated=False)))
    assert counted["easy"] >= 70


def test_what_is_there_counts_towards_leaves_and_the_mix() -> None:
    mix = Attribute("A", (Value("x", weight=1.0), Value("y", weight=3.0)))
    space = tree(mix)
    there = [("a", {"A": "x"})] * 30 + [("b", {"A": "y"})] * 10
    plan = Plan(
        space, Target(total=120), language="en", seed=1, seen=Seen.of(space, there), goal=EVEN
    )
    assert plan.by_leaf == {"a": 10, "b": 30, "c": 40}
    labels = Counter(row["A"] for _, row in [*samples(plan), *there])
    assert labels == {"x": 30, "y": 90}


def test_a_leaf_that_has_too_many_takes_nothing_from_the_others() -> None:
    space = tree()
    plan = Plan(
        space, Target(per_leaf=5), language="en", seed=1, seen=Seen.of(space, [("a", {})] * 9)
    )
    assert plan.by_leaf == {"a": 0, "b": 5, "c": 5}


SCRIPT = """
from taxoloom.tests.taxonomy.test_plan import ids
print(*ids())
"""


def ids() -> list[str]:
    """Of a plan with all that there is: prefix, groups, several frames, rows that were mended."""
    spec = random_spec(3, SMALL)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    goal = Goal(2, (frozenset(name for frame in space.frames for name, _ in frame.possible),))
    return [one.id for one in Plan(space, Target(total=300), language="zh", seed=9, goal=goal)]


def test_the_same_recipe_gives_the_same_bytes_in_every_process() -> None:
    elsewhere = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PYTHONHASHSEED": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = ids()
    assert elsewhere.stdout.split() == here
    assert len(set(here)) == 300


def test_another_seed_is_another_plan_and_another_try_the_same_cell() -> None:
    spec = random_spec(2, SMALL)
    one, other = plan_of(spec, 60, seed=1), plan_of(spec, 60, seed=2)
    assert [b.id for b in one] != [b.id for b in other]
    first = next(iter(islice(one, 7, None)))
    again = one.again(first, 2)
    assert (again.leaf, again.labels, again.slot) == (first.leaf, first.labels, 7)
    assert (again.seed, again.attempt) != (first.seed, first.attempt)
    assert one.blueprint(7) == first
    assert one.blueprint(7, 2) == again
    with pytest.raises(IndexError):
        one.blueprint(60)


@pytest.mark.parametrize("total", [1, 2, 5])
def test_fewer_samples_than_leaves_go_to_different_leaves(total: int) -> None:
    space = tree(Attribute("A", (Value("x"), Value("y"))), names="abcdefg")
    rows = samples(Plan(space, Target(total=total), language="en", seed=4))
    assert len({leaf for leaf, _ in rows}) == total


def test_a_root_alone_and_no_labels_at_all_are_a_plan() -> None:
    space = Space(Taxonomy([Node("r", "R")]))
    assert samples(Plan(space, Target(total=3), language="en", seed=1)) == [("r", {})] * 3


@pytest.mark.parametrize("scale", [1e-9, 1e12])
def test_weights_count_in_proportion_alone(scale: float) -> None:
    mix = Attribute("A", (Value("x", weight=scale), Value("y", weight=3 * scale)))
    rows = samples(Plan(tree(mix), Target(total=400), language="en", seed=1))
    assert Counter(row["A"] for _, row in rows) == {"x": 100, "y": 300}


def test_names_are_found_by_alias_and_case_and_width() -> None:
    language = Attribute(
        "编程语言",
        (Value("SQL"), Value("Python", aliases=(("zh", "派森"),))),
        aliases=(("en", "Language"),),
    )
    stack = Attribute("框架", (Value("React"), Value("Pandas")))
    rules: list[dict[str, object]] = [
        {"never": {"language": "ｓｑｌ", "框架": "react"}},
        {"only": {"框架": "PANDAS"}, "with": {"LANGUAGE": "派森"}},
    ]
    space = tree(language, stack, rules=rules)
    rows = {
        tuple(row.values())
        for _, row in samples(Plan(space, Target(total=50), language="zh", seed=1, mix="nearest"))
    }
    assert rows <= {("Python", "React"), ("Python", "Pandas")}
