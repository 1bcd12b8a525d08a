"""`fresh_for`: read in every format, refused with file and line, inherited, left out if unset."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.errors import InputError, TaxonomyError
from taxoloom.taxonomy import Node, Taxonomy, load
from taxoloom.taxonomy.formats.write import Target, write
from taxoloom.taxonomy.freshness import LONGEST, days_of, last_day, lifetimes

SHOP = """\
name: 店
children:
  - name: 价格
    fresh_for: 12w
    children:
      - {name: 促销, fresh_for: 7}
      - 定价
  - name: 礼仪
"""
LIVES = {"店 > 价格 > 促销": 7, "店 > 价格 > 定价": 84}
WRITTEN = {
    "tree.yaml": SHOP,
    "tree.json": '{"name": "店", "children": [{"name": "价格", "fresh_for": "84d", "children":'
    ' [{"name": "促销", "fresh_for": "1周"}, "定价"]}, "礼仪"]}',
    "tree.md": "# 店\n- 价格 {fresh_for=12w}\n  - 促销 {fresh_for=7}\n  - 定价\n- 礼仪\n",
    "block.md": "# 店\n- 价格\n  - 促销\n  - 定价\n- 礼仪\n\n```taxoloom\nabout:\n"
    "  店 > 价格: {fresh_for: 84}\n  店 > 价格 > 促销: {fresh_for: 1w}\n```\n",
    "tree.csv": "path,fresh_for\n店 > 价格,12w\n店 > 价格 > 促销,7d\n店 > 价格 > 定价,\n店 > 礼仪,",
    "zh.csv": "路径,时效\n店 > 价格,84 天\n店 > 价格 > 促销,1周\n店 > 价格 > 定价,\n店 > 礼仪,",
}


def saved(folder: Path, text: str, name: str = "tree.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_with_a_place_for_it_says_it(tmp_path: Path, name: str) -> None:
    assert lifetimes(load(saved(tmp_path, WRITTEN[name], name))) == LIVES


@pytest.mark.parametrize("target", ["yaml", "json", "markdown", "csv", "tsv"])
def test_it_is_written_as_days(tmp_path: Path, target: Target) -> None:
    text = write(load(saved(tmp_path, SHOP)), target)
    assert "84" in text
    assert "12w" not in text


def test_a_list_of_paths_says_that_it_cannot_keep_it(tmp_path: Path) -> None:
    tree = load(saved(tmp_path, SHOP))
    with pytest.raises(InputError, match=r"lifetimes \(2\)"):
        write(tree, "paths")
    assert lifetimes(load(saved(tmp_path, write(tree, "paths", lossy=True), "a.txt"))) == {}


@pytest.mark.parametrize("wrong", ["0", "-3", "1.5", "true", "soon", "90x", "101y", "[1]", "''"])
def test_what_is_no_span_is_refused_with_its_line(tmp_path: Path, wrong: str) -> None:
    path = saved(
        tmp_path, f"name: 店\nchildren:\n  - name: 价格\n    fresh_for: {wrong}\n  - 礼仪\n"
    )
    with pytest.raises(TaxonomyError) as caught:
        load(path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(path), 4)
    assert "`fresh_for`" in fault.message
    assert "12w" in fault.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tree.md", "# 店\n- 价格 {fresh_for=0}\n- 礼仪\n"),
        ("tree.csv", "path,fresh_for\n店 > 价格,0\n店 > 礼仪,\n"),
    ],
)
def test_outlines_and_tables_refuse_it_as_well(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(TaxonomyError) as caught:
        load(saved(tmp_path, text, name))
    assert [(fault.line, "`fresh_for`" in fault.message) for fault in caught.value.faults] == [
        (2, True)
    ]


def test_a_file_that_says_it_of_its_root_keeps_the_root(tmp_path: Path) -> None:
    tree = load(saved(tmp_path, "fresh_for: 30\nchildren:\n  - {name: 甲, children: [乙]}\n"))
    assert [tree.fresh_for_of(leaf.id) for leaf in tree.leaves()] == [30]


def test_it_comes_back_from_plain_data_and_makes_another_fingerprint() -> None:
    root = Node("r", "根")
    plain = Taxonomy([root, Node("a", "甲", root)])
    ageing = Taxonomy([root, Node("a", "甲", root, fresh_for=30)])
    assert Taxonomy.from_dict(ageing.to_dict()) == ageing
    assert ageing != plain
    assert all("fresh_for" not in row for row in plain.to_dict()["nodes"])


def test_a_taxonomy_without_it_has_the_fingerprint_it_always_had() -> None:
    root = Node("r", "R", definition="d")
    tree = Taxonomy([root, Node("a", "A", root, weight=2)])
    assert tree.fingerprint == "9cdc9e983b66c48b4d4ed71a354c542e19ee9185bd99defc809dcbf47156c6e2"


@given(number=st.integers(1, LONGEST), space=st.sampled_from(["", " "]))
def test_units_are_days_times_their_length(number: int, space: str) -> None:
    for units, length in (
        (("d", "天"), 1),
        (("w", "周"), 7),
        (("m", "个月"), 30),
        (("y", "年"), 365),
    ):
        days = number * length if number * length <= LONGEST else None
        assert {days_of(f"{number}{space}{unit}") for unit in units} == {days}


@given(st.text())
def test_any_text_is_a_span_within_bounds_or_none(text: str) -> None:
    days = days_of(text)
    assert days is None or 1 <= days <= LONGEST


def test_the_last_good_day_is_counted_from_the_date() -> None:
    assert last_day("2026-11-22", 30) == date(2026, 12, 22)
    assert last_day("2026-11-22T10:00:00", 1) == date(2026, 11, 23)
    assert last_day("", 1) is last_day("22/11/2026", 1) is last_day("9999-12-31", 9) is None
