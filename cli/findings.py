"""What `coverage` prints: tables that fit a terminal, with as many gaps as one can read.

Whatever is left out is counted; the JSON has all of it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..taxonomy.tree import PATH_SEPARATOR
from .render import console, fit, table, text

if TYPE_CHECKING:
    from rich.console import Console

    from ..graphs.measure import Measured
    from ..taxonomy.measuring.covered import Coverage, LeafCount, Share
    from ..taxonomy.measuring.distance import Distance
    from ..taxonomy.planning.frame import Label

_ENTRIES = 6
"""Of each list of gaps."""
_ROWS = 40
"""Of each table."""


def show(found: "Measured", title: str) -> None:
    """Print a measurement."""
    out, coverage = console(), found.coverage
    out.print(text(fit(title, out.width), "bold"))
    _overview(out, coverage)
    _mixes(out, coverage)
    _values(out, coverage)
    _leaves(out, coverage)
    for heading, lines, total in (*_gaps(coverage), *_odd(found)):
        _list(out, heading, lines, total)


def percent(share: "Share") -> str:
    """A share in percent, rounded down: 100% is all of it."""
    return f"{share.covered * 1000 // share.total / 10:g}%" if share.total else "-"


def _overview(out: "Console", coverage: "Coverage") -> None:
    shares = [(f"level {level.depth}", level.nodes) for level in coverage.levels]
    shares += [("leaves", coverage.leaves), ("leaf × value", coverage.cells)]
    shares += [("pairs of values", coverage.pairs)]
    rows = [(name, str(share), percent(share)) for name, share in shares]
    enough = f"at least {coverage.least}" if coverage.least > 1 else "covered"
    out.print(table(["what", enough, "share"], rows))
    if coverage.smallest_cell is not None:
        out.print(text(f"the smallest cell has {coverage.smallest_cell:,} samples\n"))


def _mixes(out: "Console", coverage: "Coverage") -> None:
    place = coverage.leaf_distance.farthest
    far = "" if place is None else _under_root(coverage.by_leaf[place].path)
    rows = [("leaf", "", *_distance(coverage.leaf_distance, far))]
    for mix in coverage.mixes:
        value = mix.farthest.value if mix.farthest else ""
        rows.append((fit(mix.name, 16), str(mix.cells), *_distance(mix.distance, value)))
    out.print(
        table(["mix of", "cells", "variation", "farthest, in points", "entropy (asked)"], rows)
    )


def _distance(distance: "Distance", name: str) -> tuple[str, str, str]:
    """Total variation, the largest marginal error with its name, and entropies."""
    numbers = (distance.entropy, distance.asked_entropy)
    own, asked = ("-" if number is None else f"{number:.3f}" for number in numbers)
    if distance.variation is None or distance.error is None:
        return "-", "no sample has one", f"{own} ({asked})"
    largest = f"{distance.error * 100:+.1f} {_tail(name, 13)}"
    return f"{distance.variation:.3f}", largest, f"{own} ({asked})"


def _values(out: "Console", coverage: "Coverage") -> None:
    every = [(mix.name, value) for mix in coverage.mixes for value in mix.values]
    chosen = sorted(every, key=lambda one: -abs(one[1].difference))[:_ROWS]
    if len(every) <= _ROWS:
        chosen = every
    rows = [
        (
            fit(name, 16),
            fit(value.value, 18),
            value.count,
            f"{value.asked_share:.1%}",
            f"{value.share:.1%}",
            f"{value.difference * 100:+.1f}",
        )
        for name, value in chosen
    ]
    out.print(table(["label", "value", "samples", "asked", "had", "points"], rows))
    _more(out, len(every) - len(chosen), "values, which are nearer to what was asked for")


def _leaves(out: "Console", coverage: "Coverage") -> None:
    """The leaves that lack most."""
    drawn = [leaf for leaf in coverage.by_leaf if leaf.drawn]
    wanted = {leaf.id: _wanted(coverage, leaf) for leaf in drawn}
    drawn.sort(key=lambda leaf: leaf.count - wanted[leaf.id])
    rows = [
        (
            _tail(_under_root(leaf.path), max(out.width - 40, 24)),
            leaf.count,
            f"{wanted[leaf.id]:,.1f}" if leaf.asked is None else str(leaf.asked),
            f"{sum(count >= coverage.least for count in leaf.counts)}/{len(leaf.counts)}",
        )
        for leaf in drawn[:_ROWS]
    ]
    out.print(table(["leaf", "samples", "asked", "cells"], rows))
    _more(out, len(drawn) - len(rows), "leaves, which lack less")


def _wanted(coverage: "Coverage", leaf: "LeafCount") -> float:
    return leaf.asked_share * coverage.samples if leaf.asked is None else leaf.asked


def _gaps(coverage: "Coverage") -> Iterator[tuple[str, Iterator[str], int]]:
    """Each list of gaps: heading, lines and number of lines."""
    least = coverage.least
    empty = "empty" if least == 1 else f"with fewer than {least} samples"
    for level in coverage.levels:
        lines = (f"{_under_root(path)}{_count(count)}" for path, count in level.thin)
        yield f"categories of level {level.depth} {empty}", lines, len(level.thin)
    thin = _by_leaf(coverage)
    cells = (f"{_under_root(path)}: {', '.join(labels)}" for path, labels in thin.items())
    number = coverage.cells.total - coverage.cells.covered
    yield f"{number:,} cells {empty}; leaves that have some", cells, len(thin)
    pairs = (
        f"{_label(pair.first)} + {_label(pair.second)}{_count(pair.count)}"
        for pair in coverage.thin_pairs
    )
    yield f"pairs {empty}", pairs, len(coverage.thin_pairs)


def _by_leaf(coverage: "Coverage") -> dict[str, list[str]]:
    """The thin cells of each leaf that has some, the leaf with most of them first."""
    found: dict[str, list[str]] = {}
    for leaf, label, count in coverage.thin_cells:
        found.setdefault(leaf.path, []).append(f"{_label(label)}{_count(count)}")
    return dict(sorted(found.items(), key=lambda one: -len(one[1])))


def _odd(found: "Measured") -> Iterator[tuple[str, Iterator[str], int]]:
    """What does not fit the space, each line with its own number."""
    coverage = found.coverage
    strays = (
        f"{stray.count:,} × {stray.name}{stray.value and f' {stray.value}'}: {stray.why}"
        for stray in coverage.strays
    )
    heading = f"labels that cannot stand where they were found, in {coverage.strayed:,} samples"
    yield heading, strays, len(coverage.strays)
    clashes = (
        f"{clash.count:,} × {' + '.join(map(_label, clash.labels))}, at {_under_root(clash.leaf)}"
        for clash in coverage.clashes
    )
    heading = f"combinations against the constraints, in {coverage.clashed:,} samples"
    yield heading, clashes, len(coverage.clashes)
    missed = (
        f"{missed.count:,} × {missed.reason}, as {example}"
        for missed in found.unplaced
        for example in missed.examples[:1]
    )
    yield "rows that stand at no leaf", missed, len(found.unplaced)


def _list(out: "Console", heading: str, lines: Iterator[str], total: int) -> None:
    if not total:
        return
    out.print(text(f"{heading}: {total:,}", "yellow"))
    shown: Sequence[str] = [line for line, _ in zip(lines, range(_ENTRIES), strict=False)]
    for line in shown:
        out.print(text(f"  {fit(line, out.width - 2)}"), soft_wrap=True)
    _more(out, total - len(shown), "are not shown; --json has all")


def _more(out: "Console", count: int, what: str) -> None:
    if count > 0:
        out.print(text(f"  and {count:,} more {what}", "dim"))


def _count(count: int) -> str:
    return f" ({count:,})" if count else ""


def _label(label: "Label") -> str:
    return f"{label[0]} {label[1]}"


def _under_root(path: str) -> str:
    """A shown path without the root, which all have in common."""
    return path.partition(PATH_SEPARATOR)[2] or path


def _tail(path: str, cells: int) -> str:
    """A path cut from its beginning: its end tells more."""
    shown = path
    while fit(shown, cells) != " ".join(shown.split()) and PATH_SEPARATOR in path:
        path = path.partition(PATH_SEPARATOR)[2]
        shown = f"…{PATH_SEPARATOR}{path}"
    return fit(shown, cells)
