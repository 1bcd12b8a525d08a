"""What is written in a format is read back as it was."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from taxoloom.errors import InputError
from taxoloom.taxonomy import Attribute, Node, Taxonomy, Value, load
from taxoloom.taxonomy.formats.formats import Format
from taxoloom.taxonomy.formats.write import TARGETS, Target, write
from taxoloom.taxonomy.tree import path_id
from taxoloom.tests.support.taxonomies import taxonomies

DATA = Path(__file__).parents[1] / "data"
EXAMPLES = Path(__file__).parents[2] / "examples"
SUFFIXES: dict[Target, str] = {
    "yaml": ".yaml",
    "json": ".json",
    "markdown": ".md",
    "paths": ".txt",
    "csv": ".csv",
    "tsv": ".tsv",
}
LOSSLESS: tuple[Target, ...] = ("yaml", "json", "markdown", "csv", "tsv")


def _back(folder: Path, taxonomy: Taxonomy, target: Target, *, lossy: bool = False) -> Taxonomy:
    path = folder / f"again{SUFFIXES[target]}"
    path.write_bytes(write(taxonomy, target, lossy=lossy).encode())
    return load(path)


def _bare(taxonomy: Taxonomy) -> list[tuple[str, tuple[str, ...]]]:
    return [(node.id, node.path) for node in taxonomy.walk()]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(taxonomy=taxonomies())
def test_whatever_is_written_loads_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for target in LOSSLESS:
        assert _back(folder, taxonomy, target).to_dict() == taxonomy.to_dict()
    nodes = list(taxonomy.walk())
    if not any(">" in n.name or "＞" in n.name or n.id.startswith("#") for n in nodes):
        assert _bare(_back(folder, taxonomy, "paths", lossy=True)) == _bare(taxonomy)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["paths_google.zh.txt", "paths_shopify.en.txt"])
def test_published_lists_survive_every_format(tmp_path: Path, name: str, target: Target) -> None:
    tree = load(DATA / name)
    assert _back(tmp_path, tree, target) == tree


@pytest.mark.parametrize("target", LOSSLESS)
@pytest.mark.parametrize("name", ["customer_service", "programming"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_examples_survive_every_format(
    tmp_path: Path, name: str, language: str, target: Target
) -> None:
    tree = load(EXAMPLES / f"{name}.{language}.yaml")
    assert _back(tmp_path, tree, target) == tree


def test_a_list_of_paths_names_what_it_would_lose(tmp_path: Path) -> None:
    tree = load(EXAMPLES / "programming.zh.yaml")
    with pytest.raises(InputError, match=r"definitions \(8\), open lists \(3\), attributes \(1\)"):
        write(tree, "paths")
    again = _back(tmp_path, tree, "paths", lossy=True)
    assert _bare(again) == _bare(tree)


@pytest.mark.parametrize("name", ["a > b", "a>b", "甲＞乙", "->"])
def test_names_that_hold_a_separator_are_no_paths(name: str) -> None:
    root = Node("r", "根")
    with pytest.raises(InputError, match="what separates the levels"):
        write(Taxonomy([root, Node("a", name, root)]), "paths", lossy=True)


def test_ids_that_look_like_comments_are_no_part_of_a_list() -> None:
    root = Node("r", "根")
    with pytest.raises(InputError, match="would make its line a comment"):
        write(Taxonomy([root, Node("#a", "甲", root)]), "paths")


def test_a_lone_root_is_refused_rather_than_lost() -> None:
    with pytest.raises(InputError, match="no categories"):
        write(Taxonomy([Node("r", "根")]), "yaml")


def _shared() -> Taxonomy:
    colour = Attribute("颜色", (Value("红"), Value("绿")))
    again = Attribute("颜色", (Value("红"), Value("绿")))
    other = Attribute("颜色", (Value("黑"),))
    root = Node(path_id(["货"]), "货")
    nodes = [root]
    for name, attributes in [
        ("衣", (colour,)),
        ("裤", (again, Attribute("码", (Value("大"),)))),
        ("鞋", (other,)),
        ("帽", (other,)),
    ]:
        nodes.append(Node(path_id(["货", name]), name, root, attributes=attributes))
    return Taxonomy(nodes)


def test_attributes_of_several_nodes_are_written_once() -> None:
    assert (
        write(_shared(), "yaml")
        == """\
name: 货
attribute_sets:
  颜色:
    颜色:
      - 红
      - 绿
  颜色 2:
    颜色:
      - 黑
children:
  - name: 衣
    use: 颜色
  - name: 裤
    use: 颜色
    attributes:
      码:
        - 大
  - name: 鞋
    use: 颜色 2
  - name: 帽
    use: 颜色 2
"""
    )


@pytest.mark.parametrize("target", LOSSLESS)
def test_shared_attributes_are_one_object_again(tmp_path: Path, target: Target) -> None:
    tree = _back(tmp_path, _shared(), target)
    assert tree == _shared()
    first, second, *_ = tree.leaves()
    if target != "markdown":
        # An outline says plain attributes where they belong, line by line.
        assert first.attributes[0] is second.attributes[0]


PLAIN = """\
name: 编程
id: p
open: true
attributes: {语言: [Go, SQL, ...]}
constraints: [{never: {语言: SQL, category: 从零}}]
children:
- {name: 代码生成, definition: 写新代码, weight: 2, aliases: {en: Coding}, children: [从零]}
- {name: "a: b", definition: "一\\n二"}
- 属性
"""


def test_markdown_is_as_plain_as_it_can_be(tmp_path: Path) -> None:
    path = tmp_path / "tree.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    assert (
        write(load(path), "markdown")
        == """\
# 编程 {#p}
- 语言: `Go`, `SQL`...
- 代码生成: 写新代码 {weight=2 en=Coding}
  - 从零
- `a: b`
- {name=属性}
- ...

```taxoloom
constraints:
  - never:
      语言:
        - SQL
      category:
        - 从零
about:
  "编程 > a: b":
    definition: |-
      一
      二
```
"""
    )


def test_plain_attributes_of_an_outline_need_no_block() -> None:
    assert (
        write(_shared(), "markdown")
        == """\
# 货
- 衣
  - 颜色: `红`, `绿`
- 裤
  - 颜色: `红`, `绿`
  - 码: `大`
- 鞋
  - 颜色: `黑`
- 帽
  - 颜色: `黑`
"""
    )


def test_tables_are_as_plain_as_they_can_be() -> None:
    root = Node("r", "根", weight=2)
    leaf = Node("a", 'x, "y"', root, aliases=(("en", "A"), ("en", "B")), definition="一\n二")
    assert write(Taxonomy([root, leaf]), "csv").split("\n") == [
        "id,name,parent,weight,definition,aliases",
        "r,根,,2,,",
        'a,"x, ""y""",r,,"一',
        '二","{""en"": [""A"", ""B""]}"',
        "",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("target", LOSSLESS)
def test_ten_thousand_levels(tmp_path: Path, target: Target) -> None:
    rows = [{"id": f"n{i}", "name": f"层 {i}", "parent": f"n{i - 1}"} for i in range(1, 10_000)]
    tree = Taxonomy.from_dict({"nodes": [{"id": "n0", "name": "层 0"}, *rows]})
    assert _back(tmp_path, tree, target) == tree
    assert (tmp_path / f"again{SUFFIXES[target]}").stat().st_size < 1_500_000


def test_paths_that_would_fill_a_disk_are_refused() -> None:
    rows = [{"id": f"n{i}", "name": f"层 {i}", "parent": f"n{i - 1}"} for i in range(1, 10_000)]
    tree = Taxonomy.from_dict({"nodes": [{"id": "n0", "name": "层 0"}, *rows]})
    with pytest.raises(InputError, match="too deep for a list of paths"):
        write(tree, "paths")


@pytest.mark.parametrize("format", ["yaml", "json", "markdown", "paths", "csv", "tsv"])
def test_what_is_written_can_be_told_by_its_content(tmp_path: Path, format: Format) -> None:
    tree = load(DATA / "paths_google.zh.txt")
    target = next(known for known in TARGETS if known == format)
    path = tmp_path / "no_suffix"
    path.write_text(write(tree, target), encoding="utf-8")
    assert load(path) == load(path, format=format) == tree
