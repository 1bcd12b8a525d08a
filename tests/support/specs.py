"""Random specifications whose mix can be met, because it is that of a population drawn first.

What a constraint means is written here a second time, over names and rows alone, so that a plan
can be held to it. Knows nothing of how plans are made.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from taxoloom.taxonomy import Attribute, Axis, AxisValue, Constraint, Node, Taxonomy, Value

Labels = dict[str, str]
Sample = tuple[str, Labels]
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Spec:
    """A taxonomy, axes and constraints, and samples that keep them."""

    taxonomy: Taxonomy
    axes: tuple[Axis, ...]
    constraints: tuple[Constraint, ...]
    population: tuple[Sample, ...]
    """Equally many samples of every leaf."""

    def keeps(self, leaf: str, labels: Labels) -> bool:
        """Whether a sample has the labels that it must have, and keeps every constraint."""
        node = self.taxonomy.node(leaf)
        wanted = _wanted(self.taxonomy, self.axes, leaf)
        given = {name: value for name, value in labels.items() if name in wanted}
        if given != labels or any(value not in wanted[name] for name, value in labels.items()):
            return False
        exists = {name for name in wanted if _exists(self.constraints, node, name, labels)}
        return set(labels) == exists and _keeps(self.constraints, node, labels)

    def rows(self, leaf: str) -> Iterator[Labels]:
        """Every row of labels that a leaf can have, one by one."""
        wanted = _wanted(self.taxonomy, self.axes, leaf)
        for values in product(*((None, *values) for values in wanted.values())):
            row = {n: v for n, v in zip(wanted, values, strict=True) if v is not None}
            if self.keeps(leaf, row):
                yield row


def _wanted(taxonomy: Taxonomy, axes: Sequence[Axis], leaf: str) -> dict[str, dict[str, float]]:
    """Name to the weights of the values that may be drawn."""
    found = {
        a.name: {v.name: v.weight for v in a.values if v.weight}
        for a in taxonomy.attributes_of(leaf)
    }
    return {a.id: {v.id: v.weight for v in a.values if v.weight} for a in axes} | found


def _fulfils(node: Node, labels: Labels, name: str, values: Sequence[str]) -> bool:
    if name == "category":
        return bool({one.id for one in node.lineage} & set(values))
    return labels.get(name) in values


def _exists(constraints: Sequence[Constraint], node: Node, name: str, labels: Labels) -> bool:
    return all(
        _fulfils(node, labels, condition.name, condition.values)
        for constraint in constraints
        if constraint.kind == "when" and constraint.attribute == name
        for condition in constraint.conditions
    )


def _keeps(constraints: Sequence[Constraint], node: Node, labels: Labels) -> bool:
    for constraint in constraints:
        held = all(_fulfils(node, labels, c.name, c.values) for c in constraint.conditions)
        if constraint.kind == "never" and held:
            return False
        if constraint.kind == "only" and held:
            for demand in constraint.demands:
                there = demand.name in labels or demand.name == "category"
                if there and not _fulfils(node, labels, demand.name, demand.values):
                    return False
    return True


@dataclass(frozen=True, slots=True)
class Size:
    """How large a random specification is, each as a range."""

    leaves: tuple[int, int] = (1, 12)
    attributes: tuple[int, int] = (3, 15)
    values: tuple[int, int] = (2, 10)
    nevers: tuple[int, int] = (0, 25)
    onlys: tuple[int, int] = (0, 4)
    whens: tuple[int, int] = (0, 3)
    axes: tuple[int, int] = (0, 3)
    each: tuple[int, int] = (20, 60)
    """Samples of the population at each leaf."""


SMALL = Size((1, 5), (1, 4), (2, 4), (0, 5), (0, 2), (0, 2), (0, 1), (10, 30))
"""Small enough that every row can be looked at."""


def random_spec(seed: int, size: Size = Size()) -> Spec:
    """A specification that can be met; the same for the same seed."""
    for turn in range(_TRIES):
        dice = random.Random(f"{seed}-{turn}")
        found = _try(dice, size)
        if found is not None:
            return found
    raise AssertionError(f"no specification with seed {seed}")


def _try(dice: random.Random, size: Size) -> Spec | None:
    names = [f"a{i}" for i in range(dice.randint(*size.attributes))]
    values = {name: [f"{name}v{j}" for j in range(dice.randint(*size.values))] for name in names}
    axes = [f"x{i}" for i in range(dice.randint(*size.axes))]
    values |= {name: [f"{name}v{j}" for j in range(dice.randint(2, 5))] for name in axes}
    nodes = _nodes(dice, size, names, values)
    taxonomy = Taxonomy(nodes)
    drawn = tuple(
        Axis(name, name, tuple(AxisValue(v, v, 1.0) for v in values[name])) for name in axes
    )
    constraints = tuple(_constraints(dice, size, nodes, values))
    population: list[Sample] = []
    each = dice.randint(*size.each)
    liking = {v: dice.gammavariate(0.7, 1.0) + 1e-3 for found in values.values() for v in found}
    for leaf in taxonomy.leaves():
        for _ in range(each):
            row = _draw(dice, taxonomy, drawn, constraints, leaf, liking)
            if row is None:
                return None
            population.append((leaf.id, row))
    found = _weighted(taxonomy, drawn, constraints, population)
    # Weights that are all zero are refused, rightly; that is no specification that can be met.
    tree = found.taxonomy
    mixes = [
        [v.weight for v in a.values] for leaf in tree.leaves() for a in tree.attributes_of(leaf.id)
    ]
    mixes += [[v.weight for v in axis.values] for axis in found.axes]
    return found if all(map(any, mixes)) else None


def _nodes(
    dice: random.Random, size: Size, names: Sequence[str], values: Mapping[str, Sequence[str]]
) -> list[Node]:
    leaves = dice.randint(*size.leaves)
    parents: list[int | None] = [None]
    while len(parents) - len(set(parents[1:])) < leaves:
        parents.append(dice.choice([0, 0, dice.randrange(len(parents))]))
    places: dict[int, list[Attribute]] = {}
    for name in names:
        at = 0 if dice.random() < 0.6 else dice.randrange(len(parents))
        places.setdefault(at, []).append(_attribute(name, values[name]))
        if dice.random() < 0.1:
            fewer = dice.sample(values[name], dice.randint(1, len(values[name])))
            below = dice.randrange(len(parents))
            if below != at:
                places.setdefault(below, []).append(_attribute(name, fewer))
    nodes: list[Node] = []
    for i, parent in enumerate(parents):
        above = None if parent is None else nodes[parent]
        weight = float(dice.choice([1, 1, 1, 2, 3]))
        own = {a.name: a for a in places.get(i, ())}
        nodes.append(Node(f"n{i}", f"N{i}", above, weight=weight, attributes=tuple(own.values())))
    return nodes


def _attribute(name: str, values: Sequence[str]) -> Attribute:
    return Attribute(name, tuple(Value(v) for v in values))


def _constraints(
    dice: random.Random, size: Size, nodes: Sequence[Node], values: Mapping[str, Sequence[str]]
) -> Iterator[Constraint]:
    names = list(values)

    def conditions(chosen: Sequence[str], most: float = 0.4) -> dict[str, list[str]]:
        found = {}
        for name in chosen:
            known = values.get(name) or [dice.choice(nodes).id]
            found[name] = dice.sample(known, dice.randint(1, max(1, int(len(known) * most))))
        return found

    def chosen(count: tuple[int, int]) -> Iterator[list[str]]:
        for _ in range(dice.randint(*count)):
            pool = [*names, "category"] if dice.random() < 0.3 else names
            some = dice.sample(pool, min(len(pool), 2 + (dice.random() < 0.2)))
            if len(some) > 1:
                yield some

    for some in chosen(size.nevers):
        yield Constraint.from_dict({"never": conditions(some)})
    for some in chosen(size.onlys):
        if some[-1] != "category":
            demand = conditions(some[-1:], 0.9)
            yield Constraint.from_dict({"only": conditions(some[:-1]), "with": demand})
    for some in chosen(size.whens):
        # Upwards in one order, so that there is no circle.
        order = sorted(some, key=lambda name: (name != "category", name))
        held = conditions(order[:-1], 0.7)
        yield Constraint.from_dict({"attribute": order[-1], "when": held})


def _draw(
    dice: random.Random,
    taxonomy: Taxonomy,
    axes: Sequence[Axis],
    constraints: Sequence[Constraint],
    leaf: Node,
    liking: Mapping[str, float],
) -> Labels | None:
    """A row that keeps the constraints, value by value; None if fifty tries bring none."""
    wanted = _wanted(taxonomy, axes, leaf.id)
    hanging = {c.attribute for c in constraints if c.kind == "when"}
    for _ in range(50):
        free = [name for name in wanted if name not in hanging]
        dice.shuffle(free)
        row: Labels = {}
        for name in (*free, *sorted(name for name in wanted if name in hanging)):
            if not _exists(constraints, leaf, name, row):
                continue
            options = [v for v in wanted[name] if _keeps(constraints, leaf, {**row, name: v})]
            if not options:
                break
            row[name] = dice.choices(options, [liking[v] for v in options])[0]
        else:
            return row
    return None


def _weighted(
    taxonomy: Taxonomy,
    axes: Sequence[Axis],
    constraints: Sequence[Constraint],
    population: Sequence[Sample],
) -> Spec:
    """The specification with the population's mix as its weights."""
    shares: dict[str, float] = {}
    for node in taxonomy.walk():
        share = 1.0 if node.parent is None else shares[node.parent.id]
        shares[node.id] = share * node.weight
    counts: dict[tuple[str, str, str], float] = {}
    for leaf, row in population:
        carriers = _carriers(taxonomy, leaf)
        for name, value in row.items():
            label = (carriers.get(name, ""), name, value)
            counts[label] = counts.get(label, 0.0) + shares[leaf]
    nodes: dict[str, Node] = {}
    for node in taxonomy.walk():
        own = tuple(
            Attribute(
                a.name,
                tuple(
                    Value(v.name, weight=counts.get((node.id, a.name, v.name), 0.0))
                    for v in a.values
                ),
            )
            for a in node.attributes
        )
        above = None if node.parent is None else nodes[node.parent.id]
        nodes[node.id] = Node(node.id, node.name, above, weight=node.weight, attributes=own)
    drawn = tuple(
        Axis(
            a.id,
            a.name,
            tuple(AxisValue(v.id, v.name, counts.get(("", a.id, v.id), 0.0)) for v in a.values),
            stated=True,
        )
        for a in axes
    )
    return Spec(Taxonomy(nodes.values()), drawn, tuple(constraints), tuple(population))


def _carriers(taxonomy: Taxonomy, leaf: str) -> dict[str, str]:
    """Name of an attribute to the node that it comes from."""
    return {a.name: node.id for node in taxonomy.lineage(leaf) for a in node.attributes}
