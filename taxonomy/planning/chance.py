"""Randomness that is a pure function of a key, in numbers and in arrays.

Only raw bits of a generator are used: their stream is guaranteed by NumPy, the stream of its
distributions is not.
"""

import hashlib
import random

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_STEP = np.uint64(0x9E3779B97F4A7C15)
_WORD = 1 << 64
GOLDEN = (5**0.5 - 1) / 2


def rng(*key: object) -> random.Random:
    """A generator of its own for every key."""
    return random.Random(_text(key))


def number(*key: object, bits: int = 64) -> int:
    """One random number."""
    digest = hashlib.blake2b(_text(key).encode(), digest_size=bits // 8).digest()
    return int.from_bytes(digest, "big")


def raw(size: int, *key: object) -> NDArray[np.uint64]:
    """That many random 64-bit numbers."""
    return np.random.Philox(key=number(*key, bits=128)).random_raw(size)


def words(key: int, slots: NDArray[np.uint64], attempt: int, count: int) -> NDArray[np.uint64]:
    """`count` random 64-bit numbers for each slot, whichever slots are asked for together.

    SplitMix64 (Steele, Lea & Flood 2014), a finaliser over a counter. Shape (slots, count).
    """
    # In Python's integers: NumPy warns where a scalar runs over, and arrays run over on purpose.
    turn = np.uint64(attempt * int(_STEP) % _WORD)
    rows = _mixed(_mixed(slots + np.uint64(key)) + turn)
    columns = np.arange(1, count + 1, dtype=np.uint64) * _STEP
    return _mixed(rows[:, None] + columns)


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = state + _STEP
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def phase(*key: object) -> float:
    """Where `evenly` begins for a key, in [0, 1)."""
    return number(*key, bits=32) / (1 << 32)


def evenly(slot: int, start: float) -> float:
    """A place in [0, 1) for a slot, such that any stretch of slots is spread over all places.

    Multiples of the golden section (Weyl 1916): of n slots in a row a share s gets s * n places,
    to within one or two.
    """
    return (slot * GOLDEN + start) % 1.0


def orders(rows: int, size: int, *key: object) -> Integers:
    """`rows` random orders of `size` things, one to a row."""
    return np.argsort(raw(rows * size, *key).reshape(rows, size), axis=1, kind="stable")


def _text(key: tuple[object, ...]) -> str:
    return "\x1f".join(map(str, key))
