"""From a taxonomy and axes to blueprints: which slot is which leaf, with which labels.

A slot is one of the samples asked for; a blueprint is a try at it. A slot's leaf and labels
never change, so a refill aims at the very cell that was missed. Everything is a pure function
of the seed. Knows nothing of decisions: it is told which slots are still open.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .axes import Axis, situations
from .blueprint import Blueprint
from .tree import Taxonomy

_DECK = 24
"""Cards of a deck, at most: the precision with which weights are met in one pass of it."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """An attribute or an axis, as far as planning needs it."""

    name: str
    values: tuple[str, ...]
    weights: tuple[float, ...]


class Plan:
    """The slots of a run."""

    def __init__(
        self, taxonomy: Taxonomy, axes: Sequence[Axis], *, language: str, seed: int
    ) -> None:
        self._seed = seed
        self._language = language
        self._orders: dict[tuple[str, ...], tuple[int, list[int]]] = {}
        self._leaves = list(taxonomy.leaves())
        self._attributes = {
            leaf.id: [
                Dimension(
                    attribute.name,
                    tuple(value.name for value in attribute.values),
                    (1.0,) * len(attribute.values),
                )
                for attribute in taxonomy.attributes_of(leaf.id)
            ]
            for leaf in self._leaves
        }
        self._axes = [
            Dimension(a.id, tuple(v.id for v in a.values), tuple(v.weight for v in a.values))
            for a in axes
        ]

    def blueprint(self, slot: int, attempt: int = 0) -> Blueprint:
        """The try number `attempt` at a slot."""
        turn, place = divmod(slot, len(self._leaves))
        order = self._order(("leaf",), turn, len(self._leaves))
        leaf = self._leaves[order[place]]
        labels = [self._draw(d, leaf.id, turn) for d in self._attributes[leaf.id]]
        taken = {name for name, _ in labels}
        labels += [self._draw(d, "", slot) for d in self._axes if d.name not in taken]
        rng = self._random("blueprint", slot, attempt)
        return Blueprint(
            slot=slot,
            attempt=attempt,
            leaf=leaf.id,
            path=leaf.path,
            labels=tuple(labels),
            language=self._language,
            seed=rng.getrandbits(31),
            situation=tuple(
                (label, rng.choice(values)) for label, values in situations(self._language).values()
            ),
        )

    def blueprints(self, slots: Sequence[int] | range, attempt: int = 0) -> Iterator[Blueprint]:
        """One blueprint per slot, in order."""
        return (self.blueprint(slot, attempt) for slot in slots)

    def _draw(self, dimension: Dimension, scope: str, count: int) -> tuple[str, str]:
        """The card of a seeded deck in which every value occurs according to its weight.

        Decks are dealt to the end before the next is shuffled, so that a prefix of the draws
        misses no weight by more than one deck.
        """
        deck = _deck(dimension.weights)
        turn, place = divmod(count, len(deck))
        order = self._order((scope, dimension.name), turn, len(deck))
        return dimension.name, dimension.values[deck[order[place]]]

    def _order(self, key: tuple[str, ...], turn: int, size: int) -> list[int]:
        """The seeded order of a deck; the last one of each key is kept at hand."""
        known = self._orders.get(key)
        if known is not None and known[0] == turn:
            return known[1]
        order = list(range(size))
        self._random(*key, turn).shuffle(order)
        self._orders[key] = (turn, order)
        return order

    def _random(self, *key: object) -> random.Random:
        return random.Random("\x1f".join(map(str, (self._seed, *key))))


def _deck(weights: Sequence[float]) -> list[int]:
    """Indices of values, each as often as its weight says, by largest remainder."""
    total = sum(weights)
    positive = sum(weight > 0 for weight in weights)
    if len(set(weights)) == 1:
        return list(range(len(weights)))
    size = max(_DECK, positive)
    exact = [weight / total * size for weight in weights]
    counts = [max(int(share), 1) if share > 0 else 0 for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: counts[i] - exact[i])
    for index in by_remainder:
        if sum(counts) >= size:
            break
        counts[index] += 1 if exact[index] > 0 else 0
    return [index for index, count in enumerate(counts) for _ in range(count)]
