"""The offline stand-in for a model of embeddings: hashed sequences of characters.

A pure function of the text. Texts with the same words are near one another, the same thing said in
other words is not: it understands nothing.
"""

import zlib
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

SIZE = 256
_LONGEST = 4


def vector(text: str, size: int | None = None) -> NDArray[np.float32]:
    """Counts of the text's sequences of two to four characters, each at a place of its own."""
    plain = " ".join(normalize("NFKC", text).casefold().split())
    found = np.zeros(size or SIZE, dtype=np.float32)
    for length in range(2, _LONGEST + 1):
        for start in range(max(1, len(plain) - length + 1)):
            gram = plain[start : start + length].encode("utf-8", "surrogatepass")
            number = zlib.crc32(gram)
            # One bit is the sign, so that sequences that meet by chance cancel out on average.
            found[(number >> 1) % len(found)] += 1 if number & 1 else -1
    if not found.any():
        found[0] = 1
    # The root, so that what stands in every text does not outweigh the rest.
    return np.asarray(np.sign(found) * np.sqrt(np.abs(found)), dtype=np.float32)
