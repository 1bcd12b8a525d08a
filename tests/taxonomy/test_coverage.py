"""Coverage against planted truth: everything is counted twice, once by a loop over all rows."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy import Attribute, Node, Space, Taxonomy, Value, axes
from taxoloom.taxonomy.measuring.coverage import measure
from taxoloom.taxonomy.measuring.covered import Coverage, Share
from taxoloom.tests.support.spaces import Sample, cells, pairs, pairs_of, rows_at, shop

NEVER = {"never": {"tone": "curt", "channel": ["mail", "phone"]}}


def random_samples(taxonomy: Taxonomy, count: int, *, leaves: str, seed: int = 1) -> list[Sample]:
    chance = random.Random(seed)
    possible = {leaf: list(rows_at(taxonomy, leaf)) for leaf in leaves}
    chosen = chance.choices(leaves, k=count)
    return [(leaf, chance.choice(possible[leaf])) for leaf in chosen]


def test_planted_gaps_are_found_on_every_level() -> None:
    taxonomy = shop()
    found = measure(Space(taxonomy), random_samples(taxonomy, 40, leaves="ab"))
    assert [(level.depth, str(level.nodes)) for level in found.levels] == [
        (1, "1/3"),
        (2, "2/3"),
        (3, "0/2"),
    ]
    assert [level.thin for level in found.levels] == [
        (("Shop > Digital", 0), ("Shop > Food", 0)),
        (("Shop > Digital > Phones", 0),),
        (("Shop > Digital > Phones > Smart", 0), ("Shop > Digital > Phones > Plain", 0)),
    ]
    assert found.leaves == Share(2, 5)
    assert [leaf.id for leaf in found.thin_leaves] == ["c", "d", "e"]


def test_a_node_has_what_is_below_it_and_needs_as_many_as_asked() -> None:
    samples: list[Sample] = [("a", {"tone": "kind"})] * 2 + [("b", {}), ("c", {})]
    found = measure(Space(shop()), samples, least=3)
    assert str(found.levels[0].nodes) == "1/3"
    assert found.levels[0].thin == (("Shop > Digital", 1), ("Shop > Food", 0))
    assert found.leaves == Share(0, 5)
    assert {leaf.id: leaf.count for leaf in found.thin_leaves} == dict(a=2, b=1, c=1, d=0, e=0)
    assert found.samples == 4


@pytest.mark.parametrize("constraints", [(), (NEVER,)])
@pytest.mark.parametrize("least", [1, 2, 5])
def test_cells_and_pairs_are_those_of_a_loop(constraints: tuple[Any, ...], least: int) -> None:
    taxonomy = shop(*constraints)
    samples = random_samples(taxonomy, 30, leaves="abcd")
    found = measure(Space(taxonomy), samples, least=least)
    counted = Counter((leaf, *label) for leaf, row in samples for label in row.items())
    possible = cells(taxonomy)
    enough = {cell for cell in possible if counted[cell] >= least}
    assert found.cells == Share(len(enough), len(possible))
    thin = {(leaf.id, *label): count for leaf, label, count in found.thin_cells}
    assert thin == {cell: counted[cell] for cell in possible - enough}
    assert found.smallest_cell == min(counted[cell] for cell in possible)
    together = Counter(pair for _, row in samples for pair in pairs_of(row))
    valid = pairs(taxonomy)
    covered = {pair for pair in valid if together[pair] >= least}
    assert found.pairs == Share(len(covered), len(valid))
    missing = {frozenset((p.first, p.second)): p.count for p in found.thin_pairs}
    assert missing == {pair: together[pair] for pair in valid - covered}


def test_what_constraints_rule_out_leaves_the_denominator() -> None:
    assert measure(Space(shop(NEVER)), []).pairs.total == measure(Space(shop()), []).pairs.total - 2
    only_kind = {"only": {"category": "Food"}, "with": {"tone": "kind"}}
    assert measure(Space(shop(only_kind)), []).cells.total == 28
    assert measure(Space(shop()), []).cells.total == 5 * 5 + 2 * 2


def test_copies_change_counts_and_nothing_that_is_covered() -> None:
    taxonomy = shop()
    once = random_samples(taxonomy, 12, leaves="abe")
    single, tripled = measure(Space(taxonomy), once), measure(Space(taxonomy), once * 3)
    assert (single.leaves, single.cells, single.pairs) == (
        tripled.leaves,
        tripled.cells,
        tripled.pairs,
    )
    assert tripled.samples == 36
    # More than are counted at once.
    many = measure(Space(taxonomy), once * 1000, least=1000)
    assert (many.leaves, many.cells, many.pairs) == (single.leaves, single.cells, single.pairs)


def test_label_shares_are_of_the_samples_that_carry_the_name() -> None:
    samples: list[Sample] = [
        ("a", {"tone": "kind", "channel": "chat"}),
        ("a", {"tone": "kind"}),
        ("c", {"tone": "curt", "system": "ios"}),
        ("e", {}),
    ]
    found = measure(Space(shop()), samples)
    tone, channel, system = found.mixes
    assert [mix.name for mix in found.mixes] == ["tone", "channel", "system"]
    assert (tone.samples, channel.samples, system.samples) == (3, 1, 1)
    kind, curt = tone.values
    assert (kind.count, kind.asked_share) == (2, 0.5)
    assert kind.share == pytest.approx(2 / 3)
    assert curt.difference == pytest.approx(1 / 3 - 1 / 2)
    assert tone.distance.variation == pytest.approx(1 / 6)
    assert channel.distance.variation == pytest.approx(2 / 3)
    assert found.farthest is not None
    assert found.farthest[0] == "channel"
    assert (system.cells.covered, system.cells.total) == (1, 4)


def test_asked_shares_follow_weights_of_nodes_and_values() -> None:
    root = Node("r", "R", attributes=(Attribute("x", (Value("p", weight=3), Value("q"))),))
    other = Attribute("x", (Value("q"), Value("s")))
    tree = Taxonomy(
        [root, Node("a", "A", root, weight=4), Node("b", "B", root, attributes=(other,))]
    )
    found = measure(Space(tree), [("a", {"x": "p"})] * 6 + [("b", {"x": "s"})] * 4)
    shares = {value.value: value.asked_share for value in found.mixes[0].values}
    assert shares == pytest.approx({"p": 0.8 * 0.75, "q": 0.8 * 0.25 + 0.2 * 0.5, "s": 0.1})
    assert found.leaf_distance.variation == pytest.approx(0.2)
    assert found.by_leaf[0].asked_share == pytest.approx(0.8)


def test_the_mix_is_the_nearest_that_constraints_allow() -> None:
    rule = {"only": {"category": "Clothes"}, "with": {"tone": "kind"}}
    found = measure(Space(shop(rule, weights={"c": 0.5, "d": 0.5, "e": 1})), [])
    kind, _ = found.mixes[0].values
    assert kind.asked_share == pytest.approx(0.5, abs=1e-3)
    (kind, curt) = measure(Space(shop(rule, weights={"a": 8})), []).mixes[0].values
    # Nine of twelve samples cannot be curt.
    assert (kind.asked_share, curt.asked_share) == pytest.approx((0.75, 0.25), abs=1e-3)


def test_a_target_takes_the_place_of_weights() -> None:
    samples: list[Sample] = [("a", {}), ("a", {}), ("a", {}), ("b", {})]
    found = measure(Space(shop()), samples, target={"a": 3, "b": 1, "e": 4})
    asked = {leaf.id: (leaf.asked, leaf.asked_share) for leaf in found.by_leaf}
    assert asked == {"a": (3, 0.375), "b": (1, 0.125), "c": (0, 0), "d": (0, 0), "e": (4, 0.5)}
    assert found.leaf_distance.variation == pytest.approx(0.5)
    assert found.leaves == Share(2, 5)


def test_leaves_of_weight_zero_are_counted_and_in_no_denominator() -> None:
    space = Space(shop(weights={"c": 0.0, "d": 0.0}))
    found = measure(space, [("a", {"tone": "kind"}), ("c", {"tone": "curt"})])
    assert found.samples == 2
    assert found.leaves == Share(1, 3)
    assert found.cells == Share(1, 15)
    assert [str(level.nodes) for level in found.levels] == ["1/2", "1/2"]
    assert [leaf.count for leaf in found.by_leaf if not leaf.drawn] == [1, 0]


def test_labels_outside_the_space_are_listed_with_their_reason() -> None:
    samples: list[Sample] = [
        ("a", {"tone": "kind", "mood": "x"}),
        ("a", {"mood": "y", "tone": "loud"}),
        ("e", {"system": "ios", "tone": "curt"}),
    ]
    found = measure(Space(shop()), samples)
    strays = {(s.name, s.value, s.why, s.count, s.leaf) for s in found.strays}
    assert strays == {
        ("mood", "", "unknown name", 2, "Shop > Clothes > Shirts"),
        ("tone", "loud", "unknown value", 1, "Shop > Clothes > Shirts"),
        ("system", "ios", "not at this leaf", 1, "Shop > Food"),
    }
    assert found.strayed == 3
    assert found.samples == 3
    assert {mix.name: mix.samples for mix in found.mixes} == {"tone": 2, "channel": 0, "system": 0}


def test_impossible_combinations_are_listed_and_cover_no_pair() -> None:
    samples: list[Sample] = [("a", {"tone": "curt", "channel": "mail"})] * 2
    found = measure(Space(shop(NEVER)), samples)
    (clash,) = found.clashes
    assert dict(clash.labels) == {"tone": "curt", "channel": "mail"}
    assert (clash.count, clash.leaf) == (2, "Shop > Clothes > Shirts")
    assert found.clashed == 2
    assert found.pairs.covered == 0
    assert found.cells.covered == 2


def test_a_sample_against_two_constraints_is_one_sample() -> None:
    also = {"never": {"system": "ios", "channel": "mail"}}
    row = {"tone": "curt", "channel": "mail", "system": "ios"}
    found = measure(Space(shop(NEVER, also)), [("c", row), ("c", {"tone": "kind"})])
    assert found.clashed == 1
    assert len(found.clashes) == 2


def test_an_attribute_beside_what_rules_it_out_is_a_combination_that_cannot_be() -> None:
    rule = {"attribute": "system", "when": {"channel": ["chat", "phone"]}}
    samples: list[Sample] = [
        ("c", {"system": "ios", "channel": "mail"}),
        ("c", {"system": "ios", "channel": "chat"}),
        ("c", {"system": "ios"}),
    ]
    found = measure(Space(shop(rule)), samples)
    assert [dict(clash.labels) for clash in found.clashes] == [{"system": "ios", "channel": "mail"}]
    assert found.clashed == 1


def test_axes_have_cells_of_their_own() -> None:
    space = Space(shop(), axes("en", {"difficulty": None}))
    found = measure(space, [("e", {"difficulty": "basic"})])
    assert [mix.name for mix in found.mixes if mix.axis] == ["difficulty"]
    assert found.attribute_cells == Share(0, 29)
    assert found.cells == Share(1, 29 + 5 * 3)


def test_a_taxonomy_may_be_one_node_without_labels() -> None:
    found = measure(Space(Taxonomy([Node("r", "R")])), [("r", {})])
    assert [(level.depth, str(level.nodes)) for level in found.levels] == [(0, "1/1")]
    assert (found.cells, found.pairs, found.smallest_cell) == (Share(0, 0), Share(0, 0), None)
    assert found.farthest is None


def test_an_unknown_leaf_is_refused() -> None:
    with pytest.raises(KeyError):
        measure(Space(shop()), [("z", {})])


def test_json_has_everything() -> None:
    taxonomy = shop(NEVER)
    found = measure(Space(taxonomy), random_samples(taxonomy, 9, leaves="abc"), least=2)
    data = json.loads(json.dumps(found.to_dict()))
    empty = [(leaf, n, v) for leaf, ns in data["cells"]["empty"].items() for n in ns for v in ns[n]]
    thin = [(leaf, n, v) for leaf, ns in data["cells"]["thin"].items() for n in ns for v in ns[n]]
    assert len(empty) + len(thin) == found.cells.total - found.cells.covered
    assert len(data["pairs"]["empty"]) + len(data["pairs"]["thin"]) == len(found.thin_pairs)
    assert sum(leaf["count"] for leaf in data["by_leaf"]) == 9
    for leaf, known in zip(data["by_leaf"], found.by_leaf, strict=True):
        assert {(n, v): c for n, vs in leaf["cells"].items() for v, c in vs.items()} == dict(
            known.cells()
        )


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcde"),
            st.dictionaries(
                st.sampled_from(["tone", "channel", "system", "mood"]),
                st.sampled_from(["kind", "curt", "chat", "mail", "ios", "?"]),
            ),
        ),
        max_size=25,
    ),
    st.integers(1, 3),
)
def test_whatever_labels_say_counts_agree(samples: list[Sample], least: int) -> None:
    taxonomy = shop(NEVER)
    found: Coverage = measure(Space(taxonomy), samples, least=least)
    assert sum(leaf.count for leaf in found.by_leaf) == found.samples == len(samples)
    possible = cells(taxonomy)
    given_ = Counter((leaf, *label) for leaf, row in samples for label in row.items())
    inside = sum(count for cell, count in given_.items() if cell in possible)
    assert sum(sum(leaf.counts) for leaf in found.by_leaf) == inside
    assert sum(stray.count for stray in found.strays) == given_.total() - inside
    assert sum(value.count for mix in found.mixes for value in mix.values) == inside
    assert found.pairs.total - found.pairs.covered == len(found.thin_pairs)
