"""Who gave what to which unit: a matrix of units × raters with gaps, as the coefficients read it.

A rater is a judge, a wording of a judge, a person or a model; a unit is a sample, or a criterion of
one. Knows nothing of where ratings come from, and measures nothing.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING = -1
"""The code of a rating that was not given."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings by unit and rater, as places in a list of categories."""

    codes: Codes
    """Units × raters; `MISSING` where a rater gave nothing."""
    categories: tuple[Any, ...]
    """What the codes stand for, in ascending order where there is one."""
    raters: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.codes.ndim != 2 or self.codes.shape[1] != len(self.raters):
            raise ValueError(f"{len(self.raters)} raters need a column each: {self.codes.shape}")
        if self.codes.size and not -1 <= self.codes.min() <= self.codes.max() < len(
            self.categories
        ):
            raise ValueError(f"codes beyond the {len(self.categories)} categories")

    @property
    def numbers(self) -> Floats:
        """The categories as numbers; raises ValueError where they are none."""
        try:
            return np.asarray([float(value) for value in self.categories])
        except (TypeError, ValueError) as error:
            raise ValueError(f"not numbers: {self.categories[:5]}") from error

    def of(self, *raters: str) -> "Ratings":
        """The columns of some raters, in the order given."""
        places = [self.raters.index(name) for name in raters]
        return Ratings(self.codes[:, places], self.categories, raters)

    def pairs(self) -> dict[tuple[str, str], "Ratings"]:
        """Every two raters by themselves."""
        return {pair: self.of(*pair) for pair in combinations(self.raters, 2)}


def from_rows(
    rows: Iterable[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Hashable] | None = None,
    raters: Sequence[str] | None = None,
) -> Ratings:
    """Ratings from one row per unit; None or NaN is a gap, and so is the end of a short row.

    `categories` gives the values that were possible and their order. Left out, they are those that
    occur, ascending where they can be compared.
    """
    if isinstance(rows, np.ndarray) and rows.dtype.kind in "biuf":
        codes, found = _coded(rows, categories)
    else:
        columns = list(zip_longest(*rows))
        codes, found = _listed(columns, categories)
    names = tuple(raters) if raters is not None else tuple(map(str, range(codes.shape[1])))
    return Ratings(codes, found, names)


def from_records(
    records: Iterable[tuple[Hashable, str, Any]],
    *,
    categories: Sequence[Hashable] | None = None,
    raters: Sequence[str] | None = None,
) -> Ratings:
    """Ratings from (unit, rater, value), in any order; raters in the order in which they appear.

    Two different values of one rater for one unit are refused: which one counts is not for a
    statistic to say.
    """
    columns: dict[str, dict[Hashable, Any]] = {name: {} for name in raters or ()}
    units: dict[Hashable, None] = {}
    for unit, rater, value in records:
        units.setdefault(unit)
        column = columns.setdefault(rater, {})
        if unit in column and column[unit] != value:
            raise ValueError(f"{rater!r} rated {unit!r} twice: {column[unit]!r} and {value!r}")
        column[unit] = value
    codes, found = _listed(
        [[column.get(u) for u in units] for column in columns.values()], categories
    )
    return Ratings(codes, found, tuple(columns))


def as_votes(
    rows: Iterable[Sequence[bool | None]] | NDArray[Any], judges: Sequence[str]
) -> Ratings:
    """A panel's votes: code 1 accepts, code 0 rejects, a gap is a judge that was not scored."""
    return from_rows(rows, categories=(False, True), raters=judges)


def distinct(codes: Codes) -> tuple[Codes, Codes, Codes]:
    """Each row once, the place of every row among them, and how often each occurs."""
    base = int(codes.max(initial=0)) + 2
    if base ** codes.shape[1] < 2**62:
        # One number per row: sorting numbers is ten times faster than sorting rows.
        digits = base ** np.arange(codes.shape[1])[::-1]
        _, first, place, counts = np.unique(
            (codes + 1) @ digits, return_index=True, return_inverse=True, return_counts=True
        )
        return codes[first], place.reshape(-1), counts
    rows, place, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    return rows, place.reshape(-1), counts


def _coded(
    array: NDArray[Any], categories: Sequence[Hashable] | None
) -> tuple[Codes, tuple[Any, ...]]:
    """The fast way for arrays of numbers."""
    gaps = np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, dtype=bool)
    values, places = np.unique(array[~gaps], return_inverse=True)
    known = tuple(values.tolist()) if categories is None else tuple(categories)
    index = {value: place for place, value in enumerate(known)}
    codes = np.full(array.shape, MISSING, dtype=np.int64)
    codes[~gaps] = np.asarray([_place(index, v) for v in values.tolist()], dtype=np.int64)[places]
    return codes, known


def _listed(
    columns: Sequence[Sequence[Any]], categories: Sequence[Hashable] | None
) -> tuple[Codes, tuple[Any, ...]]:
    """The way for values of any kind: one list of values per rater."""
    flat = [value for column in columns for value in column]
    # NaN alone differs from itself.
    occurring = {value for value in flat if value is not None and value == value}
    known = _ascending(occurring) if categories is None else tuple(categories)
    index: dict[Any, int] = {value: place for place, value in enumerate(known)}
    by_value = {value: _place(index, value) for value in occurring}
    codes = np.asarray([by_value.get(value, MISSING) for value in flat], dtype=np.int64)
    return codes.reshape(len(columns), -1 if columns else 0).T, known


def _place(index: Mapping[Any, int], value: Any) -> int:
    if value not in index:
        raise ValueError(f"{value!r} is none of the categories {list(index)}")
    return index[value]


def _ascending(values: Iterable[Any]) -> tuple[Any, ...]:
    try:
        return tuple(sorted(values))
    except TypeError:
        return tuple(sorted(values, key=lambda value: (type(value).__name__, repr(value))))
