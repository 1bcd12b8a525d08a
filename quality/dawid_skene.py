"""Dawid and Skene's model: the truth and every rater's errors from the ratings alone.

Dawid and Skene (1979, J. R. Stat. Soc. C 28:20-28): EM for a hidden class per unit, with a table of
confusion per rater, under the assumption that raters err independently of each other given the
class. Where they do not (judges of one family, samples that are hard for all), the model takes what
they have in common for the truth: on three judges with correlated errors it did no better than
majority. It is here for comparison, and where nothing of known truth can be had.
"""

from dataclasses import dataclass

import numpy as np

from .ratings import Floats, Ratings, distinct

SMOOTHING = 0.01
"""Added to each count, so that what was never seen is unlikely and not impossible."""


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """What the ratings say of the truth and of the raters."""

    prior: Floats
    """Share of each class."""
    confusion: Floats
    """Raters × true class × rating given; rows add up to 1."""
    posterior: Floats
    """Units × classes: P(class | ratings)."""


def dawid_skene(ratings: Ratings, *, rounds: int = 200, tolerance: float = 1e-6) -> Hidden:
    """EM from the shares of each unit's ratings, until no posterior moves by `tolerance`.

    A unit without a rating has the prior as its posterior. For tens of classes: the tables of
    confusion grow with their square.
    """
    classes = len(ratings.categories)
    rows, place, counts = distinct(ratings.codes)
    given = np.stack([rows == k for k in range(classes)], axis=2).astype(np.float64)
    shares = given.sum(axis=1) + 1e-9
    posterior = shares / shares.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        prior, confusion = _maximise(posterior, given, counts.astype(np.float64))
        before, posterior = posterior, _expect(prior, confusion, given)
        if np.abs(posterior - before).max(initial=0.0) < tolerance:
            break
    prior, confusion = _maximise(posterior, given, counts.astype(np.float64))
    return Hidden(prior, confusion, posterior[place])


def _maximise(posterior: Floats, given: Floats, counts: Floats) -> tuple[Floats, Floats]:
    weight = posterior * counts[:, None]
    prior = weight.sum(axis=0) + SMOOTHING
    confusion = np.einsum("pk,prl->rkl", weight, given) + SMOOTHING
    return prior / prior.sum(), confusion / confusion.sum(axis=2, keepdims=True)


def _expect(prior: Floats, confusion: Floats, given: Floats) -> Floats:
    logs = np.log(prior) + np.einsum("prl,rkl->pk", given, np.log(confusion))
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))
