"""Lists of paths, as shops publish them and as people type them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import Taxonomy, load

DATA = Path(__file__).parents[1] / "data"


def _load(folder: Path, text: str, name: str = "shop.txt") -> Taxonomy:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def _drawn(tree: Taxonomy) -> list[str]:
    return ["." * (len(node.path) - 1) + node.name + "+" * node.open for node in tree.walk()]


def _faults(folder: Path, text: str) -> Sequence[Fault]:
    path = folder / "bad.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError) as caught:
        load(path, format="paths")
    assert all(fault.hint and fault.file == str(path) for fault in caught.value.faults)
    return caught.value.faults


def test_ids_before_a_dash_are_kept() -> None:
    tree = load(DATA / "paths_google.zh.txt")
    assert tree.root.name == "paths_google.zh"
    assert [child.name for child in tree.children(tree.root.id)] == [
        "园艺/户外",
        "食品、饮料 & 烟酒",
    ]
    assert tree.node("9311").path[1:] == ("食品、饮料 & 烟酒", "茶 - 散装与袋泡", "乌龙茶")
    assert tree.node("9107").line == 4


def test_ids_before_a_colon_are_kept_however_far_it_is() -> None:
    tree = load(DATA / "paths_shopify.en.txt")
    node = tree.node("gid://shopify/TaxonomyCategory/gd-1-2")
    assert node.path[1:] == ("Garden & Outdoors", "Watering", "Drip Lines, Emitters & Fittings")
    assert tree.node("gid://shopify/TaxonomyCategory/gd-10").name == "Seeds: Annual"


@pytest.mark.parametrize(
    "text",
    [
        "A\nA > B\nA > B > C\nA > D\n",
        "A > B > C\nA > D\n",
        "A > B > C\nA > B\nA > D\nA\n",
        "# comment\n\nA > B > C\n\n# another\nA > D",
        "A ＞ B＞C\nA＞D\n",
        "A\t>\tB\t>\tC\nA > D\n",
        "  A  >  B  >  C  \r\n\tA > D\r\n",
        "\ufeffA > B > C\nA > D\n",
        "A>B>C\nA>D\n",
        "A\nA / B\nA / B / C\nA / D\n",
        "1\tA\n2\tA > B\n3\tA > B > C\n4\tA > D\n",
        "# Format: {path}\nA > B > C\nA > D\n",
        "# Format: {id} : {path}\na : A\nb : A > B\nc : A > B > C\nd : A > D\n",
    ],
)
def test_all_ways_to_write_one_tree(tmp_path: Path, text: str) -> None:
    assert _drawn(_load(tmp_path, text)) == ["A", ".B", "..C", ".D"]


def test_several_tops_stand_under_a_root_named_after_the_file(tmp_path: Path) -> None:
    assert _drawn(_load(tmp_path, "A > B\nC > D\n")) == ["shop", ".A", "..B", ".C", "..D"]


def test_a_parent_that_is_listed_later_keeps_its_id_and_line(tmp_path: Path) -> None:
    tree = _load(tmp_path, "7 - A > B > C\n6 - A > B\n5 - A\n8 - D\n")
    assert tree.node("6").name == "B"
    assert (tree.node("5").line, tree.node("6").line) == (3, 2)


def test_an_ellipsis_says_that_a_list_is_open(tmp_path: Path) -> None:
    assert _drawn(_load(tmp_path, "A > B\nA > ...\nA > B > C\nA > B > …\n")) == ["A+", ".B+", "..C"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A > x->y\nA > <b>\n", ["x->y", "<b>"]),
        ("A > 3.5 - 4\nA > 5 - 6\n", ["3.5 - 4", "5 - 6"]),
        ("A > TCP / IP\nA > x:y\n", ["TCP / IP", "x:y"]),
        ("Web - React > x\nWeb - Vue > y\nWeb - 3D > z\n", ["x", "y", "z"]),
        ("AI - 视觉 > x\nAI - 文本 > y\n", ["x", "y"]),
    ],
)
def test_signs_inside_of_names_stay_there(tmp_path: Path, text: str, names: list[str]) -> None:
    assert [leaf.name for leaf in _load(tmp_path, text).leaves()] == names


@pytest.mark.parametrize("name", ["shop.csv", "shop.tsv", "shop", "shop.list"])
def test_the_content_tells_a_list_of_paths(tmp_path: Path, name: str) -> None:
    text = "# Version: 1\n1 - A\n2 - A > B, C & D\n3 - A > E, F\n4 - A > G\n"
    assert [leaf.name for leaf in _load(tmp_path, text, name).leaves()] == ["B, C & D", "E, F", "G"]


def test_many_levels(tmp_path: Path) -> None:
    names = [f"n{i}" for i in range(3000)]
    text = (
        "\n".join(" > ".join(names[: i + 1]) for i in range(0, 3000, 100))
        + f"\n{' > '.join(names)}"
    )
    assert len(_load(tmp_path, text).leaves()[0].path) == 3000


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("A > B\nA >  > C\n", 2, 'level 2 of the path "A >  > C" is blank', "separators away"),
        ("A > B\n > C\n", 2, "level 1 of the path", "give it a name"),
        ("A > B\nA > C >\n", 2, 'level 3 of the path "A > C > " is blank', "give it a name"),
        ("A ＞＞ C\n", 1, "level 2 of the path", "give it a name"),
        ("A > B\nA > C\nA > B\n", 3, 'the path "A > B" stands twice, first in line 1', "remove"),
        ("Web > A\nWEB > B\n", 2, '"WEB" stands twice, first in line 1', "width and case"),
        ("1 - A\n2 - A > B\nA > C\n", 3, '"A > C" has no id before its path', "` - `"),
        ("1 - A\n2 - A > B\n2 - A > C\n", 3, 'the id "2" stands twice, first in line 2', "its own"),
        ("A > B\nA>C\n", 2, 'the name "A>C" holds a `>` without spaces', "` > `"),
        ("A / B\nA / C\n", 1, 'whether ` / ` in "A / B" separates', "for every parent"),
        ("A > B\nA > b\u202ec\n", 2, "bidirectional control", "delete"),
        ("# nothing\n", 1, "no categories", "at least one"),
        (f"A > {'x' * 201}\n", 1, "has 201 characters", "shorten"),
    ],
)
def test_faults(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    found = [fault for fault in _faults(tmp_path, text) if message in fault.message]
    assert found, _faults(tmp_path, text)
    assert found[0].line == line
    assert hint in found[0].hint


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "A > B\nA >  > C\nA > B\nA > D >\nWeb > x\nweb > y\n")
    assert [fault.line for fault in faults] == [2, 3, 4, 6]
