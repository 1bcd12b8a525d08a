"""Pictures of coverage: tiles fill their box, text can be read, bytes are the same each time."""

import logging
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

from taxoloom.cli.groups import grouped
from taxoloom.cli.heatmap import heatmap
from taxoloom.cli.picture import chinese, cut, figure, save, width
from taxoloom.cli.squares import squares
from taxoloom.cli.treemap import treemap
from taxoloom.errors import InputError, StoreError
from taxoloom.taxonomy import Node, Space, Taxonomy
from taxoloom.taxonomy.measuring.coverage import measure
from taxoloom.taxonomy.measuring.covered import Coverage
from taxoloom.tests.support.spaces import attribute, shop


def wide(tops: int, middles: int, leaves: int) -> Taxonomy:
    root = Node("r", "R", attributes=(attribute("价$a$", "甲$x^{$", "b", "c"),))
    nodes = [root]
    for i in range(tops):
        top = Node(f"t{i}", f"top {i}", root)
        nodes.append(top)
        for j in range(middles):
            middle = Node(f"m{i}-{j}", f"类别 {i} {j}", top)
            nodes.append(middle)
            nodes += [Node(f"l{i}-{j}-{k}", f"leaf {k}", middle) for k in range(leaves)]
    return Taxonomy(nodes)


def measured(taxonomy: Taxonomy, count: int = 200, *, target: int | None = None) -> Coverage:
    chance, space = random.Random(1), Space(taxonomy)
    # Every third leaf stays empty.
    leaves = [leaf.id for place, leaf in enumerate(space.leaves) if place % 3]
    samples = [
        (chance.choice(leaves), {"价$a$": chance.choice(["甲$x^{$", "b"])}) for _ in range(count)
    ]
    asked = None if target is None else {leaf.id: target for leaf in space.leaves}
    return measure(space, samples, target=asked)


def texts(made: Figure) -> list[str]:
    return [text.get_text() for text in made.findobj(Text)]


def all_text(made: Figure) -> str:
    return "\n".join(texts(made))


def test_a_heatmap_has_a_row_for_each_leaf_and_a_number_in_each_cell() -> None:
    taxonomy = shop({"never": {"category": "Food", "channel": "phone"}})
    coverage = measure(Space(taxonomy), [("a", {"channel": "mail"})] * 7)
    made = heatmap(coverage, taxonomy, "channel")
    found = texts(made)
    for name in ("Clothes > Shirts", "Food", "chat", "mail", "Samples by leaf and channel"):
        assert name in found
    assert found.count("7") == 1
    assert found.count("0") == 5 * 3 - 2


def test_the_first_attribute_is_drawn_unless_one_is_named() -> None:
    coverage = measure(Space(shop()), [])
    assert "Samples by leaf and tone" in texts(heatmap(coverage, shop()))
    bare = Taxonomy([Node("r", "R")])
    with pytest.raises(InputError, match="no attribute"):
        heatmap(measure(Space(bare), []), bare)


@pytest.mark.parametrize(
    ("shape", "rows", "said"),
    [
        ((2, 2, 3), 12, ""),
        ((5, 2, 50), 10, "500 leaves gathered into 10 categories of level 2"),
        ((50, 2, 5), 50, "500 leaves gathered into 50 categories of level 1"),
        ((90, 1, 1), 60, "the 60 with most empty cells are shown"),
    ],
)
def test_a_heatmap_gathers_what_could_not_be_read_and_says_so(
    shape: tuple[int, int, int], rows: int, said: str
) -> None:
    taxonomy = wide(*shape)
    made = heatmap(measured(taxonomy), taxonomy)
    assert len(made.axes[0].get_yticks()) == rows
    assert said in all_text(made)
    assert ("gathered" in all_text(made)) == (shape[0] * shape[1] * shape[2] > 60)


@pytest.mark.parametrize("shape", [(2, 2, 3), (5, 5, 20), (30, 5, 10)])
@pytest.mark.parametrize("target", [None, 2])
def test_a_treemap_shows_what_is_missing(shape: tuple[int, int, int], target: int | None) -> None:
    taxonomy = wide(*shape)
    coverage = measured(taxonomy, target=target)
    made = treemap(coverage, taxonomy)
    empty = sum(not leaf.count for leaf in coverage.by_leaf)
    total = shape[0] * shape[1] * shape[2]
    assert f"200 samples; {empty:,} of {total:,} leaves have none" in all_text(made)
    assert ("gathered into 150 categories of level 2" in all_text(made)) == (total > 600)
    hatched = [patch for patch in made.axes[0].patches if patch.get_hatch()]
    if total <= 600:
        assert len(hatched) == empty
    assert hatched
    assert ("samples / asked for" in all_text(made)) == (target is not None)


def test_empty_leaves_and_nothing_at_all_can_be_drawn() -> None:
    for taxonomy in (shop(), Taxonomy([Node("r", "R")]), shop(weights={"a": 0.0})):
        coverage = measure(Space(taxonomy), [])
        assert treemap(coverage, taxonomy).axes


def test_groups_are_the_deepest_level_that_can_be_read() -> None:
    taxonomy = wide(3, 4, 5)
    leaves = measured(taxonomy).by_leaf
    for most, count, depth in ((60, 60, None), (59, 12, 2), (11, 3, 1), (1, 3, 1)):
        found = grouped(leaves, taxonomy, most)
        assert (len(found.groups), found.depth) == (count, depth)
        assert sum(len(group.leaves) for group in found.groups) == 60
    shallow = grouped(measure(Space(shop()), []).by_leaf, shop(), 4)
    assert [group.names for group in shallow.groups] == [
        ("Clothes", "Shirts"),
        ("Clothes", "Shoes"),
        ("Digital", "Phones"),
        ("Food",),
    ]


@pytest.mark.parametrize("kind", ["heatmap", "treemap"])
def test_an_svg_keeps_chinese_as_text_and_is_the_same_each_time(kind: str) -> None:
    taxonomy = wide(2, 2, 3)
    for name in ("a.svg", "b.svg"):
        coverage = measured(taxonomy)
        made = heatmap(coverage, taxonomy) if kind == "heatmap" else treemap(coverage, taxonomy)
        assert save(made, Path(name)) == ""
    written = Path("a.svg").read_text(encoding="utf-8")
    assert written == Path("b.svg").read_text(encoding="utf-8")
    assert "<text" in written
    assert not re.search(r"20\d\d-\d\d-\d\d", written)
    if kind == "heatmap":
        assert "类别 0 0" in written
        assert "甲$x^{$" in written


def test_a_png_without_a_font_for_it_says_which_to_install(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = figure(2, 1)
    made.text(0.5, 0.5, "plain")
    assert save(made, Path("a.png")) == ""
    # A hieroglyph, which fonts for reading do not have.
    made.text(0.5, 0.2, "𓀀 plain")
    with caplog.at_level(logging.WARNING):
        note = save(made, Path("b.png"))
    assert "no installed font has '𓀀'" in note
    assert "Noto Sans CJK SC" in note
    assert ".svg" in note
    assert not caplog.records
    assert Path("b.png").read_bytes().startswith(b"\x89PNG")


def test_fonts_with_chinese_are_found_by_name() -> None:
    installed = ["DejaVu Sans", "SimHei", "Noto Sans CJK SC", "Noto Serif CJK JP"]
    assert chinese(installed) == ["Noto Sans CJK SC", "SimHei"]
    assert chinese(["DejaVu Sans", "Noto Serif CJK JP"]) == ["Noto Serif CJK JP"]
    assert chinese(["DejaVu Sans"]) == []


def test_a_picture_is_written_whole_or_not_at_all() -> None:
    made = figure(1, 1)
    Path("folder.png").mkdir()
    for name in ("folder.png", "no/such/a.png"):
        with pytest.raises(StoreError):
            save(made, Path(name))
    assert [path.name for path in Path().iterdir()] == ["folder.png"]


@given(st.text(), st.floats(0, 40))
def test_a_text_that_is_cut_fits(text: str, room: float) -> None:
    found = cut(text, room)
    assert width(found) <= room + 1e-9
    line = " ".join(text.split())
    assert found in ("", line) or found.endswith("…") or "\ufffd" in found


@given(
    st.lists(st.floats(0, 1000, allow_subnormal=False), min_size=1, max_size=60),
    st.floats(0.5, 30),
    st.floats(0.5, 30),
)
def test_tiles_fill_the_box_in_proportion_and_do_not_overlap(
    areas: list[float], wide: float, high: float
) -> None:
    areas = [area if area > 1e-3 else 0.0 for area in areas]
    tiles = squares(areas, (1.0, 2.0, wide, high))
    total = sum(areas)
    for area, (x, y, w, h) in zip(areas, tiles, strict=True):
        if area:
            assert w * h == pytest.approx(area / total * wide * high, rel=1e-6, abs=1e-9)
            assert 1 - 1e-6 <= x <= x + w <= 1 + wide + 1e-6
            assert 2 - 1e-6 <= y <= y + h <= 2 + high + 1e-6
        else:
            assert w * h == 0
    real = [tile for tile, area in zip(tiles, areas, strict=True) if area]
    for i, (x, y, w, h) in enumerate(real):
        for ox, oy, ow, oh in real[:i]:
            across = min(x + w, ox + ow) - max(x, ox)
            down = min(y + h, oy + oh) - max(y, oy)
            assert across < 1e-6 or down < 1e-6


def test_tiles_of_one_size_are_nearly_square() -> None:
    for count in (4, 10, 30, 100):
        for _, _, w, h in squares([1.0] * count, (0, 0, 13, 7)):
            assert max(w / h, h / w) < 2.5
