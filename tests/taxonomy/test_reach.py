"""Which mixes can be met: planted ones always, impossible ones never, and the nearest exactly."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.taxonomy import Attribute, Constraint, Node, Plan, Space, Target, Taxonomy, Value
from taxoloom.taxonomy.planning.reach import reach
from taxoloom.taxonomy.planning.wolfe import nearest
from taxoloom.tests.support.specs import SMALL, Size, Spec, random_spec

WEB = Size((2, 4), (12, 12), (8, 8), (60, 60), (0, 0), (0, 0), (0, 0), (30, 30))
"""Sixty rules over twelve linked attributes."""


def check_met(spec: Spec) -> None:
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    assert reach(space, space.shares).gaps == ()


@pytest.mark.parametrize("seed", range(100, 115))
def test_a_planted_mix_is_never_refused(seed: int) -> None:
    check_met(random_spec(seed, SMALL))


@pytest.mark.parametrize("size", [Size(), WEB], ids=["wide", "web"])
def test_planted_mixes_of_large_specifications_are_never_refused(size: Size) -> None:
    for seed in range(200, 202):
        check_met(random_spec(seed, size))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1600))
def test_no_false_alarm_in_hundreds_of_specifications(seed: int) -> None:
    check_met(random_spec(seed, SMALL if seed % 2 else Size()))


def impossible(spec: Spec) -> Taxonomy:
    """Two attributes on top of all, each with a value that most samples have, but never both."""
    nodes: dict[str, Node] = {}
    for node in spec.taxonomy.walk():
        above = None if node.parent is None else nodes[node.parent.id]
        own = node.attributes
        if above is None:
            own = (
                *own,
                Attribute("tight", (Value("most", weight=0.7), Value("few", weight=0.3))),
                Attribute("close", (Value("few", weight=0.4), Value("most", weight=0.6))),
            )
        nodes[node.id] = Node(node.id, node.name, above, weight=node.weight, attributes=own)
    never = Constraint.from_dict({"never": {"tight": "most", "close": "most"}})
    return Taxonomy(nodes.values(), [never])


@pytest.mark.parametrize("seed", range(12))
def test_a_planted_impossible_mix_is_refused_by_name(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    space = Space(impossible(spec), spec.axes, spec.constraints)
    with pytest.raises(InputError, match="'tight'|'close'") as caught:
        Plan(space, Target(total=1000), language="en", seed=1)
    assert "never tight most with close most" in caught.value.hint
    assert "mix: nearest" in caught.value.hint


def test_the_nearest_mix_is_the_one_with_the_least_squares() -> None:
    taxonomy = impossible(random_spec(1, SMALL))
    space = Space(
        Taxonomy([Node("r", "R", attributes=taxonomy.root.attributes[-2:])], taxonomy.constraints)
    )
    plan = Plan(space, Target(total=1000), language="en", seed=1, mix="nearest")
    tight, close = plan.reach.mixes
    assert tight == pytest.approx([0.55, 0.45], abs=1e-3)
    assert close == pytest.approx([0.55, 0.45], abs=1e-3)
    counts = Counter(dict(blueprint.labels)["tight"] for blueprint in plan)
    assert counts["most"] == pytest.approx(550, abs=2)


def test_what_was_stated_is_met_exactly_beside_wishes_that_are_far_off() -> None:
    wishes = tuple(Attribute(f"wish {i}", (Value("x"), Value("y"))) for i in range(6))
    stated = Attribute("stated", (Value("rare", weight=1.0), Value("common", weight=19.0)))
    rules = [
        Constraint.from_dict({"only": {wish.name: "x"}, "with": {"stated": "rare"}})
        for wish in wishes
    ]
    root = Node("r", "R", attributes=(stated, *wishes))
    plan = Plan(Space(Taxonomy([root], rules)), Target(total=2000), language="en", seed=1)
    assert {gap.name for gap in plan.reach.gaps} == {wish.name for wish in wishes}
    rows = [dict(blueprint.labels) for blueprint in plan]
    assert sum(row["stated"] == "rare" for row in rows) == 100
    # A few of the hundred show the pairs of x with y.
    assert all(90 <= sum(row[w.name] == "x" for row in rows) <= 100 for w in wishes)


@given(st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=1, max_size=12))
def test_no_corner_is_nearer_to_the_origin_than_the_nearest_point(
    points: list[list[float]],
) -> None:
    corners = np.asarray(points)

    def find(direction: np.ndarray, now: object) -> tuple[np.ndarray, int]:
        at = int(np.argmin(corners @ direction))
        return corners[at], at

    found = nearest(find, 3, close=1e-9)
    length = float(found.point @ found.point)
    assert found.parts.sum() == pytest.approx(1)
    assert found.parts @ corners[list(found.corners)] == pytest.approx(found.point, abs=1e-6)
    assert (corners @ found.point >= length - 1e-6 - 1e-6 * length).all()
