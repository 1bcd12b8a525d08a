"""The coefficients once more, as slowly and as near to their definitions as can be."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np

Row = Sequence[int | None]


def random_rows(seed: int) -> list[list[int | None]]:
    """3–7 raters, 2–6 classes, 0–40 % missing; some degenerate in one of three ways."""
    rng = np.random.default_rng(seed)
    units, raters, classes = (int(rng.integers(a, b)) for a, b in ((3, 40), (3, 8), (2, 7)))
    gaps, noise = rng.uniform(0, 0.4), rng.uniform(0, 0.7)
    truth = rng.integers(0, classes, units)
    rows: list[list[int | None]] = []
    for unit in range(units):
        guesses = rng.integers(0, classes, raters)
        given = [int(g) if rng.random() < noise else int(truth[unit]) for g in guesses]
        rows.append([None if rng.random() < gaps else value for value in given])
    if seed % 20 == 0:
        return [[None if value is None else 1 for value in row] for row in rows]
    if seed % 20 == 1:
        return [[row[0], *[None] * (raters - 1)] for row in rows]
    if seed % 20 == 2:
        return [[row[0]] * raters for row in rows]
    return rows


def _pairable(rows: Sequence[Row]) -> list[list[int]]:
    units = [[value for value in row if value is not None] for row in rows]
    return [unit for unit in units if len(unit) > 1]


def _distance(pool: Counter[int], metric: str) -> Callable[[int, int], float]:
    def ordinal(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(count for value, count in pool.items() if low <= value <= high)
        return (between - (pool[low] + pool[high]) / 2) ** 2

    return {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: float((a - b) ** 2),
        "ordinal": lambda a, b: 0.0 if a == b else ordinal(a, b),
    }[metric]


def alpha(rows: Sequence[Row], metric: str) -> float | None:
    """1 - D_o / D_e, over every ordered pair of single ratings."""
    units = _pairable(rows)
    pool = Counter(value for unit in units for value in unit)
    n = sum(pool.values())
    apart = _distance(pool, metric)
    expected = sum(pool[a] * pool[b] * apart(a, b) for a in pool for b in pool)
    if not expected:
        return None
    observed = sum(sum(apart(a, b) for a, b in permutations(u, 2)) / (len(u) - 1) for u in units)
    return 1 - (observed / n) / (expected / (n * (n - 1)))


def gwet(rows: Sequence[Row], classes: Sequence[int], *, ordinal: bool) -> tuple[float, float]:
    """AC1 or AC2 and its standard error, unit by unit with a full table of weights."""
    q, rated = len(classes), [[v for v in row if v is not None] for row in rows]
    rated = [unit for unit in rated if unit]
    place = {value: at for at, value in enumerate(classes)}

    def weight(a: int, b: int) -> float:
        d = abs(place[a] - place[b])
        return 1 - d * (d + 1) / (q * (q - 1)) if ordinal else float(d == 0)

    total = sum(weight(a, b) for a in classes for b in classes)
    share = {k: sum(unit.count(k) / len(unit) for unit in rated) / len(rated) for k in classes}
    chance = total / (q * (q - 1)) * sum(p * (1 - p) for p in share.values())
    agreed = {
        at: sum(weight(a, b) for a, b in permutations(unit, 2)) / (len(unit) * (len(unit) - 1))
        for at, unit in enumerate(rated)
        if len(unit) > 1
    }
    value = (sum(agreed.values()) / len(agreed) - chance) / (1 - chance)
    n, squares = len(rated), 0.0
    for at, unit in enumerate(rated):
        own = (n / len(agreed)) * (agreed[at] - chance) / (1 - chance) if at in agreed else 0.0
        by_chance = total / (q * (q - 1)) * sum(1 - share[v] for v in unit) / len(unit)
        squares += (own - 2 * (1 - value) * (by_chance - chance) / (1 - chance) - value) ** 2
    return value, (squares / (n * (n - 1))) ** 0.5


def kappa(rows: Sequence[Row]) -> float | None:
    """Cohen's kappa of the first two columns."""
    both = [(row[0], row[1]) for row in rows if row[0] is not None and row[1] is not None]
    left, right = Counter(a for a, _ in both), Counter(b for _, b in both)
    n = len(both)
    if not n or len(left) == len(right) == 1 == len(set(left) | set(right)):
        return None
    chance = sum(left[k] * right[k] for k in left) / n**2
    return (sum(a == b for a, b in both) / n - chance) / (1 - chance)
