"""Panel policies with parameters: `calibrated` on canaries, and `dawid_skene` for comparison.

Both say how likely a sample is defective given its judges' votes, and cut that into bands: accepted
up to `accept_at`, rejected from `reject_at`, disputed in between. The cuts come from two wishes: at
most so many defects among the accepted, at most so many good samples among the rejected. They stand
in plain data that is kept with a run, so that stored votes can be decided again.

What simulated judges prove here is the aggregation: that known errors, correlated ones included,
are measured and weighed rightly. They prove nothing of a model's judgement: whether its votes on
canaries are like its votes on other samples is for the canaries' likeness to say. How canaries are
made and where votes are stored is not known here.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .dawid_skene import dawid_skene
from .panel import Status, Votes
from .ratings import MISSING, Floats, Ratings
from .vote_table import STRENGTH, VoteTable, estimate_prevalence, fit_table, independent

RESIDUAL = 0.02
LOST = 0.10
SLACK = 2.0
CHEAP = 4.0
"""See `_reach`."""
LOOSE = 1.0

Share = Annotated[float, Field(ge=0, le=1)]
Origin = Literal["given", "votes", "canaries"]


class FittedPolicy(BaseModel):
    """A policy of the table of vote patterns; call it with votes in the order of `judges`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: Literal["calibrated", "dawid_skene"]
    judges: tuple[str, ...] = Field(min_length=1)
    given_good: tuple[Share, ...]
    """P(pattern | good); patterns count in binary, the first judge's digit first, 1 accepts."""
    given_defect: tuple[Share, ...]
    prevalence: Share
    """Share of defects among the samples that are decided."""
    prevalence_from: Origin
    """Given by the user, estimated from the stream's votes, or that of the canaries."""
    accept_at: Share | None = None
    """Accept up to this posterior probability of a defect; None: accept nothing."""
    reject_at: Share | None = None
    """Reject from this one on; None: reject nothing."""
    residual: Share
    """The share of defects among the accepted that was asked for."""
    lost: Share
    """The share of good samples among the rejected that was asked for."""
    canaries: tuple[int, int] = (0, 0)
    """Good and defective canaries that it was fitted on."""

    @model_validator(mode="after")
    def _whole(self) -> "FittedPolicy":
        patterns = 2 ** len(self.judges)
        if len(self.given_good) != patterns or len(self.given_defect) != patterns:
            raise ValueError(f"{len(self.judges)} judges have {patterns} patterns of votes")
        return self

    @property
    def table(self) -> VoteTable:
        """The shares, one axis per judge."""
        shape = (2,) * len(self.judges)
        good, defect = np.asarray(self.given_good), np.asarray(self.given_defect)
        return VoteTable(good.reshape(shape), defect.reshape(shape))

    def posterior(self, votes: Votes) -> float:
        """P(defective | votes); the prevalence where no judge was scored."""
        if len(votes) != len(self.judges):
            raise ValueError(f"{len(votes)} votes of the {len(self.judges)} judges {self.judges}")
        codes = np.asarray([[MISSING if vote is None else int(vote) for vote in votes]])
        return float(self.table.posterior(codes, self.prevalence)[0])

    def __call__(self, votes: Votes) -> Status:
        """Accepted, rejected or, in between and without a vote, disputed."""
        found = self.posterior(votes)
        if all(vote is None for vote in votes):
            return "disputed"
        if self.accept_at is not None and found <= self.accept_at:
            return "accepted"
        return "rejected" if self.reject_at is not None and found >= self.reject_at else "disputed"


def calibrated(
    canaries: Ratings,
    good: NDArray[np.bool_],
    *,
    stream: Ratings | None = None,
    prevalence: float | None = None,
    aside: Sequence[str] = (),
    residual: float = RESIDUAL,
    lost: float = LOST,
    strength: float = STRENGTH,
) -> FittedPolicy:
    """The policy that canaries of known truth support.

    Canaries may be mixed as one likes: what they say of good and of defective ones is kept apart.
    Defective ones tell what gets through, so half of each kind is a good mix. The share of defects
    that is reckoned with is `prevalence`; left out, it is estimated from the votes of the `stream`
    that is to be decided; without either, it is that of the canaries. Votes of judges put `aside`
    are read as if not given, and count for nothing.
    """
    codes = canaries.codes.copy()
    codes[:, [canaries.raters.index(name) for name in aside]] = MISSING
    known = Ratings(codes, canaries.categories, canaries.raters)
    table = fit_table(known, good, strength=strength)
    share, origin = _prevalence(known, good, stream, prevalence)
    return _banded(
        FittedPolicy(
            policy="calibrated",
            judges=canaries.raters,
            given_good=tuple(table.good.ravel().tolist()),
            given_defect=tuple(table.defect.ravel().tolist()),
            prevalence=share,
            prevalence_from=origin,
            residual=residual,
            lost=lost,
            canaries=(int(good.sum()), int((~good).sum())),
        )
    )


def _prevalence(
    canaries: Ratings, good: NDArray[np.bool_], stream: Ratings | None, given: float | None
) -> tuple[float, Origin]:
    if given is not None:
        return given, "given"
    own = float((~good).mean())
    if stream is None:
        return own, "canaries"
    if stream.raters != canaries.raters:
        raise ValueError(f"judges of the stream {stream.raters} and canaries {canaries.raters}")
    # A sum over all patterns is steady without leaning, which would only bend it.
    loose = fit_table(canaries, good, strength=LOOSE)
    return estimate_prevalence(loose, stream, start=own), "votes"


def without_truth(
    stream: Ratings, *, residual: float = RESIDUAL, lost: float = LOST
) -> FittedPolicy:
    """The same bands from Dawid and Skene's model of the votes alone; see its caveat."""
    found = dawid_skene(stream)
    return _banded(
        FittedPolicy(
            policy="dawid_skene",
            judges=stream.raters,
            given_good=tuple(independent(found.confusion[:, 1, 1]).ravel().tolist()),
            given_defect=tuple(independent(found.confusion[:, 0, 1]).ravel().tolist()),
            prevalence=float(found.prior[0]),
            prevalence_from="votes",
            residual=residual,
            lost=lost,
        )
    )


def _banded(policy: FittedPolicy) -> FittedPolicy:
    """With cuts at posteriors of patterns; what is likelier bad than good is never accepted."""
    table, share = policy.table, policy.prevalence
    patterns = np.stack([axis.ravel() for axis in np.indices(table.good.shape)], axis=1)
    defect = table.posterior(patterns, share)
    mass = share * table.defect.ravel() + (1 - share) * table.good.ravel()
    rising = np.argsort(defect, kind="stable")
    accepted = [at for at in rising if defect[at] < 0.5]
    rejected = [at for at in rising[::-1] if defect[at] >= 0.5]
    within = _reach(defect[accepted], mass[accepted], policy.residual)
    beyond = _reach(1 - defect[rejected], mass[rejected], policy.lost)
    return policy.model_copy(
        update={
            "accept_at": float(defect[accepted[within - 1]]) if within else None,
            "reject_at": float(defect[rejected[beyond - 1]]) if beyond else None,
        }
    )


def _reach(wrong: Floats, mass: Floats, wanted: float) -> int:
    """How many of the patterns, in order of their share that is wrong, fit the share wanted.

    All as long as what they add up to stays within it. A pattern that leads over it is still taken
    while it is cheap, at most `CHEAP` times as wrong as wanted itself, and the sum stays within
    `SLACK` times: a few hundred canaries cannot tell such sums apart, and each defect kept out
    would cost a dozen good samples and more. Over twelve simulated panels that kept up to 32 points
    more of the good samples, since without it every few sets of canaries nothing at all would be
    accepted, and let at most 0.9 points more of defects through.
    """
    total = np.cumsum(wrong * mass) / np.cumsum(mass)
    fits = (total <= wanted) | ((total <= SLACK * wanted) & (wrong <= CHEAP * wanted))
    return len(fits) if fits.all() else int(np.argmin(fits))
