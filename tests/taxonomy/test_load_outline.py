"""Markdown outlines that are right."""

from pathlib import Path

import pytest

from taxoloom.taxonomy import Taxonomy, load


def _load(folder: Path, text: str, *, section: str | None = None) -> Taxonomy:
    path = folder / "outline.md"
    path.write_text(text, encoding="utf-8")
    return load(path, section=section)


def _drawn(tree: Taxonomy) -> list[str]:
    """One line per node: its depth as dots, its name, a plus where it is open."""
    return ["." * (len(node.path) - 1) + node.name + "+" * node.open for node in tree.walk()]


def _values(tree: Taxonomy, attribute: int = 0) -> list[str]:
    return [value.name for value in tree.root.attributes[attribute].values]


@pytest.mark.parametrize(
    "text",
    [
        "- 根\n  - 甲\n    - 子\n  - 乙\n  - ...\n",
        "* 根\n\t* 甲\n\t\t* 子\n\t* 乙\n\t* …\n",
        "1. 根\n   1. 甲\n      1. 子\n   2. 乙\n   3. ...\n",
        "1. 根\n1.1 甲\n1.1.1 子\n1.2 乙\n1.3 ...\n",
        "1、根\n1.1、甲\n1.1.1、子\n1.2、乙\n1.3……\n",
        "# 根\n- ...\n## 甲\n### 子\n## 乙\n",
        "# 1. 根\n## 1.1 甲\n- 子\n\n## 1.2 乙\n\n## …\n",
        "根\n===\n\n- 甲\n  + 子\n- 乙\n- ...\n",
        "**根**\n- 甲\n  - 子\n- 乙;\n- ...\n",
        "- **根**：\n  - *甲*\n    - `子`\n  - [乙](https://example.org)\n  - …\n",
        "---\ntitle: x\n---\n<!-- - no\n- no -->\n# 根\n![a](x.png)\n\n---\n- 甲\n  - 子\n- 乙\n…",
        "<details>\n\n- 根\n  - 甲\n    - 子\n  - 乙\n  - ...\n\n</details>\n",
        "prose\n\n```md\n- 根\n  - 甲\n    - 子\n  - 乙\n  - ...\n```\n\nprose\n",
        "- prose\n    ~~~\n    - 根\n      - 甲\n        - 子\n      - 乙\n      - …\n    ~~~\n",
    ],
)
def test_all_ways_to_write_one_tree(tmp_path: Path, text: str) -> None:
    assert _drawn(_load(tmp_path, text)) == ["根+", ".甲", "..子", ".乙"]


@pytest.mark.parametrize(
    ("line", "name", "definition"),
    [
        ("名称：定义一，定义二。", "名称", "定义一，定义二。"),
        ("name: what it is", "name", "what it is"),
        ("**name**: what it is;", "name", "what it is"),
        ("**名称：** 定义", "名称", "定义"),
        ("name — what it is", "name", "what it is"),
        ("name - what it is", "name", "what it is"),
        ("名称——定义", "名称", "定义"),
        ("`pandas`: 用 `DataFrame` 处理表格", "pandas", "用 `DataFrame` 处理表格"),
        ("HTML/CSS", "HTML/CSS", ""),
        ("std::vector", "std::vector", ""),
        ("12:30", "12:30", ""),
        ("C++ / C#", "C++ / C#", ""),
        ("3D 建模", "3D 建模", ""),
        ("a \\*b\\*", "a *b*", ""),
        ("前端-后端", "前端-后端", ""),
    ],
)
def test_names_and_definitions(tmp_path: Path, line: str, name: str, definition: str) -> None:
    leaf = _load(tmp_path, f"# 根\n- {line}\n- 另一类\n").leaves()[0]
    assert (leaf.name, leaf.definition) == (name, definition)


@pytest.mark.parametrize(
    ("first", "second", "third", "attributes"),
    [
        ("- **第一层**", "- **第二层**", "- **第三层**", "- **第四层**: 属性/标签"),
        ("- 第1层：", "- 第2层：", "- 第3层：", "- 第4层（属性）"),
        ("- **Level 1**", "- **Level 2**", "- **Level 3**", "- **Level 4: attributes**"),
        ("- First layer", "- Second layer", "- Third layer", "- Fourth layer (labels)"),
        ("- **第一级**", "- **第二级**", "- **第三级**", "- **属性/标签**"),
        ("- Tier one", "- Tier two", "- Tier three", "- Attributes"),
        ("## 第一层", "## 第二层", "## 第三层", "## 第四层：属性"),
        ("**第一层**", "**第二层**", "**第三层**", "**第四层**: **属性/标签**:"),
    ],
)
def test_layers_written_one_after_another(
    tmp_path: Path, first: str, second: str, third: str, attributes: str
) -> None:
    text = f"""\
{first}
    1. 甲
    2. 乙
    3. ...
{second}
    1. 甲
        1.1 子
        1.2 丑
    2. 乙
        2.1 子
        2.2 ...
{third}
    1. 甲
        1.1 子
            1.1.1 孙
            1.1.2 ...
    1.2 丑
        1.2.1 孙
{attributes}
    - **语言**: `Python`, `Go`...
"""
    tree = _load(tmp_path, text)
    expected = ["outline+", ".甲", "..子+", "...孙", "..丑", "...孙", ".乙+", "..子"]
    assert _drawn(tree) == expected
    assert _values(tree) == ["Python", "Go"]
    assert tree.root.attributes[0].open


def test_layers_under_headings_belong_to_their_heading(tmp_path: Path) -> None:
    layers = (
        "- **第一层**\n  - 甲\n- **第二层**\n  - 甲\n    - 子\n- **第三层**: 属性\n  - x: `v`\n"
    )
    tree = _load(tmp_path, f"# 一\n{layers}\n# 二\n{layers.replace('`v`', '`w`')}")
    assert _drawn(tree) == ["outline", ".一", "..甲", "...子", ".二", "..甲", "...子"]
    one, two = tree.children(tree.root.id)
    assert [one.attributes[0].values[0].name, two.attributes[0].values[0].name] == ["v", "w"]


def test_a_repeated_name_may_add_a_definition(tmp_path: Path) -> None:
    text = "- 第一层\n  - 甲\n  - 乙\n- 第二层\n  - 甲：定义\n    - 子\n"
    tree = _load(tmp_path, text)
    assert tree.children(tree.root.id)[0].definition == "定义"


@pytest.mark.parametrize("word", ["Level 1", "第一层", "标签", "Attributes"])
def test_layer_words_without_children_are_categories(tmp_path: Path, word: str) -> None:
    assert _load(tmp_path, f"# 根\n- {word}\n- 乙\n").leaves()[0].name == word


def test_labels_over_categories_are_a_category(tmp_path: Path) -> None:
    assert _drawn(_load(tmp_path, "# 根\n- 标签\n  - 甲\n")) == ["根", ".标签", "..甲"]


@pytest.mark.parametrize(
    ("bullet", "values", "is_open"),
    [
        ("**语言**: `Python`, `HTML/CSS`...", ["Python", "HTML/CSS"], True),
        ("语言：`Python`、`C++`，`Go`……", ["Python", "C++", "Go"], True),
        ("语言: `a, b`; `c`", ["a, b", "c"], False),
        ("语言：`甲`、`乙`等。", ["甲", "乙"], True),
        ("languages: `a`, `b`, etc.", ["a", "b"], True),
        ("语言:\n  - `a`\n  - `b`\n  - ...", ["a", "b"], True),
        ("语言:\n  - `a`, `b`\n  - `c`", ["a", "b", "c"], False),
        ("语言:\n  - `a` — 第一种\n  - `b`", ["a", "b"], False),
    ],
)
def test_attribute_bullets_in_a_plain_list(
    tmp_path: Path, bullet: str, values: list[str], is_open: bool
) -> None:
    tree = _load(tmp_path, f"# 根\n- 甲\n- 乙\n- {bullet}\n")
    assert _drawn(tree) == ["根", ".甲", ".乙"]
    assert _values(tree) == values
    assert tree.root.attributes[0].open is is_open


def test_an_attribute_belongs_to_the_category_that_it_stands_under(tmp_path: Path) -> None:
    tree = _load(tmp_path, "# 根\n- 甲\n  - 语言: `a`\n  - 子\n- 乙\n")
    first, second = tree.leaves()
    assert [attribute.name for attribute in tree.attributes_of(first.id)] == ["语言"]
    assert tree.attributes_of(second.id) == ()


def test_groups_and_definitions_of_values(tmp_path: Path) -> None:
    text = """\
# 根
- 甲
- **属性/标签**
  - 框架：
    - `Web`：React、Vue…
    - `Data`: `Pandas`, `NumPy`
    - `其他` — 不属于以上各类
  - 工具:
    - `构建`:
      - `make` — 老而弥坚
      - `just`
"""
    framework, tools = _load(tmp_path, text).root.attributes
    assert [(v.group, v.name, v.definition) for v in framework.values] == [
        ("Web", "React", ""),
        ("Web", "Vue", ""),
        ("Data", "Pandas", ""),
        ("Data", "NumPy", ""),
        ("", "其他", "不属于以上各类"),
    ]
    assert framework.open
    assert [(v.group, v.name, v.definition) for v in tools.values] == [
        ("构建", "make", "老而弥坚"),
        ("构建", "just", ""),
    ]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    tree = _load(tmp_path, "prose\n\n- x\n\n    ```md\n    - 根\n      - 甲\n    ```\n")
    assert [node.line for node in tree.walk()] == [6, 7]


TWO = """\
# 笔记
### 甲类
```md
- 一
- 二
```
- **乙类**:
  ```
  - 三
  - 四
  ```
```python
- no = outline
```
"""


@pytest.mark.parametrize(
    ("section", "root", "leaves"),
    [("甲类", "甲类", ["一", "二"]), ("乙类", "乙类", ["三", "四"])],
)
def test_a_section_is_chosen_by_its_title(
    tmp_path: Path, section: str, root: str, leaves: list[str]
) -> None:
    tree = _load(tmp_path, TWO, section=section)
    assert [tree.root.name, *(leaf.name for leaf in tree.leaves())] == [root, *leaves]
    by_suffix = load(f"{tmp_path}/outline.md#{section}")
    assert by_suffix == tree


def test_without_fences_headings_are_sections(tmp_path: Path) -> None:
    text = "# 笔记\n\n## 甲\n- 一\n\n### 乙\n- 二\n\n## 丙\n- 三\n"
    tree = _load(tmp_path, text, section="甲")
    assert _drawn(tree) == ["甲", ".一", ".乙", "..二"]


def test_a_number_sign_in_a_file_name_is_no_section(tmp_path: Path) -> None:
    path = tmp_path / "notes#甲类.md"
    path.write_text("# 根\n- 甲\n", encoding="utf-8")
    assert load(path).root.name == "根"
    path.rename(tmp_path / "c#.md")
    assert load(f"{tmp_path}/c#.md#根").root.name == "根"


def test_many_bullets(tmp_path: Path) -> None:
    lines = ["# 根"]
    for i in range(100):
        lines += [f"- 类 {i}", *(f"  - 叶 {i} {j}" for j in range(1000))]
    assert len(_load(tmp_path, "\n".join(lines)).leaves()) == 100_000


def test_a_thousand_levels_of_bullets(tmp_path: Path) -> None:
    text = "\n".join(" " * i + f"- 层 {i}" for i in range(3000))
    assert len(_load(tmp_path, text).leaves()[0].path) == 3000
