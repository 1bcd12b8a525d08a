"""A number with its uncertainty, or the reason why there is none; intervals of shares.

Knows nothing of what is measured. Intervals are two-sided, at 95 % where nothing else is said.
"""

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from statistics import NormalDist

LEVEL = 0.95
NO_PAIRS = "no unit with two ratings"
ONE_VALUE = "one value only: agreement by chance is certain"


@dataclass(frozen=True, slots=True)
class Figure:
    """One coefficient. Where `value` is None, `why` says what was missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""
    """Of a value, why it has no interval."""


def normal_quantile(level: float = LEVEL) -> float:
    """How many standard errors an interval reaches to each side: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def around(value: float, error: float, *, level: float = LEVEL, floor: float = -1.0) -> Figure:
    """A normal interval of a coefficient with standard error `error`, cut at `floor` and 1."""
    reach = normal_quantile(level) * error
    return Figure(value, max(floor, value - reach), min(1.0, value + reach))


def share(count: float, total: float, *, level: float = LEVEL) -> Figure:
    """A share with Wilson's score interval (1927, J. Am. Stat. Assoc. 22:209-212).

    Holds its level for few trials and for shares of 0 and 1, where the normal one has no width.
    """
    if not total > 0:
        return Figure(None, why="nothing to count")
    z2 = normal_quantile(level) ** 2
    p = count / total
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    reach = sqrt(z2 * (p * (1 - p) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    # At the ends the interval begins at the share itself; rounding must not lead past it.
    low = 0.0 if count <= 0 else max(0.0, middle - reach)
    high = 1.0 if count >= total else min(1.0, middle + reach)
    return Figure(p, low, high)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(X ≥ value) of a chi-square variable with a whole number of degrees of freedom.

    The upper incomplete gamma function Q(freedom / 2, value / 2), by its recurrence
    Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1) from Q(1, x) = e^-x or Q(1/2, x) = erfc(√x).
    """
    if value <= 0:
        return 1.0
    x = value / 2
    if freedom % 2:
        tail, term, order = erfc(sqrt(x)), 2 * sqrt(x / pi) * exp(-x), 1.5
    else:
        tail, term, order = exp(-x), x * exp(-x), 2.0
    for _ in range((freedom - 1) // 2):
        tail += term
        term *= x / order
        order += 1
    return min(1.0, tail)
