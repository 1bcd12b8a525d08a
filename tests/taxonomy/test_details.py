"""What blueprints say beside their cells: turns in their range, rewrites in their share."""

from collections import Counter
from collections.abc import Mapping
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy import Blueprint, Chosen, Details, Goal, Plan, Space, Target, axes, load
from taxoloom.tests.support.recipes import EXAMPLES

AXES = axes("zh", {"context": None})
TAXONOMY = load(EXAMPLES / "customer_service.zh.yaml")
seeds = st.integers(0, 2**40)


def plan(seed: int, rewrites: Mapping[str, float] | None = None) -> Plan:
    space = Space(TAXONOMY, AXES)
    leaves = [leaf.id for leaf in space.leaves]
    details = Details(AXES, leaves, rewrites or {}, seed)
    return Plan(space, Target(total=400), language="zh", seed=seed, goal=Goal(0), details=details)


def test_turns_are_those_of_the_label_and_the_switch_stands_between() -> None:
    counts: dict[str, Counter[int]] = {}
    for blueprint in plan(3):
        value = blueprint.label("context")
        counts.setdefault(value, Counter())[blueprint.turns] += 1
        if value == "topic_switch":
            assert 1 < blueprint.switch < blueprint.turns
        else:
            assert blueprint.switch == 0
    assert {value: set(found) for value, found in counts.items()} == {
        "single_turn": {1},
        "multi_turn": {2, 3, 4},
        "topic_switch": {3, 4, 5},
    }
    for found in counts.values():
        assert min(found.values()) > 0.5 * max(found.values())


def test_a_recipe_may_say_how_many_turns() -> None:
    chosen = {"context": {"multi_turn": Chosen(1, "", (6, 8))}}
    found = Details(axes("en", chosen)).of(0, 0, [("context", "multi_turn")], 1)
    assert found["turns"] in (6, 7, 8)
    own = {"length": {"long": Chosen(1, "", (9, 9))}}
    assert Details(axes("en", own)).of(0, 0, [("length", "long")], 5)["turns"] == 9


@given(seeds, st.lists(st.floats(0.01, 0.3), min_size=1, max_size=3))
def test_any_stretch_of_slots_has_its_share_of_every_operation(
    seed: int, shares: list[float]
) -> None:
    details = Details((), (), {str(n): share for n, share in enumerate(shares)}, seed)
    found = [details.of(slot, 0, (), 0).get("operations", ("",))[0] for slot in range(600)]
    for start in (0, 137, 300):
        counts = Counter(found[start : start + 200])
        for number, share in enumerate(shares):
            assert abs(counts[str(number)] - 200 * share) <= 3


def test_another_try_has_the_same_operation_and_may_have_other_turns() -> None:
    made = plan(5, {"deepen": 0.4})
    for blueprint in islice(made, 50):
        again = made.again(blueprint, 1)
        assert again.operations == blueprint.operations
        assert again.labels == blueprint.labels
        assert bool(again.switch) == bool(blueprint.switch)
    assert {made.again(b, 1).turns == b.turns for b in islice(made, 200)} == {True, False}


@pytest.mark.parametrize("rewrites", [{}, {"deepen": 0.5}])
def test_a_blueprint_comes_back_from_plain_data(rewrites: dict[str, float]) -> None:
    for blueprint in islice(plan(7, rewrites), 40):
        assert Blueprint.from_dict(blueprint.to_dict()) == blueprint


def test_what_is_empty_does_not_change_the_id_of_an_older_blueprint() -> None:
    first = next(iter(plan(1)))
    bare = Blueprint(**{**first.to_dict(), "turns": 0, "switch": 0})
    assert set(bare.to_dict()) == {
        "slot",
        "attempt",
        "leaf",
        "path",
        "labels",
        "language",
        "seed",
        "situation",
    }
    assert all(
        a.id != b.id
        for a, b in pairwise([bare, first, Blueprint(**{**bare.to_dict(), "link": "x"})])
    )


@pytest.mark.parametrize("count", [2, 3, 6, 40])
def test_a_composite_task_is_about_neighbouring_leaves_too(count: int) -> None:
    leaves = [str(number) for number in range(count)]
    details = Details(axes("zh", {"task": None}), leaves)
    sizes = set()
    for leaf in range(count):
        for word in range(0, 1 << 20, 4099):
            others = details.of(0, leaf, [("task", "composite")], word)["others"]
            sizes.add(len(others))
            assert len(set(others)) == len(others)
            assert str(leaf) not in others
            assert all(abs(int(other) - leaf) <= 6 for other in others)
    assert sizes == ({1} if count == 2 else {1, 2})
    assert "others" not in details.of(0, 0, [("task", "single")], 5)
    assert "others" not in Details(axes("zh", {"task": None}), ["0"]).of(
        0, 0, [("task", "composite")], 5
    )
