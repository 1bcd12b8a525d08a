"""Which things hang together by the sets that they are in. Knows nothing of what the sets mean."""

from collections.abc import Collection, Iterable


def components(sets: Iterable[Collection[str]]) -> list[list[str]]:
    """Groups of ids that are joined by sets, each sorted; the largest group first."""
    leader: dict[str, str] = {}

    def lead(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            # Halving the way keeps it short for whoever comes next.
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    for held in sets:
        first, *others = held
        for other in others:
            leader[lead(other)] = lead(first)
    groups: dict[str, list[str]] = {}
    for id_ in sorted(leader):
        groups.setdefault(lead(id_), []).append(id_)
    return sorted(groups.values(), key=lambda group: (-len(group), group))
