"""What leaves can be: names as people write them, and what cannot be said or cannot be met."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pytest

from taxoloom.errors import InputError
from taxoloom.taxonomy import (
    Attribute,
    Axis,
    AxisValue,
    Constraint,
    Node,
    Plan,
    Space,
    Target,
    Taxonomy,
    Value,
)
from taxoloom.tests.support.specs import SMALL, random_spec

Rule = Mapping[str, Any]


def attribute(name: str, *values: str, **aliases: str) -> Attribute:
    own = tuple((tag, alias) for tag, alias in aliases.items())
    return Attribute(name, tuple(Value(value) for value in values), aliases=own)


LEVEL = Axis("difficulty", "难度", (AxisValue("easy", "容易", 1.0), AxisValue("hard", "难", 1.0)))


def shop(*rules: Rule, axes: Sequence[Axis] = ()) -> Space:
    """电商 ─ 服装 (clothes) ─ 鞋 (shoes), 衬衫 (shirts)
    ├ 数码 (digital) ─ 手机 (phones), 鞋 (trees)
    """
    root = Node("shop", "电商", attributes=(attribute("语气", "亲切", "简短", en="Tone"),))
    clothes = Node("clothes", "服装", root, aliases=(("en", "Clothes"),))
    digital = Node("digital", "数码", root, attributes=(attribute("系统", "iOS", "安卓"),))
    nodes = [
        root,
        clothes,
        Node("shoes", "鞋", clothes),
        Node("shirts", "衬衫", clothes, aliases=(("en", "Shirts"),)),
        digital,
        Node("phones", "手机", digital),
        Node("trees", "鞋", digital),
    ]
    return Space(Taxonomy(nodes, map(Constraint.from_dict, rules)), axes)


@pytest.mark.parametrize(
    "written",
    [
        "服装",
        "clothes",
        "CLOTHES",
        "ｃｌｏｔｈｅｓ",
        "电商 > 服装",
        "电商>服装",
        "电商＞服装",
        "电商 ＞ clothes",
        ["shoes", "衬衫"],
        ["服装 > 鞋", "shirts"],
        ["服装＞鞋", "Shirts"],
    ],
)
def test_a_category_is_found_by_name_id_alias_and_path(written: str | list[str]) -> None:
    space = shop({"never": {"category": written, "语气": "简短"}})
    short = {leaf.id: ("语气", "简短") in space.cells(leaf.id) for leaf in space.leaves}
    assert short == {"shoes": False, "shirts": False, "phones": True, "trees": True}


@pytest.mark.parametrize(
    ("rule", "said", "hint"),
    [
        ({"never": {"category": "鞋", "语气": "简短"}}, "more than one category", "whole path"),
        ({"never": {"category": "服装类", "语气": "简短"}}, "no category", "'服装'"),
        ({"never": {"category": "电商 > 无", "语气": "简短"}}, "no category", "whole path"),
        ({"never": {"category": "服装", "语汽": "简短"}}, "'语汽'", "'语气'"),
        ({"never": {"category": "服装", "Tones": "简短"}}, "'Tones'", "'语气'"),
        ({"never": {"category": "服装", "TONE": "简"}}, "no value '简'", "'简短'"),
        ({"attribute": "颜色", "when": {"系统": "iOS"}}, "'颜色'", "there are"),
    ],
)
def test_a_name_that_there_is_not_is_refused_with_the_nearest(
    rule: Rule, said: str, hint: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        shop(rule)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        # It exists only at clothes, which lack it.
        ([{"attribute": "系统", "when": {"category": "服装"}}], "'系统' can exist nowhere"),
        # Two conditions that no sample has both of.
        (
            [
                {"attribute": "系统", "when": {"语气": "亲切"}},
                {"attribute": "系统", "when": {"语气": "简短"}},
            ],
            "'系统' can exist nowhere",
        ),
        # Its condition is forbidden.
        (
            [
                {"attribute": "系统", "when": {"语气": "亲切"}},
                {"never": {"category": "电商", "语气": "亲切"}},
            ],
            "'系统' can exist nowhere",
        ),
        ([{"attribute": "系统", "when": {"系统": "iOS"}}], "circle"),
        ([{"only": {"category": "服装"}, "with": {"category": "数码"}}], "no sample at"),
        (
            [{"only": {"语气": ["亲切", "简短"]}, "with": {"category": "数码"}}],
            "no value of '语气'",
        ),
    ],
)
def test_constraints_that_leave_nothing_are_refused(rules: list[Rule], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        shop(*rules)
    assert caught.value.hint


def test_a_demand_counts_only_where_the_leaf_has_such_a_label() -> None:
    space = shop({"only": {"语气": "简短"}, "with": {"系统": "安卓"}})
    assert ("语气", "简短") in space.cells("shoes")
    assert not space.is_pair(("语气", "简短"), ("系统", "iOS"))
    assert space.is_pair(("语气", "简短"), ("系统", "安卓"))


def test_an_attribute_takes_the_place_of_the_axis_of_its_name_where_it_stands() -> None:
    root = Node("r", "R")
    nodes = [
        root,
        Node("a", "A", root, attributes=(attribute("Difficulty", "low", "high"),)),
        Node("b", "B", root),
    ]
    rule = Constraint.from_dict({"never": {"DIFFICULTY": ["low", "难"], "category": "R"}})
    space = Space(Taxonomy(nodes, [rule]), [LEVEL])
    assert space.cells("a") == {("difficulty", "high")}
    assert space.cells("b") == {("difficulty", "easy")}


def test_an_attribute_that_looks_like_an_axis_stands_beside_it() -> None:
    root = Node("r", "R", attributes=(attribute("难度", "低", "高"),))
    space = Space(Taxonomy([root]), [LEVEL])
    assert {name for name, _ in space.cells("r")} == {"难度", "difficulty"}


def test_weights_of_zero_alone_are_refused_even_under_a_condition() -> None:
    zero = Attribute("b", (Value("x", weight=0.0), Value("y", weight=0.0)))
    root = Node("r", "R", attributes=(attribute("a", "p", "q"), zero))
    rule = Constraint.from_dict({"attribute": "b", "when": {"a": "p"}})
    with pytest.raises(InputError, match="weights of all values of 'b'"):
        Space(Taxonomy([root], [rule]))


@pytest.mark.parametrize("weight", [1e-9, 0.1, 1e12, 1e308])
def test_shares_do_not_run_over_in_a_deep_tree(weight: float) -> None:
    node = Node("n0", "N")
    nodes = [node]
    for i in range(1, 400):
        node = Node(f"n{i}", f"N{i}", node, weight=weight)
        nodes += [node, Node(f"l{i}", f"L{i}", node.parent, weight=weight)]
    mix = Attribute("a", (Value("x", weight=weight), Value("y", weight=weight)))
    nodes[0] = Node("n0", "N", attributes=(mix,))
    rebuilt = {node.id: node for node in nodes[:1]}
    for one in nodes[1:]:
        assert one.parent is not None
        rebuilt[one.id] = Node(one.id, one.name, rebuilt[one.parent.id], weight=one.weight)
    space = Space(Taxonomy(rebuilt.values()))
    assert sum(space.shares) == pytest.approx(1)
    plan = Plan(space, Target(total=200), language="en", seed=1)
    assert sum(plan.by_leaf.values()) == 200
    labels = [dict(blueprint.labels)["a"] for blueprint in plan]
    assert labels.count("x") == 100


@pytest.mark.parametrize("seed", range(40, 50))
def test_cells_and_pairs_are_those_of_a_look_at_every_row(seed: int) -> None:
    spec = random_spec(seed, SMALL)
    space = Space(spec.taxonomy, spec.axes, spec.constraints)
    pairs = set()
    for leaf in space.leaves:
        rows = list(spec.rows(leaf.id))
        assert space.cells(leaf.id) == {label for row in rows for label in row.items()}
        pairs |= {frozenset(pair) for row in rows for pair in combinations(row.items(), 2)}
    assert {frozenset(pair) for pair in space.pairs()} == pairs


def test_shares_of_labels_are_those_that_were_asked_for() -> None:
    mix = Attribute("a", (Value("x", weight=1.0), Value("y", weight=3.0)))
    other = Attribute("a", (Value("x", weight=1.0), Value("y", weight=1.0)))
    root = Node("r", "R", attributes=(mix,))
    nodes = [root, Node("l", "L", root), Node("m", "M", root, weight=3.0, attributes=(other,))]
    space = Space(Taxonomy(nodes))
    assert space.label_shares()["a"]["x"] == pytest.approx(0.25 * 0.25 + 0.75 * 0.5)
