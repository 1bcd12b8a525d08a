"""How many different things a set is worth, by vectors and by tags.

Knows nothing of texts, nor of where vectors come from.
"""

from collections import Counter
from collections.abc import Iterable
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray


def vendi(vectors: NDArray[Any]) -> float | None:
    """The number of equally different things that would be as varied (Vendi score, cosine).

    From the d by d or the n by n matrix of n vectors, whichever is smaller: their eigenvalues are
    the same, but for zeros. None for no vectors, or where one has no direction.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    if not rows.size or not norms.all():
        return None
    unit = rows / norms
    small = unit.T @ unit if len(unit) > unit.shape[1] else unit @ unit.T
    shares = np.linalg.eigvalsh(small / len(unit))
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def tag_entropy(tags: Iterable[str], kinds: int | None = None) -> float | None:
    """0 where all have one tag, 1 where all tags (of so many, else of those seen) are as frequent.

    None without tags, or where there is but one to have.
    """
    counts = Counter(tags)
    total, possible = counts.total(), max(len(counts), kinds or 0)
    if not total or possible < 2:
        return None
    # Zero is added, since minus nothing would be shown as minus zero.
    return -sum(n / total * log(n / total) for n in counts.values()) / log(possible) + 0.0
