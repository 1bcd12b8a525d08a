import json
import pickle

import pytest

from taxoloom.taxonomy import Attribute, Node, Taxonomy, Value
from taxoloom.taxonomy.tree import path_id


def _tree() -> Taxonomy:
    language = Attribute("语言", (Value("Python"), Value("Go", "静态类型")), open=True)
    nearer = Attribute("语言", (Value("SQL"),))
    level = Attribute("难度", (Value("易"), Value("难")))
    root = Node("r", "编程", attributes=(language, level))
    make = Node("g", "代码生成", root, open=True)
    scratch = Node("s", "从零实现", make, attributes=(nearer,))
    complete = Node("c", "代码补全", make, definition="补上缺的部分")
    read = Node("u", "HTML/CSS", root)
    return Taxonomy([root, make, scratch, complete, read])


def test_nodes_are_reached_by_id_and_by_relation() -> None:
    tree = _tree()
    assert tree.root.name == "编程"
    assert tree.node("g").open
    assert [node.id for node in tree.children("g")] == ["s", "c"]
    assert tree.parent("s") is tree.node("g")
    assert tree.parent("r") is None
    assert [node.id for node in tree.siblings("s")] == ["c"]
    assert tree.siblings("r") == ()
    assert [node.id for node in tree.lineage("c")] == ["r", "g", "c"]
    assert "s" in tree
    assert "x" not in tree
    assert len(tree) == 5
    with pytest.raises(KeyError):
        tree.node("x")


def test_walk_and_leaves_keep_the_order_of_the_file() -> None:
    tree = _tree()
    assert [node.id for node in tree.walk()] == ["r", "g", "s", "c", "u"]
    assert [node.id for node in tree.leaves()] == ["s", "c", "u"]
    assert tree.is_leaf("u")
    assert not tree.is_leaf("g")


def test_a_path_begins_at_the_root() -> None:
    assert _tree().node("s").path == ("编程", "代码生成", "从零实现")


@pytest.mark.parametrize(
    "path",
    [
        ("编程", "HTML/CSS"),
        ("HTML/CSS",),
        ["html/css"],
        "编程 > HTML/CSS",
        "ＨＴＭＬ/CSS",
    ],
)
def test_find_takes_paths_with_and_without_the_root(path: tuple[str, ...] | str) -> None:
    found = _tree().find(path)
    assert found is not None
    assert found.id == "u"


@pytest.mark.parametrize("path", [(), ("代码",), ("编程", "从零实现"), "编程 > 代码生成 > x"])
def test_find_says_none_for_an_unknown_path(path: tuple[str, ...] | str) -> None:
    assert _tree().find(path) is None


def test_find_sees_a_child_that_is_called_like_the_root() -> None:
    root = Node("1", "编程")
    tree = Taxonomy([root, Node("2", "编程", root)])
    assert tree.find(("编程",)) is tree.root
    assert tree.find(("编程", "编程")) is tree.node("2")


def test_attributes_are_inherited_and_the_nearer_definition_wins() -> None:
    tree = _tree()
    inherited = {a.name: [v.name for v in a.values] for a in tree.attributes_of("c")}
    assert inherited == {"语言": ["Python", "Go"], "难度": ["易", "难"]}
    replaced = {a.name: [v.name for v in a.values] for a in tree.attributes_of("s")}
    assert replaced == {"语言": ["SQL"], "难度": ["易", "难"]}
    assert tree.node("s").attributes == (Attribute("语言", (Value("SQL"),)),)


def test_to_dict_is_json_and_loses_nothing() -> None:
    tree = _tree()
    again = Taxonomy.from_dict(json.loads(json.dumps(tree.to_dict())))
    assert again.to_dict() == tree.to_dict()
    assert list(again.walk()) == list(tree.walk())
    assert again == tree
    assert hash(again) == hash(tree)


def test_the_fingerprint_sees_every_fact() -> None:
    def fingerprint(**change: object) -> str:
        row = {"id": "a", "name": "甲", "parent": "r", **change}
        return Taxonomy.from_dict({"nodes": [{"id": "r", "name": "根"}, row]}).fingerprint

    values = [{"name": "v", "definition": "", "group": ""}]
    attribute = {"name": "x", "definition": "", "open": False, "values": values}
    seen = {
        fingerprint(),
        fingerprint(name="乙"),
        fingerprint(id="b"),
        fingerprint(definition="d"),
        fingerprint(open=True),
        fingerprint(attributes=[attribute]),
        fingerprint(attributes=[attribute | {"open": True}]),
    }
    assert len(seen) == 7
    assert fingerprint() == fingerprint()


def test_the_fingerprint_does_not_depend_on_lines() -> None:
    root = Node("r", "根")
    assert Taxonomy([root]).fingerprint == Taxonomy([Node("r", "根", line=7)]).fingerprint


def test_nodes_cannot_be_changed() -> None:
    tree = _tree()
    with pytest.raises(AttributeError):
        tree.root.name = "x"  # type: ignore[misc]
    with pytest.raises(Exception, match=r"[Ff]rozen"):
        tree.graph.add_edge("s", "r")


def test_what_is_no_tree_is_refused() -> None:
    root = Node("r", "根")
    with pytest.raises(ValueError, match="at least one"):
        Taxonomy([])
    with pytest.raises(ValueError, match="second root"):
        Taxonomy([root, Node("s", "又一个")])
    with pytest.raises(ValueError, match="the id"):
        Taxonomy([root, Node("r", "又一个", root)])
    with pytest.raises(ValueError, match="before it"):
        Taxonomy([root, Node("c", "子", Node("x", "?"))])


def test_ids_depend_on_the_path_only() -> None:
    assert path_id(("编程", "代码生成")) == path_id(("编程", "代码生成"))
    assert path_id(("a", "bc")) != path_id(("ab", "c"))
    assert len(path_id(("编程",))) == 12
    assert path_id(("caf\u00e9",)) == path_id(("cafe\u0301",))


def test_ten_thousand_levels_need_no_recursion() -> None:
    rows = [{"id": str(i), "name": f"层{i}", "parent": str(i - 1)} for i in range(1, 10_000)]
    tree = Taxonomy.from_dict({"nodes": [{"id": "0", "name": "层0"}, *rows]})
    assert [leaf.id for leaf in tree.leaves()] == ["9999"]
    assert len(tree.lineage("9999")) == 10_000
    assert len(tree.node("9999").path) == 10_000
    assert tree.attributes_of("9999") == ()
    assert tree.find(tree.node("9999").path) is tree.node("9999")
    assert pickle.loads(pickle.dumps(tree)) == tree
    assert Taxonomy.from_dict(json.loads(json.dumps(tree.to_dict()))) == tree
