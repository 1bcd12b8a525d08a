"""Weights, aliases, examples, shared attributes and constraints, in YAML, JSON and Markdown."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import Constraint, Taxonomy, load
from taxoloom.taxonomy.tree import Example

WHOLE = """\
name: 编程
id: gid://shop/1
weight: 2
aliases: {en: Programming, no: [Programmering, Koding]}
constraints:
  - never: {语言: SQL, 框架: [React, Vue]}
  - only: {框架: Android}
    with: {语言: [Kotlin, Java]}
  - attribute: 框架
    when: {语言: JS}
attribute_sets:
  共用:
    语言: [SQL, Kotlin, Java, JS]
    难度: [易, 难]
children:
  - name: 生成
    use: 共用
    examples:
      - question: 写一个
        answer: "  缩进\\n"
        context: 表
      - {question: 1, answer: yes}
  - name: 理解
    use: [共用]
    attributes:
      难度: [中]
      框架:
        aliases: {en: Framework}
        values:
          - React: {weight: 0.5, definition: 库, aliases: {en: React.js}}
          - Vue: {definition: 渐进式}
          - Mobile: [Android, {SwiftUI: {weight: 3}}]
          - Data: {Pandas: 表格, NumPy: }
"""


def _load(folder: Path, text: str, name: str = "tree.yaml") -> Taxonomy:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def _faults(folder: Path, text: str, name: str = "bad.yaml") -> Sequence[Fault]:
    with pytest.raises(TaxonomyError) as caught:
        _load(folder, text, name)
    assert all(fault.hint and "\n" not in fault.message for fault in caught.value.faults)
    return caught.value.faults


def _expect(faults: Sequence[Fault], line: int, message: str, hint: str) -> None:
    found = [fault for fault in faults if message in fault.message]
    assert found, faults
    assert found[0].line == line
    assert hint in found[0].hint


def test_nodes_carry_weights_aliases_and_examples(tmp_path: Path) -> None:
    tree = _load(tmp_path, WHOLE)
    assert (tree.root.id, tree.root.weight) == ("gid://shop/1", 2.0)
    assert tree.root.aliases == (("en", "Programming"), ("no", "Programmering"), ("no", "Koding"))
    assert tree.leaves()[0].examples == (Example("写一个", "  缩进", "表"), Example("1", "yes"))


def test_values_carry_weights_and_aliases_beside_definitions_and_groups(tmp_path: Path) -> None:
    framework = _load(tmp_path, WHOLE).leaves()[1].attributes[2]
    assert framework.aliases == (("en", "Framework"),)
    assert [(v.group, v.name, v.definition, v.weight) for v in framework.values] == [
        ("", "React", "库", 0.5),
        ("", "Vue", "渐进式", 1),
        ("Mobile", "Android", "", 1),
        ("Mobile", "SwiftUI", "", 3),
        ("Data", "Pandas", "表格", 1),
        ("Data", "NumPy", "", 1),
    ]
    assert framework.values[0].aliases == (("en", "React.js"),)


def test_sets_are_shared_and_own_attributes_come_nearer(tmp_path: Path) -> None:
    first, second = _load(tmp_path, WHOLE).leaves()
    assert [attribute.name for attribute in first.attributes] == ["语言", "难度"]
    assert [attribute.name for attribute in second.attributes] == ["语言", "难度", "框架"]
    assert first.attributes[0] is second.attributes[0]
    assert [value.name for value in second.attributes[1].values] == ["中"]


def test_constraints_know_their_lines(tmp_path: Path) -> None:
    tree = _load(tmp_path, WHOLE)
    assert [constraint.line for constraint in tree.constraints] == [6, 7, 9]
    assert tree.constraints[1].to_dict() == {
        "only": {"框架": ["Android"]},
        "with": {"语言": ["Kotlin", "Java"]},
    }


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ("{Web: {React: a library, Vue: }}", [("Web", "React"), ("Web", "Vue")]),
        ("{体量: {weight: 多重, length: 多长}}", [("体量", "weight"), ("体量", "length")]),
        ("{体量: {weight: 多重}}", [("体量", "weight")]),
        ("{React: {definition: a library}}", [("", "React")]),
        ("[React: {definition: a library}]", [("", "React")]),
        ("{说: [definition: a]}", [("说", "definition")]),
        ("{React: {weight: 2}}", [("", "React")]),
        ("{React: {aliases: {en: x}, definition: }}", [("", "React")]),
        ("{Web: {React: {weight: 2}, Vue: }}", [("Web", "React"), ("Web", "Vue")]),
    ],
)
def test_groups_and_values_with_a_body_are_told_apart(
    tmp_path: Path, values: str, read: list[tuple[str, str]]
) -> None:
    tree = _load(tmp_path, f"name: 根\nattributes: {{x: {{values: {values}}}}}\nchildren: [甲]\n")
    assert [(v.group, v.name) for v in tree.root.attributes[0].values] == read


@pytest.mark.parametrize("number", ["5181", "0012", "1_000"])
def test_numbers_are_ids_as_they_are_written(tmp_path: Path, number: str) -> None:
    rows = f"nodes:\n- {{id: {number}, name: 甲}}\n- {{id: 7, name: 乙, parent: {number}}}\n"
    assert [node.id for node in _load(tmp_path, rows).walk()] == [number, "7"]
    data = {"nodes": [{"id": 5181, "name": "甲"}, {"id": 2, "name": "乙", "parent": 5181}]}
    assert _load(tmp_path, json.dumps(data), "rows.json").node("2").path == ("甲", "乙")


@pytest.mark.parametrize("none", ["0", "-1", "null", "'NULL'", "''", "None"])
def test_what_databases_write_for_no_parent(tmp_path: Path, none: str) -> None:
    tree = _load(
        tmp_path, f"nodes:\n- {{id: 1, name: 甲, parent: {none}}}\n- {{name: 乙, parent: 1}}\n"
    )
    assert tree.leaves()[0].path == ("甲", "乙")


def test_addresses_that_differ_in_case_are_two(tmp_path: Path) -> None:
    tree = _load(tmp_path, "- {name: 甲, id: 'http://x/a'}\n- {name: 乙, id: 'http://x/A'}\n")
    assert len(tree) == 3


FAULTS = [
    ("- {name: 甲, weight: x}\n- 乙", 1, 'the weight "x" of "甲"', "such as 2 or 0.5"),
    ("- {name: 甲, weight: -1}\n- 乙", 1, 'the weight "-1" of "甲"', "not negative"),
    ("- {name: 甲, weight: .inf}\n- 乙", 1, 'the weight ".inf"', "number"),
    ("- {name: 甲, weight: 1e999}\n- 乙", 1, 'the weight "1e999"', "number"),
    ("- {name: 甲, weight: [1]}\n- 乙", 1, "the weight of", "number"),
    ("- {name: 甲, aliases: x}\n- 乙", 1, 'aliases of "甲" is a single value', "a language"),
    ("- {name: 甲, aliases: {en: }}\n- 乙", 1, 'an alias of "甲", "" is blank', "name"),
    ("- {name: 甲, aliases: {en: {a: b}}}\n- 乙", 1, "is a mapping", "a text"),
    ("- {name: 甲, aliases: {英文: x}}\n- 乙", 1, '"英文" is no language', "`en`"),
    ("- {name: 甲, aliases: {en: [x, X]}}\n- 乙", 1, 'alias "X" of "甲" stands twice', "remove"),
    ("- {name: 甲, aliases: {en: 'a\u202eb'}}\n- 乙", 1, "bidirectional", "delete"),
    ("- {name: 甲, examples: x}\n- 乙", 1, "`examples` is a single value", "question"),
    ("- {name: 甲, examples: [x]}\n- 乙", 1, "an example is a single value", "question"),
    ("- {name: 甲, examples: [{question: x}]}\n- 乙", 1, 'of "甲" has no answer', "both"),
    ("- {name: 甲, examples: [{answer: x}]}\n- 乙", 1, 'of "甲" has no question', "both"),
    ("- {name: 甲, examples: [{qestion: x, answer: y}]}", 1, '"qestion"', "mean `question`"),
    ("- {name: 甲, examples: [{question: [x], answer: y}]}", 1, "question is a list", "text"),
    ('- {name: 甲, examples: [{question: "\\u202e", answer: y}]}', 1, "bidirectional", "delete"),
    (
        "children: [{name: 甲, use: 共佣}]\nattribute_sets: {共用: {x: [a]}}",
        1,
        'set "共佣"',
        "共用",
    ),
    ("children: [{name: 甲, use: z}]", 1, 'no attribute set "z"', "`attribute_sets:`"),
    ("children: [{name: 甲, use: {a: b}}]", 1, "the name of a set is a mapping", "a text"),
    ("children: [甲]\nattribute_sets: [x]", 2, "`attribute_sets` is a list", "a mapping"),
    ("children: [甲]\nattribute_sets: {s: {x: [a, a]}}\nuse: s", 2, 'value "a" of "x"', "remove"),
    (
        "children: [{name: 甲, use: [s, t]}]\nattribute_sets: {s: {x: [a]}, t: {X: [b]}}",
        1,
        'two of the sets in `use` have the attribute "X"',
        "use one of them",
    ),
    ("children: [甲]\nattributes: {x: [{a: {weight: b, aliases: {}}}]}", 2, 'weight "b"', "number"),
    ("children: [甲]\nattributes: {x: [{a: {wieght: 2, definition: b}}]}", 2, "wieght", "`weight`"),
    ("children: [甲]\nconstraints: x", 2, "`constraints` is a single value", "a list"),
    ("children: [甲]\nconstraints: [x]", 2, "a constraint is a single value", "never"),
    ("children: [甲]\nconstraints:\n- never: {a: b}", 3, "at least two names", "`never: {"),
    ("children: [甲]\nconstraints:\n- never: {a: b, c: }", 3, "is blank", "leave it out"),
    ("children: [甲]\nconstraints:\n- never: {a: b, c: 1}", 3, '"1" is not text', "quotes"),
    ("children: [甲]\nconstraints:\n- never: {a: b, c: []}", 3, "the values of 'c'", "never"),
    ("children: [甲]\nconstraints:\n- nver: {a: b, c: d}", 3, "a constraint is `never`", "only"),
    ("children: [甲]\nconstraints:\n- only: {a: b}", 3, "a constraint is `never`", "with"),
    ("children: [甲]\nconstraints:\n- never: [a, b]", 3, "wanted is a mapping", "never"),
    ("children: [甲]\nconstraints:\n- never: {a: [[b]], c: d}", 3, "is a list", "a text"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), FAULTS)
def test_faults(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    _expect(_faults(tmp_path, text), line, message, hint)


def test_deeply_nested_nonsense_is_refused_in_constraints(tmp_path: Path) -> None:
    text = f'{{"children": ["甲"], "constraints": [{{"never": {"[" * 9000}{"]" * 9000}}}]}}'
    _expect(_faults(tmp_path, text, "bad.json"), 1, "wanted is a mapping", "never")


MARKDOWN = """\
# 编程 {#root weight=2 en="Programming"}
- 代码生成: 写新代码 {#gid://x/1 weight=0.5 en="Code generation" zh-Hant="程式碼生成"}
- `{#each}`
- 代码理解 {open=true use=共用 @id=Pemahaman en=“Reading code”}
  - 语言: {en="Language"}
    - `Python` {weight=3}
    - `SQL` — 查询 {en="SQL"}
    - `脚本`:
      - `Bash` {weight=2}
  - 解释 {name="解释: 代码" definition="说明; 做什么;"}
- **技术栈**: `React`, `Vue`...

```taxoloom
attribute_sets:
  共用: {难度: [易, 难]}
constraints:
  - never: {语言: SQL, 难度: 难}
about:
  gid://x/1:
    examples:
      - question: 写
        answer: |
          ```python
          pass
          ```
  "代码理解 > 解释: 代码": {weight: 4}
  编程:
    definition: 根 <!-- 不是注释 -->
nodes:
  - {id: new, name: 新增, parent: 代码理解}
  - {id: newer, name: 更新, parent: new}
```
"""


def test_markdown_carries_facts_in_braces_and_in_a_block(tmp_path: Path) -> None:
    tree = _load(tmp_path, MARKDOWN, "tree.md")
    root = tree.root
    assert (root.id, root.weight, root.aliases) == ("root", 2, (("en", "Programming"),))
    assert root.definition == "根 <!-- 不是注释 -->"
    make, each, read = tree.children("root")
    assert (make.id, make.definition, make.weight) == ("gid://x/1", "写新代码", 0.5)
    assert make.aliases == (("en", "Code generation"), ("zh-Hant", "程式碼生成"))
    assert make.examples == (Example("写", "```python\npass\n```"),)
    assert each.name == "{#each}"
    assert read.open
    assert read.aliases == (("id", "Pemahaman"), ("en", "Reading code"))
    difficulty, language = read.attributes
    assert difficulty.name == "难度"
    assert language.aliases == (("en", "Language"),)
    assert [(v.group, v.name, v.definition, v.weight) for v in language.values] == [
        ("", "Python", "", 3),
        ("", "SQL", "查询", 1),
        ("脚本", "Bash", "", 2),
    ]
    explain, new = tree.children(read.id)
    assert (explain.name, explain.definition, explain.weight) == ("解释: 代码", "说明; 做什么;", 4)
    assert tree.node("newer").path[-2:] == (new.name, "更新")
    assert tree.constraints == (Constraint.from_dict({"never": {"语言": "SQL", "难度": "难"}}),)
    assert tree.constraints[0].line == MARKDOWN[: MARKDOWN.index("- never")].count("\n") + 1


def test_blocks_belong_to_the_outline_that_they_follow(tmp_path: Path) -> None:
    block = "```taxoloom\nabout: {%s: {weight: 2}}\n```\n"
    text = (
        f"# 一\n```md\n- 甲\n- 乙\n```\n{block % '甲'}# 二\n```md\n- 丙\n- 丁\n```\n{block % '丙'}"
    )
    path = tmp_path / "notes.md"
    path.write_text(text, encoding="utf-8")
    assert [leaf.weight for leaf in load(f"{path}#一").leaves()] == [2, 1]
    assert [leaf.weight for leaf in load(f"{path}#二").leaves()] == [2, 1]
    headed = f"# 一 {{#one}}\n- 甲\n\n{block % '一 > 甲'}\n# 二\n- 丙\n\n{block % '二 > 丙'}"
    path.write_text(headed, encoding="utf-8")
    assert load(f"{path}#二").leaves()[0].weight == 2
    assert load(f"{path}#一").root.name == "一"
    assert [leaf.weight for leaf in load(path).leaves()] == [2, 2]


def test_a_commented_block_is_none(tmp_path: Path) -> None:
    text = "# 根\n- 甲\n<!--\n```taxoloom\nabout: {乙: {weight: 2}}\n```\n-->\n"
    assert len(_load(tmp_path, text, "tree.md")) == 2


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("# 根\n- 甲 {#a weight=x}\n", 2, 'the weight "x" of "甲"', "2 or 0.5"),
        ("# 根\n- 甲 {wieght=2}\n- 乙 {x9=y}\n", 3, '"x9" cannot be said of "乙"', "`weight`"),
        ('# 根\n- 甲 {en="a}\n', 2, "the braces at the end of", "backticks"),
        ('# 根\n- 甲 {en="\\x"}\n', 2, 'the text ""\\x""', "backslash"),
        ("# 根\n- 甲 {open=maybe}\n", 2, '`open` is "maybe"', "`open=true`"),
        ("# 根\n- 甲 {use=共用}\n", 2, 'no attribute set "共用"', "`attribute_sets:`"),
        ("# 根\n- 甲 {#a}\n- 乙 {#a}\n", 3, 'the id "a" stands twice', "its own"),
        ("# 根\n- x: `a` {weight=2}\n- 甲\n", 2, '"weight" cannot be said of "x"', "languages"),
        ("# 根\n- 甲\n- x:\n  - `a`, `b` {weight=2}\n", 4, "of which value", "bullet of its own"),
        ("# 根\n- 甲\n```taxoloom\nabout: {乙: {}}\n```\n", 4, 'no category "乙"', "whole path"),
        ("# 根\n- 甲\n```taxoloom\nabout: {甲: {nmae: x}}\n```\n", 4, '"nmae"', "definition"),
        ("# 根\n- 甲: d\n```taxoloom\nabout: {甲: {definition: e}}\n```\n", 4, "already", "keep"),
        ("# 根\n- 甲\n```taxoloom\nabuot: {}\n```\n", 4, '"abuot"', "did you mean `about`?"),
        ("# 根\n- 甲\n```taxoloom\n- x\n```\n", 4, "a block `taxoloom` is a list", "constraints"),
        ("# 根\n- 甲\n```taxoloom\na: [\n```\n", 5, "the YAML cannot be read", "check"),
        ("# 根\n- 甲\n```taxoloom\na: b\n", 3, "never closed", "```"),
        (
            "# 根\n- 甲\n```taxoloom\nnodes: [{name: 乙, parent: 丙}]\n```\n",
            4,
            '"丙" of "乙"',
            "row",
        ),
        ("# 根\n- 甲\n```taxoloom\nnodes: {}\nabout: []\n```\n", 4, "`nodes` is a mapping", "rows"),
    ],
)
def test_markdown_faults(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    _expect(_faults(tmp_path, text, "bad.md"), line, message, hint)
