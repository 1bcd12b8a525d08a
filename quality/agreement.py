"""Agreement between judges: Krippendorff's alpha and raw agreement, on nominal votes.

Krippendorff, Content Analysis (2004), ch. 11: alpha = 1 - D_o / D_e over the coincidences of
pairable values; units with fewer than two values do not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far judges agree on the units that at least two of them judged."""

    units: int
    raw: float | None
    """Share of agreeing pairs of judges, 0 to 1; None without a unit."""
    alpha: float | None
    """1 perfect, 0 as by chance; None where chance agreement is certain (one value only)."""


def agreement(units: Iterable[Sequence[object | None]]) -> Agreement:
    """Agreement over units of one value per judge, None where a judge gave none."""
    coincidences: defaultdict[tuple[object, object], float] = defaultdict(float)
    pairs = agreeing = count = 0
    for unit in units:
        values = [value for value in unit if value is not None]
        if len(values) < 2:
            continue
        count += 1
        for left, right in combinations(values, 2):
            pairs += 1
            agreeing += left == right
            for pair in ((left, right), (right, left)):
                coincidences[pair] += 1 / (len(values) - 1)
    if not pairs:
        return Agreement(0, None, None)
    return Agreement(count, agreeing / pairs, _alpha(coincidences))


def _alpha(coincidences: Mapping[tuple[object, object], float]) -> float | None:
    totals: defaultdict[object, float] = defaultdict(float)
    for (left, _), weight in coincidences.items():
        totals[left] += weight
    n = sum(totals.values())
    observed = sum(weight for (left, right), weight in coincidences.items() if left != right)
    expected = sum(
        totals[left] * totals[right] for left in totals for right in totals if left != right
    ) / (n - 1)
    return None if expected == 0 else 1 - observed / expected
