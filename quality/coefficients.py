"""Beside alpha: raw agreement, Gwet's AC1 and AC2, Cohen's kappa of two raters.

AC1 stays where alpha and kappa fall for no fault of the raters: when nearly all units are of one
category (accepted, say), agreement by chance is nearly certain to both of them. Read the two side
by side. Intervals are normal, from the standard errors of the papers.
"""

from collections import Counter
from itertools import combinations
from math import sqrt

import numpy as np

from .alpha import pairable
from .figure import NO_PAIRS, ONE_VALUE, Figure, around
from .ratings import MISSING, Codes, Floats, Ratings


def raw_agreement(ratings: Ratings) -> Figure:
    """Share of agreeing pairs among all pairs of ratings of one unit."""
    found = pairable(ratings)
    pairs = int((found.counts * (found.given * (found.given - 1) // 2)).sum())
    if not pairs:
        return Figure(None, why=NO_PAIRS)
    agreeing = 0
    for left, right in combinations(range(found.codes.shape[1]), 2):
        same = (found.codes[:, left] == found.codes[:, right]) & (found.codes[:, left] != MISSING)
        agreeing += int(found.counts[same].sum())
    return Figure(agreeing / pairs)


def gwet(ratings: Ratings, *, ordinal: bool = False) -> Figure:
    """AC1, or with `ordinal` AC2: (p_a - p_e) / (1 - p_e).

    Gwet, Computing inter-rater reliability and its variance in the presence of high agreement
    (2008, Brit. J. Math. Stat. Psychol. 61:29-48); Handbook of Inter-Rater Reliability (2014),
    ch. 4 and 5, for gaps, weights and the variance over units with raters fixed. p_a is the mean
    weighted agreement of the pairs within a unit of two or more ratings; p_e is
    Σ w / (q (q - 1)) · Σ π (1 - π), over the q categories of mean share π. The categories are all
    that `ratings` lists, those that nobody chose included. Ordinal weights are Gwet's, which are
    not Krippendorff's metric: 1 - C(d + 1, 2) / C(q, 2) for categories d places apart.
    """
    codes = ratings.codes[(ratings.codes != MISSING).any(axis=1)]
    rated, units, q = codes != MISSING, len(codes), len(ratings.categories)
    given = rated.sum(axis=1)
    compared = given > 1
    if not compared.any():
        return Figure(None, why=NO_PAIRS)
    if q < 2:
        return Figure(None, why=ONE_VALUE)
    agreeing = _weighted_pairs(codes, q, ordinal=ordinal)
    observed = np.where(compared, agreeing / np.maximum(given * (given - 1), 1), 0.0)
    mean = np.bincount(codes[rated], np.repeat(1 / given, given), q) / units
    scale = _sum_of_weights(q, ordinal=ordinal) / (q * (q - 1))
    chance = scale * float(mean @ (1 - mean))
    value = float(observed[compared].mean() - chance) / (1 - chance)
    if units < 2:
        return Figure(value, why="too few units for an interval")
    part = (units / compared.sum()) * (observed - chance * compared) / (1 - chance)
    by_unit = scale * np.where(rated, 1 - mean[codes], 0.0).sum(axis=1) / given
    shift = 2 * (1 - value) * (by_unit - chance) / (1 - chance)
    error = sqrt(float(((part - shift - value) ** 2).sum()) / (units * (units - 1)))
    return around(value, error)


def kappa(ratings: Ratings) -> Figure:
    """Cohen's kappa of two raters: (p_o - p_e) / (1 - p_e), p_e from each rater's own shares.

    Cohen (1960, Educ. Psychol. Meas. 20:37-46); standard error by Fleiss, Cohen and Everitt
    (1969, Psychol. Bull. 72:323-327).
    """
    if len(ratings.raters) != 2:
        raise ValueError(f"kappa compares two raters, not {len(ratings.raters)}")
    both = ratings.codes[(ratings.codes != MISSING).all(axis=1)]
    units, q = len(both), len(ratings.categories)
    if not units:
        return Figure(None, why=NO_PAIRS)
    cells = Counter(map(tuple, both.tolist()))
    left, right = (np.bincount(both[:, side], minlength=q) / units for side in (0, 1))
    observed = sum(count for (a, b), count in cells.items() if a == b) / units
    chance = float(left @ right)
    if left.max() == 1 and right.max() == 1 and observed == 1:
        return Figure(None, why=ONE_VALUE)
    value = (observed - chance) / (1 - chance)
    spread = -((value - chance * (1 - value)) ** 2)
    for (a, b), count in cells.items():
        if a == b:
            spread += count / units * (1 - (left[a] + right[a]) * (1 - value)) ** 2
        else:
            spread += count / units * ((1 - value) * (right[a] + left[b])) ** 2
    return around(value, sqrt(max(0.0, float(spread)) / units) / (1 - chance))


def _weighted_pairs(codes: Codes, categories: int, *, ordinal: bool) -> Floats:
    """Σ of the weights of all ordered pairs of ratings of a unit."""
    found = np.zeros(len(codes))
    for left, right in combinations(range(codes.shape[1]), 2):
        apart = np.abs(codes[:, left] - codes[:, right])
        alike = 1 - apart * (apart + 1) / (categories * (categories - 1)) if ordinal else apart == 0
        found += 2 * np.where((codes[:, [left, right]] != MISSING).all(axis=1), alike, 0.0)
    return found


def _sum_of_weights(categories: int, *, ordinal: bool) -> float:
    """Of the whole table of category × category."""
    if not ordinal:
        return categories
    apart = np.arange(1, categories)
    beside = 2 * (categories - apart) * (1 - apart * (apart + 1) / (categories * (categories - 1)))
    return categories + float(beside.sum())
