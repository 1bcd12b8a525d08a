"""YAML and JSON files that are right."""

import json
from pathlib import Path
from typing import Any

import pytest

from taxoloom.taxonomy import Node, Taxonomy, load
from taxoloom.taxonomy.tree import path_id

WHOLE = """\
# a comment
name: 编程
definition: 写代码与读代码
open: true
attributes:
  语言: [Python, C++, HTML/CSS, "..."]
  框架:
    definition: 技术栈
    open: false
    values:
      Web: [React, Vue]
      Data:
        Pandas: 表格
        NumPy:
      其他: 不属于以上各类
children:
  - name: 代码生成
    id: generate
    definition: 写出新代码
    children:
      - 从零实现
      - 代码补全
      - …
  - 代码理解
"""


def _load(folder: Path, text: str, name: str = "tree.yaml", **options: Any) -> Taxonomy:
    path = folder / name
    path.write_bytes(text.encode())
    return load(path, **options)


def _names(nodes: tuple[Node, ...]) -> list[str]:
    return [node.name for node in nodes]


def test_a_whole_yaml_file(tmp_path: Path) -> None:
    tree = _load(tmp_path, WHOLE)
    assert tree.root.name == "编程"
    assert tree.root.definition == "写代码与读代码"
    assert tree.root.open
    assert _names(tree.leaves()) == ["从零实现", "代码补全", "代码理解"]
    generate = tree.node("generate")
    assert generate.open
    assert generate.definition == "写出新代码"
    assert generate.line == 17
    assert tree.children("generate")[1].line == 22
    assert tree.children("generate")[0].id == path_id(("编程", "代码生成", "从零实现"))


def test_values_carry_groups_and_definitions(tmp_path: Path) -> None:
    language, framework = _load(tmp_path, WHOLE).root.attributes
    assert [value.name for value in language.values] == ["Python", "C++", "HTML/CSS"]
    assert language.open
    assert not framework.open
    assert framework.definition == "技术栈"
    assert [(v.group, v.name, v.definition) for v in framework.values] == [
        ("Web", "React", ""),
        ("Web", "Vue", ""),
        ("Data", "Pandas", "表格"),
        ("Data", "NumPy", ""),
        ("", "其他", "不属于以上各类"),
    ]


def test_json_says_the_same_as_yaml(tmp_path: Path) -> None:
    data = {
        "name": "编程",
        "attributes": {"语言": {"values": ["Python", "..."], "definition": "d"}},
        "children": ["甲 \U0001f600", {"name": "乙", "open": True, "children": ["丙", "…"]}],
    }
    tree = _load(tmp_path, json.dumps(data, indent=2), "tree.json")
    pretty = json.dumps(data, ensure_ascii=False, indent="\t")
    assert _load(tmp_path, pretty, "tabs.json") == tree
    assert _load(tmp_path, json.dumps(data, ensure_ascii=False), "json-is.yaml") == tree
    assert [(node.name, node.open) for node in tree.walk()] == [
        ("编程", False),
        ("甲 \U0001f600", False),
        ("乙", True),
        ("丙", False),
    ]
    assert tree.root.attributes[0].open
    assert tree.children(tree.root.id)[1].line == 14


@pytest.mark.parametrize(
    ("text", "root", "leaves"),
    [
        ("- 甲\n- 乙\n", "tree", ["甲", "乙"]),
        ("- 甲\n", "tree", ["甲"]),
        ("- name: 甲\n  children: [乙, 丙]\n", "甲", ["乙", "丙"]),
        ("children:\n- 甲\n- 乙\n", "tree", ["甲", "乙"]),
        ("children:\n- name: 甲\n  children: [乙]\n", "甲", ["乙"]),
        ("name: 根\nchildren:\n- name: 甲\n  children: [乙]\n", "根", ["乙"]),
        ("- name: 甲\n  children: [乙]\n- ...\n", "tree", ["乙"]),
        ("name: 根\nchildren: [甲]\nattributes:\n", "根", ["甲"]),
        ("- name: 甲\n  children:\n", "tree", ["甲"]),
    ],
)
def test_the_root_is_what_stands_above_all(
    tmp_path: Path, text: str, root: str, leaves: list[str]
) -> None:
    tree = _load(tmp_path, text)
    assert tree.root.name == root
    assert _names(tree.leaves()) == leaves


def test_rows_with_parents_make_the_same_tree_in_any_order(tmp_path: Path) -> None:
    rows = """\
nodes:
  - {id: s, name: 从零实现, parent: g}
  - {id: r, name: 编程, open: true}
  - {id: g, name: 代码生成, parent: r, definition: 写新代码}
  - {id: u, name: 代码理解, parent: r}
"""
    tree = _load(tmp_path, rows)
    assert [node.id for node in tree.walk()] == ["r", "g", "s", "u"]
    assert tree.node("s").line == 2


def test_rows_without_ids_name_their_parent(tmp_path: Path) -> None:
    tree = _load(
        tmp_path,
        '{"name": "根", "nodes": [{"name": "甲"}, {"name": "乙", "parent": "甲"},'
        ' {"name": "丙", "parent": null}]}',
        "rows.json",
    )
    assert [node.path for node in tree.leaves()] == [("根", "甲", "乙"), ("根", "丙")]


@pytest.mark.parametrize(
    ("file", "text", "root"),
    [
        ("tree.txt", '\n {"name": "根", "children": ["甲"]}', "根"),
        ("tree", "name: 根\nchildren: [甲]\n", "根"),
        ("tree.conf", "- name: 根\n  children: [甲]\n", "根"),
        ("tree.txt", "# 根\n- 甲\n", "根"),
    ],
)
def test_without_a_known_suffix_the_content_decides(
    tmp_path: Path, file: str, text: str, root: str
) -> None:
    tree = _load(tmp_path, text, file)
    assert tree.root.name == root
    assert _names(tree.leaves()) == ["甲"]


def test_an_asked_format_beats_the_suffix(tmp_path: Path) -> None:
    assert _load(tmp_path, "name: 根\nchildren: [甲]", "tree.md", format="yaml").root.name == "根"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("file", ["tree.yaml", "tree.json", "tree.md"])
def test_byte_order_mark_and_any_line_end_are_accepted(
    tmp_path: Path, file: str, mark: str, end: str
) -> None:
    texts = {
        "tree.yaml": "name: 根\nchildren:\n- 甲\n- 乙\n",
        "tree.json": '{"name": "根",\n"children": [\n"甲",\n"乙"]}\n',
        "tree.md": "# 根\n\n- 甲\n- 乙\n",
    }
    tree = _load(tmp_path, mark + texts[file].replace("\n", end), file)
    assert [node.name for node in tree.walk()] == ["根", "甲", "乙"]
    assert tree.leaves()[1].line == 4


def test_names_that_look_dangerous_but_are_not(tmp_path: Path) -> None:
    names = ["HTML/CSS", "../x", "C:\\dir", "a: b", "# x", "null", "a'b\"c", "Ελληνικά", "x" * 200]
    tree = _load(tmp_path, json.dumps({"name": "根", "children": names}), "tree.json")
    assert _names(tree.leaves()) == names


def test_the_same_name_may_stand_in_two_places(tmp_path: Path) -> None:
    tree = _load(tmp_path, "- {name: 甲, children: [其他]}\n- {name: 乙, children: [其他]}\n")
    first, second = tree.leaves()
    assert first.name == second.name
    assert first.id != second.id


def test_block_texts_and_explicit_string_tags_are_text(tmp_path: Path) -> None:
    text = "name: !!str 12\ndefinition: |\n  一\n  二\nchildren: ['no', \"012\"]\n"
    tree = _load(tmp_path, text)
    assert tree.root.name == "12"
    assert tree.root.definition == "一\n二"
    assert _names(tree.leaves()) == ["no", "012"]


def _nested(depth: int) -> str:
    opened = "".join(f'{{"name": "{i}", "children": [' for i in range(depth))
    return opened + '"leaf"' + "]}" * depth


@pytest.mark.parametrize("file", ["deep.yaml", "deep.json"])
def test_ten_thousand_nested_levels(tmp_path: Path, file: str) -> None:
    tree = _load(tmp_path, _nested(10_000), file)
    assert len(tree.leaves()[0].path) == 10_001


def test_a_hundred_thousand_nested_nodes(tmp_path: Path) -> None:
    lines = ["name: 根", "children:"]
    for i in range(1000):
        lines += [f"- name: 类{i}", "  children:", *(f"  - 叶 {j}" for j in range(100))]
    tree = _load(tmp_path, "\n".join(lines))
    assert len(tree) == 101_001
    assert len(tree.leaves()) == 100_000
    assert tree.leaves()[-1].path == ("根", "类999", "叶 99")


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    rows = [{"id": f"n{i}", "name": f"类 {i}", "parent": f"n{i // 10}"} for i in range(1, 100_000)]
    text = json.dumps({"nodes": [{"id": "n0", "name": "根"}, *rows]})
    tree = _load(tmp_path, text, "rows.json")
    assert len(tree) == 100_000
    assert len(tree.node("n99999").path) == 6
