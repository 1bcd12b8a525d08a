"""Rows as people have them, and where they belong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy import Node, Space, Taxonomy, axes
from taxoloom.taxonomy.measuring.place import Placed, Placer
from taxoloom.taxonomy.measuring.places import Places, Unplaced
from taxoloom.tests.support.spaces import attribute, shop

SPACE = Space(shop(), axes("zh", {"difficulty": None}))
PLACER = Placer(SPACE)


def leaf_of(row: dict[str, Any]) -> str:
    found = PLACER.place(row)
    assert isinstance(found, Placed), found
    return found.leaf


def labels_of(row: dict[str, Any]) -> dict[str, str]:
    found = PLACER.place({"leaf": "c"} | row)
    assert isinstance(found, Placed), found
    return found.labels


@pytest.mark.parametrize(
    "written",
    [
        "Shop > Digital > Phones > Smart",
        "Digital > Phones > Smart",
        "digital>phones>SMART",
        "Shop ＞ Digital＞Phones ＞ Smart",
        " Digital  >  Phones > Smart ",
        ["Shop", "Digital", "Phones", "Smart"],
        ["Digital", "Phones", "Smart"],
        ["Digital > Phones", "Smart"],
        "c",
        "Smart",
        "ｓｍａｒｔ",
    ],
)
def test_a_leaf_is_found_by_path_id_and_name(written: Any) -> None:
    assert leaf_of({"category": written}) == "c"


@pytest.mark.parametrize("written", ["衬衫", "Clothes > 衬衫", "Shop＞Clothes＞衬衫"])
def test_a_leaf_is_found_by_an_alias(written: str) -> None:
    assert leaf_of({"leaf": written}) == "a"


@pytest.mark.parametrize("field", ["leaf", "path", "category", "taxonomy"])
@pytest.mark.parametrize("inside", ["", "meta", "metadata"])
def test_the_leaf_may_stand_in_several_fields(field: str, inside: str) -> None:
    row: dict[str, Any] = {field: "Shoes"}
    assert leaf_of({inside: row} if inside else row) == "b"
    assert leaf_of({inside: json.dumps(row)} if inside else row) == "b"


def test_of_several_fields_the_first_that_can_be_found_counts() -> None:
    assert leaf_of({"path": "data/part-3.json", "meta": {"leaf": "Food"}}) == "e"
    refused = PLACER.place({"path": "data/part-3.json", "category": "Toys"})
    assert refused == Unplaced("unknown category", "data/part-3.json")


@pytest.mark.parametrize(
    ("row", "field", "leaf"),
    [
        ({"topic": "Shoes", "leaf": "Food"}, "topic", "b"),
        ({"info": {"topic": "Shoes"}}, "info.topic", "b"),
        ({"info.topic": "Shoes"}, "info.topic", "b"),
        ({"info": {"topic": ["Clothes", "Shoes"]}}, "info.topic", "b"),
        ({"leaf": "Food"}, "topic", None),
        ({"info": "Shoes"}, "info.topic", None),
    ],
)
def test_a_field_may_be_named(row: dict[str, Any], field: str, leaf: str | None) -> None:
    found = Placer(SPACE, leaf_field=field).place(row)
    if leaf is None:
        assert found == Unplaced("names no category")
    else:
        assert isinstance(found, Placed)
        assert found.leaf == leaf


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "names no category"),
        ({"leaf": ""}, "names no category"),
        ({"leaf": " > "}, "unknown category"),
        ({"leaf": None, "category": []}, "names no category"),
        ({"leaf": {"name": "Food"}}, "names no category"),
        ({"leaf": True}, "names no category"),
        ({"category": "Toys"}, "unknown category"),
        ({"category": "Phones > Smart"}, "unknown category"),
        ({"category": "Digital > Phones"}, "not a leaf"),
        ({"category": "Shop"}, "not a leaf"),
        ({"category": "phones"}, "not a leaf"),
    ],
)
def test_a_row_without_a_leaf_says_why(row: dict[str, Any], reason: str) -> None:
    found = PLACER.place(row)
    assert isinstance(found, Unplaced)
    assert found.reason == reason


def tricky() -> Places:
    root = Node("r", "All")
    one, two = Node("1", "One", root), Node("2", "Two", root)
    nodes = [
        root,
        one,
        Node("3", "Other", one),
        Node("4", "Age > 60", one),
        two,
        Node("5", "Other", two),
        Node("6", "All", two, aliases=(("en", "Everything"),)),
        Node("7", "Everything", one),
    ]
    return Places(Taxonomy(nodes))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Other", "ambiguous name"),
        ("One > Other", "3"),
        ("One > Age > 60", "4"),
        ("One > Age >60", "4"),
        ("Age > 60", "4"),
        (["One", "Age > 60"], "4"),
        ("All > One > Age > 60", "4"),
        ("Two > All", "6"),
        ("All > Two > All", "6"),
        ("All", "not a leaf"),
        ("6", "6"),
        ("Everything", "7"),
        ("Two > Everything", "6"),
    ],
)
def test_names_that_look_alike_are_told_apart_or_refused(written: Any, found: str) -> None:
    place = tricky().find(written)
    assert found == (place.reason if isinstance(place, Unplaced) else place.id)


def test_labels_come_from_a_mapping_before_columns() -> None:
    row = {"labels": {"tone": "kind"}, "tone": "curt", "channel": "mail", "text": "x"}
    assert labels_of(row) == {"tone": "kind", "channel": "mail"}
    assert labels_of({"meta": {"labels": {"tone": "curt"}}}) == {"tone": "curt"}
    assert labels_of({"labels": '{"tone": "curt"}'}) == {"tone": "curt"}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"语气": "KIND"}, {"tone": "kind"}),
        ({"Tone ": "kind"}, {"tone": "kind"}),
        ({"难度": "基础"}, {"difficulty": "basic"}),
        ({"difficulty": "basic"}, {"difficulty": "basic"}),
        ({"tone": ["kind"]}, {"tone": "kind"}),
        ({"tone": None, "channel": "", "system": []}, {}),
        ({"tone": "loud"}, {"tone": "loud"}),
        ({"tone": 3}, {"tone": "3"}),
        ({"tone": ["kind", "curt"]}, {"tone": '["kind", "curt"]'}),
    ],
)
def test_names_and_values_are_found_by_any_of_their_names(
    written: dict[str, Any], found: dict[str, str]
) -> None:
    assert labels_of({"labels": written}) == found
    assert labels_of(written) == found


def test_labels_that_the_space_does_not_know_come_through_from_the_mapping_alone() -> None:
    assert labels_of({"labels": {"mood": "x"}}) == {"mood": "x"}
    assert labels_of({"mood": "x"}) == {}
    assert labels_of({"labels": ["kind"]}) == {"labels": "kind"}
    assert len(labels_of({"tone": "k" * 5000})["tone"]) < 300


def test_a_value_is_spelled_as_its_leaf_has_it() -> None:
    root = Node("root", "Root")
    one = Node("r", "R", root, attributes=(attribute("web", "React", "Vue"),))
    other = Node("s", "S", root, attributes=(attribute("Web", "react"),))
    placer = Placer(Space(Taxonomy([root, one, other])))
    for leaf, spelled in (("r", "React"), ("s", "react")):
        found = placer.place({"leaf": leaf, "labels": {"WEB": "REACT"}})
        assert isinstance(found, Placed)
        assert found.labels == {"web": spelled}


def test_the_field_that_names_the_leaf_is_no_label() -> None:
    root = Node("root", "Root")
    leaf = Node("x", "X", root, attributes=(attribute("category", "big", "small"),))
    placer = Placer(Space(Taxonomy([root, leaf])))
    assert placer.place({"category": "X"}) == Placed("x", {})
    assert placer.place({"leaf": "X", "category": "big"}) == Placed("x", {"category": "big"})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(["leaf", "path", "meta", "labels", "tone", "语气", "taxonomy", "x"])


@given(st.dictionaries(FIELDS, VALUES))
def test_any_row_is_placed_or_refused(row: dict[str, Any]) -> None:
    found = PLACER.place(row)
    if isinstance(found, Placed):
        assert found.leaf in SPACE.place
        assert all(isinstance(text, str) for label in found.labels.items() for text in label)
    else:
        assert found.reason


@given(st.sampled_from("abcde"), st.booleans(), st.sampled_from([" > ", ">", "＞", " ＞  "]))
def test_every_spelling_of_a_path_leads_home(leaf: str, root: bool, mark: str) -> None:
    path = SPACE.taxonomy.node(leaf).path
    assert leaf_of({"path": mark.join(path if root else path[1:]).upper()}) == leaf
