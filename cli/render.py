"""How things look in a terminal. Text from models and users is made harmless here.

Takes plain data and gives rich's renderables; knows no SQL.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ..graphs.run import Summary

COLOURS = {
    "accepted": "green",
    "disputed": "yellow",
    "rejected": "red",
    "failed": "magenta",
    "pending": "dim",
}
_MOST_MISSING = 20
KEPT = frozenset({"sample", "decision", "run"})
"""Columns that people copy from or tell rows by."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def console(*, stderr: bool = False) -> "Console":
    """A console that neither interprets markup nor wraps what is not shown to a person."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def safe(text: str) -> str:
    """Text without escape sequences, control, zero-width and bidirectional characters."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def text(value: object, style: str = "") -> "Text":
    """A value as literal text."""
    from rich.text import Text

    return Text(safe(str(value)), style=style)


def status(value: str) -> "Text":
    """A decision in its colour."""
    return text(value, COLOURS.get(value, ""))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> "Table":
    """A table whose cells are literal text; numbers stand to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    listed = [list(row) for row in rows]
    made = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for index, name in enumerate(columns):
        numeric = bool(listed) and all(isinstance(row[index], int | float) for row in listed)
        justify: Literal["left", "right"] = "right" if numeric else "left"
        made.add_column(name, justify=justify, overflow="fold", no_wrap=name in KEPT)
    for row in listed:
        made.add_row(*(cell if isinstance(cell, Text) else text(cell) for cell in row))
    return made


def fit(value: str, cells: int) -> str:
    """A text on one line, cut to a width in terminal cells (a Chinese character takes two)."""
    from rich.cells import cell_len, set_cell_size

    line = " ".join(safe(value).split())
    return line if cell_len(line) <= cells else set_cell_size(line, max(cells - 1, 1)) + "…"


def summary(out: "Console", found: "Summary", db: str) -> None:
    """How a run ended, and where to look next."""
    run = found.run
    kinds = ("accepted", "disputed", "rejected", "failed", "pending")
    percent = {kind: f"{run[kind] / max(run['planned'], 1):.0%}" for kind in kinds}
    rows = [
        (status(kind), run[kind], percent[kind]) for kind in kinds if run[kind] or kind != "pending"
    ]
    rows.append((text("planned", "bold"), run["planned"], ""))
    out.print(table(["decision", "samples", "share"], rows, f"run {run['id']}: {run['status']}"))
    for line in _lines(found, db):
        out.print(line, soft_wrap=True)


def _lines(found: "Summary", db: str) -> Iterator["Text"]:
    cover = found.coverage
    yield text(f"coverage    leaves {cover.leaves}, leaf × value {cover.attribute_cells}")
    yield text(f"agreement   {_agreement(found)}")
    yield text(f"tokens      {_tokens(found)}")
    if found.reasons:
        why = ", ".join(f"{row['reason']} {row['count']}" for row in found.reasons[:6])
        yield text(f"not kept    {why}")
    yield from (text(line, "red") for line in _missing(found.shortfall))
    yield text(f"models      {', '.join(sorted(set(found.run['models'].values())))}")
    yield text(f"database    {db}")


def _missing(cells: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each leaf that is not full, with the labels that lack most there."""
    leaves = [cell for cell in cells if not cell["label"]]
    for leaf in leaves[:_MOST_MISSING]:
        share = leaf["missing"] / leaf["asked"]
        worst = [
            f"{cell['label']} {cell['value']} {cell['missing']} of {cell['asked']}"
            for cell in cells
            if cell["label"]
            and cell["leaf"] == leaf["leaf"]
            and cell["missing"] / cell["asked"] > max(share, 0.5)
            and cell["missing"] > 1
        ]
        where = f" ({'; '.join(worst[:3])})" if worst else ""
        reason = f": mostly {leaf['reason']}" if leaf["reason"] else ": never tried"
        yield f"missing     {leaf['missing']} of {leaf['asked']} in {leaf['leaf']}{where}{reason}"
    if len(leaves) > _MOST_MISSING:
        yield f"missing     … and in {len(leaves) - _MOST_MISSING} more leaves; --json lists all"


def _agreement(found: "Summary") -> str:
    measured = found.agreement
    if measured.raw is None:
        return "undefined: no sample has the votes of two judges"
    alpha = "undefined" if measured.alpha is None else f"{measured.alpha:.2f}"
    return f"raw {measured.raw:.0%}, Krippendorff α {alpha}, {measured.units} judged samples"


def _tokens(found: "Summary") -> str:
    sent, got = found.tokens
    calls = sum(row["calls"] for row in found.usage)
    cost = [row["cost"] for row in found.usage if row["cost"] is not None]
    money = f", cost {sum(cost):.4f}" if cost else ""
    return f"{sent:,} in, {got:,} out, {calls:,} calls{money}"


def labels(found: Mapping[str, str]) -> str:
    """Labels on one line."""
    return ", ".join(f"{name}={value}" for name, value in found.items())


def under_root(leaf: str) -> str:
    """A shown path without the root, which all have in common."""
    from ..taxonomy import PATH_SEPARATOR

    return leaf.partition(PATH_SEPARATOR)[2] or leaf


def first_user(messages: Sequence[Mapping[str, Any]]) -> str:
    """How a dialogue begins."""
    return next((str(m["content"]) for m in messages if m["role"] == "user"), "")
