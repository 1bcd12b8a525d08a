"""All that a sample can be: which labels a leaf takes, in which mix, and which stand together.

Joins taxonomy, axes and constraints. Knows nothing of numbers of samples; `plan` draws from it,
`coverage` counts in it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import exp, inf, log

from ...errors import InputError
from ..axes import Axis
from ..constraints import Constraint
from ..tree import Attribute, Taxonomy
from .frame import Dimension, Frame, Label, frame
from .naming import Names


class Space:
    """The cells of a taxonomy under axes and constraints."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        axes: Sequence[Axis] = (),
        constraints: Sequence[Constraint] = (),
    ) -> None:
        """Constraints of the taxonomy hold beside those given.

        Raises InputError for a name or value that does not exist, and for a leaf at which the
        constraints leave no value of an attribute.
        """
        self.taxonomy = taxonomy
        self.axes = tuple(axes)
        self.leaves = taxonomy.leaves()
        self.names = Names(taxonomy, self.axes)
        self.frames: list[Frame] = []
        self.frame_of: list[int] = []
        """By place of the leaf: the place of its frame."""
        self._numbers: dict[Label, int] = {}
        self._pools: dict[Dimension, int] = {}
        self.constraints = (*taxonomy.constraints, *constraints)
        self._place_leaves(self.constraints)
        self.place = {leaf.id: i for i, leaf in enumerate(self.leaves)}

    def frame(self, leaf_id: str) -> Frame:
        """The frame of a leaf; KeyError if there is no such leaf."""
        return self.frames[self.frame_of[self.place[leaf_id]]]

    def dimensions(self, leaf_id: str) -> tuple[Dimension, ...]:
        """What labels a leaf takes; a value that cannot occur there has weight 0."""
        return self.frame(leaf_id).dimensions

    def cells(self, leaf_id: str) -> frozenset[Label]:
        """The labels that can occur at a leaf."""
        return self.frame(leaf_id).possible

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """All labels by number."""
        return tuple(self._numbers)

    @cached_property
    def partners(self) -> tuple[int, ...]:
        """By label: the labels that it can stand beside at some leaf, as the bits of a number."""
        found = [0] * len(self._numbers)
        for one in self.frames:
            one.add_partners(found)
        return tuple(found)

    @property
    def pair_total(self) -> int:
        """How many pairs of labels can occur."""
        return sum(bits.bit_count() for bits in self.partners) // 2

    def number(self, label: Label) -> int | None:
        """The number of a label, if the space has it."""
        return self._numbers.get(label)

    def is_pair(self, a: Label, b: Label) -> bool:
        """Whether two labels can occur together at some leaf."""
        first, second = self._numbers.get(a), self._numbers.get(b)
        if first is None or second is None:
            return False
        return bool(self.partners[first] >> second & 1)

    def pairs(self) -> Iterator[tuple[Label, Label]]:
        """Every pair of labels that can occur."""
        for i, bits in enumerate(self.partners):
            for j in bits_of(bits >> (i + 1)):
                yield self.labels[i], self.labels[i + 1 + j]

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """By place of the leaf: its share of the samples. Raises InputError when all are zero."""
        # Logarithms: a product over hundreds of levels may have no number, or be taken for zero.
        logs: dict[str, float] = {}
        for node in self.taxonomy.walk():
            above = 0.0 if node.parent is None else logs[node.parent.id]
            logs[node.id] = above + log(node.weight) if node.weight > 0 else -inf
        most = max(logs[leaf.id] for leaf in self.leaves)
        if most == -inf:
            raise InputError("the weights of all leaves are zero", hint="give a category a weight")
        weights = [exp(logs[leaf.id] - most) for leaf in self.leaves]
        total = sum(weights)
        return tuple(weight / total for weight in weights)

    def leaf_shares(self) -> dict[str, float]:
        """Leaf id to share of the samples: the product of the weights from the root down."""
        return {leaf.id: share for leaf, share in zip(self.leaves, self.shares, strict=True)}

    @property
    def pools(self) -> tuple[Dimension, ...]:
        """Every dimension once, as it was asked for; by number."""
        return tuple(self._pools)

    def label_shares(self) -> dict[str, dict[str, float]]:
        """Name to value to its share of the samples that carry the name, as asked for."""
        mass = [0.0] * len(self._pools)
        for place, share in zip(self.frame_of, self.shares, strict=True):
            for pool in self.frames[place].pools:
                mass[pool] += share
        found: dict[str, dict[str, float]] = {}
        for dimension, share in zip(self._pools, mass, strict=True):
            values = found.setdefault(dimension.name, {})
            for value, portion in zip(dimension.values, dimension.shares, strict=True):
                values[value] = values.get(value, 0.0) + share * portion
        return {name: _normalised(values) for name, values in found.items()}

    def _place_leaves(self, constraints: Sequence[Constraint]) -> None:
        rules = self.names.resolved(constraints)
        inside: dict[str, set[int]] = {}
        for number, nodes in enumerate(self.names.categories):
            for leaf_id in self.names.below(nodes):
                inside.setdefault(leaf_id, set()).add(number)
        dimensions = _own_dimensions(self.taxonomy, self.axes, self.names)
        known: dict[tuple[object, ...], int] = {}
        for leaf in self.leaves:
            held = frozenset(inside.get(leaf.id, ()))
            own = dimensions[leaf.id]
            # By identity: twenty dimensions take long to hash, and thousands of leaves share them.
            at = known.get((id(own), held))
            if at is None:
                at = known[id(own), held] = len(self.frames)
                self.frames.append(
                    frame(leaf, own, held, rules=rules, numbers=self._numbers, pools=self._pools)
                )
            self.frame_of.append(at)
        living = {name for one in self.frames for name, _ in one.possible}
        for constraint in constraints:
            if constraint.kind == "when" and self.names.name(constraint.attribute) not in living:
                raise InputError(
                    f"{constraint.attribute!r} can exist nowhere: its conditions never hold",
                    hint=f"loosen `{constraint}`, or a constraint that speaks of its conditions",
                )


def bits_of(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _own_dimensions(
    taxonomy: Taxonomy, axes: Sequence[Axis], names: Names
) -> dict[str, tuple[Dimension, ...]]:
    """By node id: own and inherited attributes, then axes; nodes that add nothing share one."""
    shared = tuple(
        Dimension(
            axis.id,
            tuple(value.id for value in axis.values),
            tuple(value.weight for value in axis.values),
            axis=True,
            stated=axis.stated,
        )
        for axis in axes
    )
    attributes: dict[str, dict[str, Dimension]] = {}
    found: dict[str, tuple[Dimension, ...]] = {}
    for node in taxonomy.walk():
        above = {} if node.parent is None else attributes[node.parent.id]
        if not node.attributes and node.parent is not None:
            attributes[node.id], found[node.id] = above, found[node.parent.id]
            continue
        own = {a.name: a for a in (_dimension(a, names) for a in node.attributes)}
        attributes[node.id] = merged = above | own
        found[node.id] = (*merged.values(), *(d for d in shared if d.name not in merged))
    return found


def _dimension(attribute: Attribute, names: Names) -> Dimension:
    weights = tuple(value.weight for value in attribute.values)
    return Dimension(
        names.name(attribute.name) or attribute.name,
        tuple(value.name for value in attribute.values),
        weights,
        # A file cannot tell equal weights from none: equal ones are a wish.
        stated=len(set(weights)) > 1,
    )


def _normalised(values: dict[str, float]) -> dict[str, float]:
    total = sum(values.values())
    return {value: share / total if total else 0.0 for value, share in values.items()}
