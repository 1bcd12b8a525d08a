"""Chance that is a pure function of a key: every draw has a name, so no draw shifts another.

Knows nothing of what is drawn.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws by name. Equal keys give equal draws, in whatever order they are made."""

    def __init__(self, *key: object) -> None:
        text = "\x1f".join(map(str, key))
        self._base = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)

    def share(self, name: str) -> float:
        """A number in [0, 1)."""
        digest = self._base.copy()
        digest.update(f"\x1e{name}".encode("utf-8", "surrogatepass"))
        return (int.from_bytes(digest.digest()) >> 11) / 2**53

    def below(self, name: str, count: int) -> int:
        """A number in 0 … count − 1."""
        return int(self.share(name) * count)

    def pick(self, name: str, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(name, len(options))]

    def some(self, name: str, options: Sequence[T], count: int) -> list[T]:
        """Up to `count` different options, in an order of their own."""
        ranked = sorted(range(len(options)), key=lambda index: self.share(f"{name}/{index}"))
        return [options[index] for index in ranked[:count]]
