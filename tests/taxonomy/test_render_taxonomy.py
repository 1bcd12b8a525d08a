from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taxoloom.taxonomy import Attribute, Node, Taxonomy, Value, load
from taxoloom.taxonomy.formats.render import Line, outline
from taxoloom.taxonomy.formats.write_yaml import to_yaml
from taxoloom.taxonomy.names import key, name_problem, prose_problem
from taxoloom.taxonomy.tree import path_id

EXAMPLES = Path(__file__).parents[2] / "examples"

_words = st.sampled_from(
    [
        "代码生成",
        "HTML/CSS",
        "no",
        "012",
        "null",
        "a: b",
        "# x",
        "- x",
        "*a",
        "&a",
        "!x",
        "2025-01-01",
    ]
)
_names = (
    (st.text(max_size=12) | _words).map(str.strip).filter(lambda name: name_problem(name) is None)
)
_prose = st.text(max_size=40).map(str.strip).filter(lambda text: prose_problem(text) is None)


def _lists(one: st.SearchStrategy[str], *, least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(one, min_size=least, max_size=4, unique_by=key)


@st.composite
def _attributes(draw: st.DrawFn) -> tuple[Attribute, ...]:
    found = []
    for name in draw(_lists(_names, least=0)):
        groups = draw(_lists(_names, least=0))
        values = tuple(
            Value(value, draw(_prose), draw(st.sampled_from(["", *groups])))
            for value in draw(_lists(_names, least=1))
        )
        found.append(Attribute(name, values, draw(_prose), draw(st.booleans())))
    return tuple(found)


@st.composite
def _taxonomies(draw: st.DrawFn) -> Taxonomy:
    nodes = [Node(path_id(["根"]), "根", open=draw(st.booleans()), attributes=draw(_attributes()))]
    deep = draw(st.booleans())
    for number in range(draw(st.integers(1, 60 if deep else 8))):
        parent = nodes[-1] if deep else draw(st.sampled_from(nodes))
        name = draw(_names)
        if any(node.parent is parent and key(node.name) == key(name) for node in nodes):
            continue
        plain = draw(st.booleans())
        node_id = path_id([*parent.path, name]) if plain else f"n{number}"
        small = plain or deep
        nodes.append(
            Node(
                node_id,
                name,
                parent,
                definition="" if small else draw(_prose),
                open=draw(st.booleans()),
                attributes=() if small else draw(_attributes()),
            )
        )
    return Taxonomy(nodes)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(taxonomy=_taxonomies())
def test_what_is_written_as_yaml_loads_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy
) -> None:
    path = tmp_path_factory.getbasetemp() / "round_trip.yaml"
    path.write_bytes(to_yaml(taxonomy).encode())
    if len(taxonomy) > 1:
        assert load(path).to_dict() == taxonomy.to_dict()
    assert Taxonomy.from_dict(taxonomy.to_dict()) == taxonomy


@pytest.mark.parametrize("name", ["customer_service", "programming"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_examples_survive_a_round_trip(tmp_path: Path, name: str, language: str) -> None:
    tree = load(EXAMPLES / f"{name}.{language}.yaml")
    again = tmp_path / "again.yaml"
    again.write_text(to_yaml(tree), encoding="utf-8")
    assert load(again) == tree


def test_yaml_is_as_plain_as_it_can_be() -> None:
    root = Node(path_id(["编程"]), "编程", open=True)
    make = Node(
        "make",
        "代码: 生成",
        root,
        attributes=(Attribute("语言", (Value("no"), Value("Go", "静态", "系统")), open=True),),
    )
    read = Node(path_id(["编程", "HTML/CSS"]), "HTML/CSS", root)
    assert (
        to_yaml(Taxonomy([root, make, read]))
        == """\
name: 编程
open: true
children:
  - name: "代码: 生成"
    id: make
    attributes:
      语言:
        open: true
        values:
          - "no"
          - 系统:
              - Go: 静态
  - HTML/CSS
"""
    )


def test_deep_trees_are_written_as_rows(tmp_path: Path) -> None:
    rows = [{"id": f"n{i}", "name": f"层 {i}", "parent": f"n{i - 1}"} for i in range(1, 10_000)]
    tree = Taxonomy.from_dict({"nodes": [{"id": "n0", "name": "层 0"}, *rows]})
    path = tmp_path / "deep.yaml"
    path.write_text(to_yaml(tree), encoding="utf-8")
    assert path.stat().st_size < 1_000_000
    assert load(path) == tree
    assert sum(1 for _ in outline(tree)) == 10_000


def test_outline_draws_categories_attributes_and_groups() -> None:
    root = Node(
        "r",
        "编程",
        definition="写代码",
        open=True,
        attributes=(
            Attribute("语言", (Value("Python"), Value("Go")), open=True),
            Attribute("框架", (Value("Vue", group="Web"), Value("Pandas", group="Data")), "技术栈"),
        ),
    )
    tree = Taxonomy([root, Node("g", "生成", root)])
    assert list(outline(tree)) == [
        Line(0, "category", "编程", "写代码", open=True),
        Line(1, "attribute", "语言", values=("Python", "Go"), open=True),
        Line(1, "attribute", "框架", "技术栈"),
        Line(2, "group", "Web", values=("Vue",)),
        Line(2, "group", "Data", values=("Pandas",)),
        Line(1, "leaf", "生成"),
    ]
