"""What a plan will cover, step by step, against a count of its own blueprints."""

from itertools import combinations, islice

import pytest

from taxoloom.taxonomy import (
    Attribute,
    Constraint,
    Node,
    Plan,
    Seen,
    Space,
    Target,
    Taxonomy,
    Value,
)
from taxoloom.taxonomy.measuring.forecast import forecast, marks

SHOP = Node(
    "r",
    "店",
    attributes=(
        Attribute("品类", (Value("服装"), Value("数码"), Value("食品"))),
        Attribute("档次", (Value("高"), Value("中"), Value("低"))),
        Attribute("渠道", (Value("网店"), Value("门店"))),
    ),
)
TREE = Taxonomy(
    [SHOP, *(Node(name, name, parent=SHOP) for name in ("查询", "退货", "投诉"))],
    [Constraint.from_dict({"never": {"品类": "食品", "档次": "高"}})],
)


def plan(total: int, seen: Seen | None = None) -> Plan:
    return Plan(Space(TREE), Target(total=total), language="zh", seed=3, seen=seen)


@pytest.mark.parametrize("there", [[], [("查询", {"品类": "食品", "渠道": "门店"})] * 2])
def test_each_step_counts_what_the_blueprints_say(there: list[tuple[str, dict[str, str]]]) -> None:
    space = Space(TREE)
    made = plan(40, Seen.of(space, there))
    for step in forecast(made, [0, 1, 5, 12, len(made)]):
        rows = there + [(b.leaf, dict(b.labels)) for b in islice(made, step.samples)]
        cells = {(leaf, label) for leaf, labels in rows for label in labels.items()}
        pairs = {pair for _, labels in rows for pair in combinations(sorted(labels.items()), 2)}
        assert step.leaves.covered == len({leaf for leaf, _ in rows})
        assert (step.cells.covered, step.cells.total) == (len(cells), 3 * 8)
        # 3 * 3 + 3 * 2 + 3 * 2 pairs, one of which is forbidden.
        assert (step.pairs.covered, step.pairs.total) == (len(pairs), 20)


def test_the_last_step_is_complete_and_none_comes_behind_the_plan() -> None:
    steps = list(forecast(plan(40), [40, 41, 100]))
    assert [step.samples for step in steps] == [40]
    assert steps[0].complete


def test_marks_grow_by_ones_twos_and_fives() -> None:
    assert list(marks(60)) == [1, 2, 5, 10, 20, 50, 60]
    assert list(marks(1)) == [1]
    assert list(marks(0)) == [0]
