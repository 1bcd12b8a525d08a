"""What several annotators make of one text together: agreed, disputed, without a place, or failed.

Pure: works on what each of them said, by names. More than half of those who answered decide;
every difference is kept with what each side said, also one that is outvoted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .differences import Difference

Outcome = Literal["labelled", "disputed", "none", "failed"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one annotator said, if it answered."""

    annotator: str
    leaves: tuple[str, ...] = ()
    """The best first; empty for «none of these»."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By attribute that it was asked about, which may have no value that holds."""
    stuck: tuple[str, ...] = ()
    """Names from the root to the node below which nothing fitted."""
    why: Mapping[str, str] = field(default_factory=dict)
    """Confidence and evidence of the place."""
    why_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The same by attribute."""
    failed: str = ""
    """Why there is no answer."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """What becomes of one text."""

    status: Outcome
    reason: str = ""
    """What is disputed: `leaf`, or names of attributes; why all failed."""
    leaves: tuple[str, ...] = ()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stuck: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def consensus(opinions: Sequence[Opinion]) -> Consensus:
    """What most of those who answered agree on."""
    heard = [opinion for opinion in opinions if not opinion.failed]
    if not heard:
        reasons = Counter(one.failed.partition(":")[0] for one in opinions)
        return Consensus("failed", max(reasons, key=lambda name: reasons[name], default=""))
    leaves = _agreed((one.leaves for one in heard), len(heard))
    without = [one for one in heard if not one.leaves]
    found = [] if _unanimous(set(one.leaves) for one in heard) else [_leaf_difference(heard)]
    if not leaves:
        if 2 * len(without) > len(heard):
            stuck = _deepest([one.stuck for one in without])
            return Consensus("none", stuck=stuck, differences=tuple(found))
        return Consensus("disputed", "leaf", differences=tuple(found))
    # Only who has the text at the same place was asked about its attributes.
    fellows = [one for one in heard if set(leaves) & set(one.leaves)]
    labels, open_ones = {}, []
    for name in dict.fromkeys(name for one in fellows for name in one.labels):
        asked = [one for one in fellows if name in one.labels]
        sides = [one.labels[name] for one in asked]
        values = _agreed(sides, len(sides))
        silent = sum(not side for side in sides)
        labels[name] = values
        if not _unanimous(map(set, sides)):
            found.append(_label_difference(asked, name))
        if not values and 2 * silent <= len(sides):
            open_ones.append(name)
    status: Outcome = "disputed" if open_ones else "labelled"
    return Consensus(status, ", ".join(open_ones), leaves, labels, (), tuple(found))


def _agreed(sides: Iterable[Sequence[str]], of: int) -> tuple[str, ...]:
    """What more than half have, in the order in which it was first named."""
    counts = Counter(name for side in sides for name in dict.fromkeys(side))
    return tuple(name for name, count in counts.items() if 2 * count > of)


def _unanimous(sides: Iterable[set[str]]) -> bool:
    first, *others = sides
    return all(side == first for side in others)


def _deepest(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The deepest node that more than half of the paths go through."""
    counts = Counter(path[:depth] for path in paths for depth in range(1, len(path) + 1))
    agreed = [path for path, count in counts.items() if 2 * count > len(paths)]
    return max(agreed, key=len, default=())


def _leaf_difference(heard: Sequence[Opinion]) -> Difference:
    sides: dict[str, Any] = {
        one.annotator: {"leaves": list(one.leaves), "none": not one.leaves, **one.why}
        for one in heard
    }
    return Difference("label", {"sides": sides})


def _label_difference(asked: Sequence[Opinion], name: str) -> Difference:
    sides: dict[str, Any] = {
        one.annotator: {
            "values": list(one.labels[name]),
            "none": not one.labels[name],
            **one.why_labels.get(name, {"confidence": "", "evidence": ""}),
        }
        for one in asked
    }
    return Difference("label", {"sides": sides}, name)
