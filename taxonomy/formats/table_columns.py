"""Says what the columns of a table are: by their names, or by what stands in them.

Knows headers and the first rows; what the cells say of their categories is read elsewhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..names import key, shown
from .path_lines import spaced
from .rows import Faults
from .table_cells import Record

_WORDS = {
    "id": "id 编号 标识 categoryid",
    "name": "name category 名称 类目 类别 分类 类目名称 分类名称",
    "parent": "parent parentid parentname 上级 父级 父类 父节点 上级编号 父级编号 上级类目",
    "path": "path fullpath categorypath 路径 完整路径 类目路径",
    "definition": "definition description 定义 说明 描述",
    "open": "open 开放",
    "weight": "weight 权重",
    "aliases": "aliases 别名",
    "use": "use 引用",
    "attributes": "attributes 属性",
    "examples": "examples 示例 例子",
    "fresh_for": "freshfor 时效",
    "attribute_sets": "attributesets 属性集",
    "constraints": "constraints 约束",
}
_COLUMNS = {word: column for column, words in _WORDS.items() for word in words.split()}
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}
_LEVEL = re.compile(
    r"(?:level|lvl|tier|layer|category|cat|l|层级|级别|类目|分类)(?P<digits>\d{1,2})"
    r"|第?(?P<zh>[一二三四五六七八九十]|\d{1,2})[级层](?:类目|分类|类别|品类)?"
)
_SUB = re.compile(r"(?P<subs>(?:sub)+)category")
_SIZES = {"大类": 1, "中类": 2, "小类": 3, "细类": 4}
_ALIAS = re.compile(r"(?:alias|别名):(?P<language>[A-Za-z0-9-]+)")
_LIKE_ID = re.compile(r"\d+|\S*[0-9/]\S*")
MOST = 1000
"""How many columns a table may have."""
_LONGEST = 40
_HINT = (
    "name the columns in the first line: `path`; or `level 1`, `level 2`, …; or `id`, `name`,"
    " `parent`"
)


@dataclass(slots=True)
class Columns:
    """What stands where in a record."""

    levels: list[int] = field(default_factory=list)
    """Places of the columns that hold one level each, from the top."""
    places: dict[str, int] = field(default_factory=dict)
    aliases: list[tuple[str, int]] = field(default_factory=list)
    """Languages of the columns that hold one alias each."""
    headed: bool = True

    def cell(self, record: Record, column: str) -> str:
        """What a record says in a column; empty where there is none."""
        place = self.places.get(column, -1)
        return record.cells[place].strip() if 0 <= place < len(record.cells) else ""


def is_header(cells: Sequence[str]) -> bool:
    """Whether any cell names a column."""
    return any(_meaning(cell) is not None for cell in cells)


def columns(sample: Sequence[Record], faults: Faults) -> Columns:
    """The columns of a table that begins with these records."""
    header, *others = sample
    if len(header.cells) > MOST:
        faults.fatal(
            f"the first line has {len(header.cells)} cells, more than {MOST}",
            header.line,
            hint="look for separators that belong to names, and put those names in quotes",
        )
    if not is_header(header.cells):
        return _unnamed(sample, faults)
    found = _named(header, faults)
    name = found.places.get("name", -1)
    if name >= 0 and not found.levels and "parent" not in found.places:
        written = [one.cells[name] for one in others if name < len(one.cells)]
        if any(len(spaced(cell)) > 1 for cell in written):
            # A column `category` may hold paths.
            found.places["path"] = found.places.pop("name")
    _check(found, header, faults)
    return found


def _meaning(cell: str) -> tuple[str, int] | None:
    """The column that a header cell names; "" and a number if it holds a level."""
    if len(cell) > _LONGEST:
        return None
    word = re.sub(r"[\s_-]", "", key(cell))
    level = _LEVEL.fullmatch(word)
    if level is not None:
        numeral = level["digits"] or level["zh"]
        return "", _NUMERALS.get(numeral) or int(numeral)
    sub = _SUB.fullmatch(word)
    if sub is not None:
        return "", 1 + len(sub["subs"]) // len("sub")
    if word in _SIZES:
        return "", _SIZES[word]
    column = _COLUMNS.get(word)
    return (column, 0) if column else None


def _named(header: Record, faults: Faults) -> Columns:
    found = Columns()
    levels: dict[int, int] = {}
    for place, cell in enumerate(header.cells):
        alias = _ALIAS.fullmatch(unicodedata.normalize("NFKC", cell).strip())
        meaning = _meaning(cell)
        if alias is not None:
            found.aliases.append((alias["language"], place))
        elif meaning is None:
            if cell.strip():
                _report_unknown(cell, header.line, faults)
        elif meaning[0] in found.places or (not meaning[0] and meaning[1] in levels):
            faults.add(
                f"the column {shown(cell.strip())} stands twice",
                header.line,
                hint="keep one of the two, or rename one",
            )
        elif meaning[0]:
            found.places[meaning[0]] = place
        else:
            levels[meaning[1]] = place
    if levels and min(levels) > 1 and "name" in found.places:
        # `category, subcategory`: the first is a level where the second is there.
        levels[1] = found.places.pop("name")
    found.levels = [levels[number] for number in sorted(levels)]
    return found


def _check(found: Columns, header: Record, faults: Faults) -> None:
    ways = [bool(found.levels), "path" in found.places, "name" in found.places]
    if not any(ways):
        message = "no column says what the categories are called"
    elif sum(ways) > 1 or ("parent" in found.places and not ways[2]):
        message = "the columns say in more than one way where a category stands"
    else:
        return
    faults.fatal(message, header.line, hint=_HINT)


def _report_unknown(cell: str, line: int, faults: Faults) -> None:
    near = get_close_matches(re.sub(r"[\s_-]", "", key(cell[:50])), list(_COLUMNS), n=1, cutoff=0.5)
    known = ", ".join(f"`{column}`" for column in _WORDS)
    hint = f"remove the column; known are {known}, `level 1`, …"
    if near:
        hint = f"did you mean `{_COLUMNS[near[0]] if near[0].isascii() else near[0]}`?"
    faults.add(f"the column {shown(cell.strip())} is unknown", line, hint=hint)


def _unnamed(sample: Sequence[Record], faults: Faults) -> Columns:
    """The columns of a table without a header, where its rows leave no doubt."""
    first, *others = sample
    filled = [place for place, cell in enumerate(first.cells) if cell.strip()]
    paths = {p for one in sample for p, cell in enumerate(one.cells) if len(spaced(cell)) > 1}
    found = Columns(headed=False)
    width = len(first.cells)
    again = {one.cells[0].strip() for one in others}
    if len(paths) == 1 and width <= 2:
        (place,) = paths
        found.places = {"path": place} | ({"id": 1 - place} if width == 2 else {})
    elif width > 1 and all(_LIKE_ID.fullmatch(one.cells[0].strip()) for one in sample):
        found.places["id"] = 0
        found.levels = list(range(1, width))
    elif not paths and width > 1 and filled[0] == 0 and first.cells[0].strip() in again:
        found.levels = list(range(width))
    else:
        faults.fatal("the first line names no column that is known", first.line, hint=_HINT)
    return found
