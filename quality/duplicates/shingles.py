"""What is left of a text for finding near-duplicates: a set of shingles, and 32 hashes of it.

A shingle is two characters where the first is Chinese (or Japanese, or Korean), else four: so a
text in both languages has both, and no edit turns one kind of text into the other. Two texts are as
similar as the shares of shingles that they have in common (Jaccard). MinHash with 128 permutations
in 32 bands of 4 finds who may be similar: of texts that share half, 87 % meet in a band, of those
that share 0.6 it is 99 %, and 5 % at 0.2.

The hashes depend on the text alone, not on the process or the order of texts: they may be stored.
A test holds them fast. Knows nothing of where they are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash  # type: ignore[import-untyped]

from .normal import plain

Shingles = NDArray[np.uint32]
Signature = NDArray[np.uint32]
BANDS, ROWS, SEED = 32, 4, 1
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)
_LAST = np.uint64(0xFF51AFD7ED558CCD)
_HALF, _SOME = np.uint64(32), np.uint64(31)
_PLACES = np.arange(1, BANDS + 1, dtype=np.uint64) * _LAST


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """One text: hashes of its shingles, ascending and each once. None for a text without words."""

    shingles: Shingles

    @cached_property
    def signature(self) -> Signature:
        """128 numbers; two texts have about as many in common as they are similar."""
        spread = self.shingles.astype(np.uint64) * _ODD[0]
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(
            spread, [0, len(spread)], BANDS * ROWS, SEED
        )
        return np.array(matrix.to_rows()[0], dtype=np.uint32)

    @cached_property
    def bands(self) -> list[int]:
        """32 signed numbers; a similar text very likely has one of them too."""
        if not len(self.shingles):
            return []
        rows = self.signature.astype(np.uint64).reshape(BANDS, ROWS) @ _ODD + _PLACES
        numbers: list[int] = ((rows ^ (rows >> _SOME)) * _LAST).view(np.int64).tolist()
        return numbers

    @cached_property
    def digest(self) -> bytes:
        """The same for the same shingles alone."""
        return blake2b(self.shingles.tobytes(), digest_size=16).digest()

    def similarity(self, other: "Fingerprint") -> float:
        """Shingles in common as a share of all that either has; 0 where neither has any."""
        every = np.concatenate((self.shingles, other.shingles))
        every.sort()
        common = int(np.count_nonzero(every[1:] == every[:-1]))
        return common / max(1, len(every) - common)

    def may_reach(self, threshold: float, other: "Fingerprint") -> bool:
        """Whether sizes alone allow the similarity."""
        few, many = sorted((len(self.shingles), len(other.shingles)))
        return few >= threshold * many

    def __or__(self, other: "Fingerprint") -> "Fingerprint":
        """That of both texts together."""
        return Fingerprint(np.union1d(self.shingles, other.shingles))

    def packed(self) -> tuple[bytes, bytes]:
        """Shingles and signature as they are stored, four bytes for a number."""
        return self.shingles.astype("<u4").tobytes(), self.signature.astype("<u4").tobytes()

    @staticmethod
    def unpacked(shingles: bytes) -> "Fingerprint":
        """Of the shingles that `packed` gave."""
        return Fingerprint(unpacked(shingles))


def fingerprint(text: str, template: Sequence[str] = ()) -> Fingerprint:
    """Of a text without the fixed parts of the template that it was made from.

    Texts from one template would else be similar whatever their slots hold.
    """
    own = _shingles(text)
    for part in template:
        own = np.setdiff1d(own, _shingles(part), assume_unique=True)
    return Fingerprint(own)


def unpacked(stored: bytes) -> NDArray[np.uint32]:
    """Numbers as `packed` gave them."""
    return np.frombuffer(stored, dtype="<u4").astype(np.uint32)


def _shingles(text: str) -> Shingles:
    same = plain(text)
    # Signs behind the end, so that each character begins a shingle however short the text is.
    codes = np.frombuffer((same + "\0\0\0").encode("utf-32-le", "surrogatepass"), dtype="<u4")
    count, wide = len(same), codes.astype(np.uint64)
    pairs = (wide[:-1] << _HALF) + wide[1:]
    grams = pairs[:count] * _ODD[1] + pairs[2:]
    if not same.isascii():
        grams = np.where(_is_cjk(codes[:count]), pairs[:count], grams)
    hashes = (((grams ^ (grams >> _SOME)) * _LAST) >> _HALF).astype(np.uint32)
    hashes.sort()
    first = np.ones(count, dtype=np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return np.asarray(hashes[first])


def _is_cjk(codes: NDArray[Any]) -> NDArray[np.bool_]:
    """The characters of `normal.CJK`."""
    common = (codes >= 0x3040) & (codes <= 0xD7FF)
    return np.asarray(common | ((codes >= 0x20000) & (codes <= 0x3FFFF)))
