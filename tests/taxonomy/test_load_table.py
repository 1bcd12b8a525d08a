"""Tables of categories: paths, levels, and rows that name their parents."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import Constraint, Taxonomy, load


def _load(folder: Path, text: str, name: str = "shop.csv") -> Taxonomy:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def _drawn(tree: Taxonomy) -> list[str]:
    return ["." * (len(node.path) - 1) + node.name + "+" * node.open for node in tree.walk()]


def _faults(folder: Path, text: str, name: str = "bad.csv") -> Sequence[Fault]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError) as caught:
        load(path)
    assert all(fault.hint and fault.file == str(path) for fault in caught.value.faults)
    return caught.value.faults


@pytest.mark.parametrize(
    "text",
    [
        "path\nA\nA > B\nA > B > C\nA > D\n",
        "路径\nA ＞ B ＞ C\nA ＞ D\n",
        '"path"\n"A > B > C"\n"A > D"\n',
        "Category\nA > B > C\nA > D\n",
        "id;path\n1;A\n2;A > B\n3;A > B > C\n4;A > D\n",
        "1,A\n2,A > B\n3,A > B > C\n4,A > D\n",
        "level 1,level 2,level 3\nA,B,C\nA,D,\n",
        "Level1\tLevel2\tLevel3\nA\tB\tC\nA\tD\n",
        "一级类目,二级类目,三级类目\nA,B,C\n,D,\n",
        "大类;中类;小类\nA;B;C\nA;D;\n",
        "编号，名称，上级\na，A，\nb，B，a\nc，C，b\nd，D，a\n",
        '"id";"name";"parent"\n"a";"A";""\n"b";"B";"a"\n"c";"C";"b"\n"d";"D";"a"\n',
        "Category,Subcategory,Sub-subcategory\nA,,\nA,B,\nA,B,C\nA,D,\n",
        "L3,L1,L2\nC,A,B\n,A,D\n",
        "A,B,C\nA,D,\n",
        "1,A,,\n2,A,B,\n3,A,B,C\n4,A,D,\n",
        "name,parent\nA,\nB,A\nC,B\nD,A\n",
        "id,name,parent_id\n3,C,2\n1,A,0\n2,B,1\n4,D,1\n",
        "ID\tName\tParent\n1\tA\tNULL\n2\tB\t1\n3\tC\t2\n4\tD\t1\n",
        "编号,名称,上级\na,A,\nb,B,a\nc,C,b\nd,D,a\n",
        "sep=;\nname;parent\nA;\nB;A\nC;B\nD;A\n",
        "\ufeffname,parent\r\nA,\r\nB,A\r\n\r\nC,B\r\n,\r\nD,A\r\n",
    ],
)
@pytest.mark.parametrize("name", ["shop.csv", "shop.tsv"])
def test_all_ways_to_write_one_tree(tmp_path: Path, text: str, name: str) -> None:
    assert _drawn(_load(tmp_path, text, name)) == ["A", ".B", "..C", ".D"]


@pytest.mark.parametrize("text", ["id,name,parent\n1,A,\n2,B,1\n", "path\nA\nA > B\n"])
@pytest.mark.parametrize("name", ["shop.txt", "shop"])
def test_the_content_tells_a_table(tmp_path: Path, text: str, name: str) -> None:
    assert _drawn(_load(tmp_path, text, name)) == ["A", ".B"]


def test_a_row_says_everything_that_a_node_can_carry(tmp_path: Path) -> None:
    cells = {
        "definition": '说 "是"，\n或不说',
        "open": "是",
        "weight": "2.5",
        "aliases": json.dumps({"en": ["One", "Uno"]}),
        "alias:zh-Hant": "甲",
        "attributes": json.dumps({"语言": ["Go", {"SQL": {"weight": 3}}, "..."]}),
        "examples": json.dumps([{"question": "q", "answer": "a\n b"}]),
        "constraints": json.dumps([{"never": {"语言": "SQL", "category": "乙"}}]),
    }
    quoted = [cell.replace('"', '""') for cell in cells.values()]
    row = ",".join(f'"{cell}"' for cell in ("甲", *quoted))
    tree = _load(tmp_path, f"path,{','.join(cells)}\n{row}\n甲 > 乙\n甲 > 丙,,no\n")
    root = tree.root
    assert (root.definition, root.open, root.weight) == ('说 "是"，\n或不说', True, 2.5)
    assert root.aliases == (("en", "One"), ("en", "Uno"), ("zh-Hant", "甲"))
    assert [(v.name, v.weight) for v in root.attributes[0].values] == [("Go", 1), ("SQL", 3)]
    assert root.attributes[0].open
    assert [(one.question, one.answer) for one in root.examples] == [("q", "a\n b")]
    assert tree.constraints == (Constraint.from_dict({"never": {"语言": "SQL", "category": "乙"}}),)
    assert tree.constraints[0].line == 2
    assert [node.line for node in tree.walk()] == [2, 4, 5]


def test_attributes_that_rows_share_are_one_object(tmp_path: Path) -> None:
    sets = json.dumps({"色": {"颜色": ["红", "绿"]}, "码": {"尺码": ["大"]}}).replace('"', '""')
    own = '"{""材质"": [""棉""]}"'
    tree = _load(
        tmp_path,
        f'name,parent,use,attributes,attribute_sets\nA,,,,"{sets}"\nB,A,色,,\n'
        f'C,A,"[""色"", ""码""]",,\nD,A,,{own},\nE,A,,{own},\n',
    )
    b, c, d, e = (leaf.attributes for leaf in tree.leaves())
    assert [attribute.name for attribute in c] == ["颜色", "尺码"]
    assert b[0] is c[0]
    assert d[0] is e[0]


def test_ids_of_paths_belong_to_their_last_level(tmp_path: Path) -> None:
    tree = _load(tmp_path, "code,path\n".replace("code", "id") + "7,A > B\n6,A\n")
    assert [node.id for node in tree.walk()] == ["6", "7"]


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("name,parnt\nA,\n", 1, 'column "parnt" is unknown', "did you mean `parent`?"),
        ("name,parent,定意\nA,,\nB,A,x\n", 1, 'column "定意" is unknown', "did you mean `定义`?"),
        ("name,parent,zzz\nA,,\nB,A,x\n", 1, 'column "zzz" is unknown', "remove the column"),
        ("name,parent,name\nA,,\n", 1, 'column "name" stands twice', "keep one"),
        ("id,parent\n1,\n", 1, "no column says what the categories are called", "`path`"),
        ("name,path\nA,A\n", 1, "in more than one way", "`level 1`"),
        ("path,parent\nA,\n", 1, "in more than one way", "`level 1`"),
        ("foo,bar\nA,B\nC,D\n", 1, "names no column that is known", "name the columns"),
        ("name,parent\nA,\nB,A,x\n", 3, 'the cell "x" stands under no column', "in quotes"),
        ("name,parent,\nA,,\nB,A,x\n", 3, 'the cell "x" stands under no column', "name the column"),
        ("name,parent\nA,\nB,X\n", 3, 'the parent "X" of "B" is unknown', "add a row"),
        ("id,name,parent\n1,A,\n2,B,9\n", 3, 'the parent "9" of "B" is unknown', "add a row"),
        ("id,name,parent\n1,A,\n2,B,A\n", 3, 'the parent "A" of "B"', "did you mean `parent: 1`"),
        ("name,parent\nA,C\nB,A\nC,B\n", 2, 'cycle: "A" > "B" > "C" > "A"', "`parent`"),
        ("name,parent\nA,A\nB,A\n", 2, '"A" is its own parent', "another row"),
        ("id,name,parent\n1,A,\n2,B,1\n2,C,1\n", 4, 'the id "2" stands twice', "its own"),
        ("id,name,parent\n1,A,\n2,B,1\n3,B,1\n", 4, '"B" stands twice under "A"', "rename"),
        ("name,parent\nA,\n,A\n", 3, "is blank", "give it a name"),
        ("level 1,level 2,level 3\nA,,C\n", 2, "level 2 of the path", "blank"),
        ("level 1,level 2\n,B\n", 2, "level 1 of the path", "blank"),
        ("level 1,level 2\nA,B\nA,B\n", 3, 'the path "A > B" stands twice', "remove"),
        ("path\nA >  > B\n", 2, "level 2 of the path", "give it a name"),
        ('name,parent\n"A,\nB,A\n', 2, 'the quote before "A,\\u000aB,A', "twice"),
        ('name,parent\nA,\n"B"x,A\n', 3, '"x" stands behind the closing quote', "twice"),
        ("name,parent,weight\nA,,\nB,A,viel\n", 3, 'the weight "viel" of "B"', "2 or 0.5"),
        ("name,parent,weight\nA,,\nB,A,-1\n", 3, 'the weight "-1" of "B"', "not negative"),
        ("name,parent,open\nA,,\nB,A,maybe\n", 3, '`open` is "maybe"', "true or false"),
        ("name,parent,aliases\nA,,\nB,A,en\n", 3, "JSON in the column `aliases`", "check"),
        ('name,parent,aliases\nA,,\nB,A,"[""x""]"\n', 3, 'aliases of "B" is a list', "language"),
        ("name,parent,alias:x1y2z3q4w5\nA,,\nB,A,x\n", 3, "no language of an alias", "`en`"),
        ("name,parent,use\nA,,\nB,A,x\n", 3, 'no attribute set "x"', "`attribute_sets:`"),
        ('name,parent,constraints\nA,,"[{""never"": 1}]"\nB,A,\n', 2, "the constraint", "`never:"),
        ("path\n", 1, "no categories", "at least one"),
    ],
)
def test_faults(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    found = [fault for fault in _faults(tmp_path, text) if message in fault.message]
    assert found, _faults(tmp_path, text)
    assert found[0].line == line
    assert hint in found[0].hint or hint in found[0].message


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    text = "name,parent,weight,aliases\nA,,x,\nB,A,-1,[\nB,A,,{\nC,D,,\n"
    assert [fault.line for fault in _faults(tmp_path, text)] == [2, 3, 3, 4, 4, 5]
