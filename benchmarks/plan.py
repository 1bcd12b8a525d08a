"""What planning costs and how well it meets what it promises.

    python benchmarks/plan.py [--json]

Twelve attributes of eight values with twenty forbidden pairs, weights drawn at random:
- seconds for the covering prefix, and for 100,000 blueprints behind it (first mark: 2 s), also as a
  ratio to as many bare blueprints made in the same run;
- largest marginal error in points at 1,000 and 10,000 samples (first marks: 0.3 and 0.03), broken
  constraints (0), pairs covered after the prefix (all);
- memory while 1,000,000 blueprints stream, as a ratio to 100,000 (flat: 1.0), each in a process of
  its own;
- seconds for the prefix over 10,000 leaves at 100,000 samples;
- rows and seconds for every triple of four of the attributes;
- seconds to find the nearest mix, and to deal 10,000 samples, where a tenth of all pairs of values
  is forbidden: one row in a thousand keeps such rules by chance;
- seconds for the space of a taxonomy of 100,000 nodes.
"""

import argparse
import json
import multiprocessing
import random
import resource
import time
from itertools import combinations, islice, product

from taxoloom.taxonomy import (
    Attribute,
    Blueprint,
    Constraint,
    Goal,
    Node,
    Plan,
    Space,
    Target,
    Taxonomy,
    Value,
)

ATTRIBUTES, VALUES, FORBIDDEN = 12, 8, 20


def space(leaves: int = 1, *, seed: int = 1) -> Space:
    """Weights between 1 and 2, so that every mix can be met beside all pairs."""
    dice = random.Random(seed)
    attributes = tuple(
        Attribute(f"a{i}", tuple(Value(f"v{j}", weight=1 + dice.random()) for j in range(VALUES)))
        for i in range(ATTRIBUTES)
    )
    rules = []
    for _ in range(FORBIDDEN):
        one, other = dice.sample(range(ATTRIBUTES), 2)
        pair = {f"a{i}": f"v{dice.randrange(VALUES)}" for i in (one, other)}
        rules.append(Constraint.from_dict({"never": pair}))
    root = Node("r", "R", attributes=attributes)
    nodes = [root, *(Node(f"l{i}", f"L{i}", parent=root) for i in range(leaves))]
    return Space(Taxonomy(nodes, rules))


def web(density: float, *, seed: int = 1) -> Space:
    """So many of all pairs of values are forbidden, none of them for the first values."""
    dice = random.Random(seed)
    names, values = [f"a{i}" for i in range(ATTRIBUTES)], [f"v{j}" for j in range(VALUES)]
    attributes = tuple(Attribute(name, tuple(map(Value, values))) for name in names)
    rules = [
        Constraint.from_dict({"never": {one: first, other: second}})
        for one, other in combinations(names, 2)
        for first, second in product(values, values)
        if (first, second) != ("v0", "v0") and dice.random() < density
    ]
    return Space(Taxonomy([Node("r", "R", attributes=attributes)], rules))


def plan(total: int, *, leaves: int = 1, goal: Goal | None = None) -> Plan:
    return Plan(space(leaves), Target(total=total), language="en", seed=1, goal=goal)


def seconds(made: Plan) -> tuple[float, float]:
    """Of the prefix, and of all blueprints behind it."""
    start = time.perf_counter()
    prefix = len(made.prefix)
    middle = time.perf_counter()
    count = sum(1 for _ in made)
    if count != len(made) or not prefix:
        raise AssertionError("the plan is not whole")
    return middle - start, time.perf_counter() - middle


def bare(total: int) -> float:
    """Seconds for so many blueprints without a plan: the machine's yardstick."""
    labels = tuple((f"a{i}", "v0") for i in range(ATTRIBUTES))
    start = time.perf_counter()
    for slot in range(total):
        Blueprint(slot, 0, "r", ("R",), labels, "en", slot)
    return time.perf_counter() - start


def tangled() -> tuple[float, float]:
    """Seconds for the nearest mix under a web of rules, and to deal under it."""
    one = web(0.1)
    start = time.perf_counter()
    made = Plan(one, Target(total=10_000), language="en", seed=1, goal=Goal(0))
    middle = time.perf_counter()
    for _ in made.chunks():
        pass
    return middle - start, time.perf_counter() - middle


def triples() -> tuple[float, float]:
    """Rows and seconds of a prefix with every triple of four attributes."""
    goal = Goal(2, (frozenset({"a0", "a1", "a2", "a3"}),))
    made = plan(10_000, goal=goal)
    start = time.perf_counter()
    return len(made.prefix), time.perf_counter() - start


def large() -> float:
    """Seconds for the space of 100,000 nodes."""
    taxonomy = space(100_000).taxonomy
    start = time.perf_counter()
    Space(taxonomy)
    return time.perf_counter() - start


def quality(total: int) -> dict[str, float]:
    """Error in points, broken constraints, and pairs that are missing after the prefix."""
    made = plan(total)
    rows = [dict(blueprint.labels) for blueprint in made]
    error = max(
        abs(sum(row[name] == value for row in rows) / total - share)
        for name, mix in made.space.label_shares().items()
        for value, share in mix.items()
    )
    rules = [[(c.name, c.values[0]) for c in rule.conditions] for rule in made.space.constraints]
    broken = sum(all(row[name] == value for name, value in rule) for rule in rules for row in rows)
    first = islice(rows, len(made.prefix))
    pairs = {pair for row in first for pair in combinations(sorted(row.items()), 2)}
    return {
        "error_points": 100 * error,
        "broken": broken,
        "pairs_missing": made.space.pair_total - len(pairs),
        "prefix_rows": len(made.prefix),
    }


def peak(total: int) -> float:
    """MB at the most while so many blueprints stream, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_streamed, (total,))


def _streamed(total: int) -> float:
    for _ in plan(total):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> dict[str, float]:
    prefix, rest = seconds(plan(100_000))
    wide, _ = seconds(plan(100_000, leaves=10_000))
    few, many = quality(1000), quality(10_000)
    hundred, million = peak(100_000), peak(1_000_000)
    nearest, dealt = tangled()
    rows, covered = triples()
    return {
        "prefix_seconds": prefix,
        "prefix_rows": few["prefix_rows"],
        "seconds_for_100k": rest,
        "ratio_to_bare_blueprints": rest / bare(100_000),
        "error_points_at_1k": few["error_points"],
        "error_points_at_10k": many["error_points"],
        "broken_constraints": few["broken"] + many["broken"],
        "pairs_missing_after_prefix": few["pairs_missing"] + many["pairs_missing"],
        "megabytes_at_100k": hundred,
        "memory_of_1m_to_100k": million / hundred,
        "prefix_seconds_10k_leaves": wide,
        "rows_with_triples": rows,
        "seconds_for_triples": covered,
        "seconds_for_mix_in_a_web": nearest,
        "seconds_for_10k_in_a_web": dealt,
        "seconds_for_100k_nodes": large(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:<28} {value:.4g}")


if __name__ == "__main__":
    main()
