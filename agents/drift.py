"""What a rewrite did that its operations may not: the check between a draft and its rewording.

It sees what can be seen without a model: parts that were to stay or to change, figures, code,
addresses, conditions. What is lost in other words is for critic and judges to find.
"""

from collections.abc import Callable, Mapping, Sequence

from ..quality import changed, lost, lost_condition, lost_values
from .operation import PARTS, Operation, Part
from .outputs import Draft

Texts = Mapping[Part, Sequence[str]]


def problem(operations: Sequence[Operation], before: Draft, after: Draft) -> str:
    """The first thing that is wrong with a rewrite by some operations, "" if nothing."""
    if len(before.turns) != len(after.turns):
        return f"there were {len(before.turns)} turns, and now there are {len(after.turns)}"
    told, now = _parts(before), _parts(after)
    looks = (_touched, _lost, _unvalued, _unaltered)
    found = (said for look in looks if (said := look(operations, told, now)))
    own = (said for one in operations if one.check and (said := one.check(before, after)))
    return next(found, "") or next(own, "")


def _touched(operations: Sequence[Operation], told: Texts, now: Texts) -> str:
    may = _of(operations, lambda one: one.changes)
    for part in PARTS:
        if part not in may and (said := changed(told[part], now[part])):
            return f"{_names(operations)} must not touch the {part}: {said}"
    return ""


def _lost(operations: Sequence[Operation], told: Texts, now: Texts) -> str:
    """Of figures, code, addresses and conditions, where only the wording may change."""
    held = _of(operations, lambda one: one.changes) - _of(operations, lambda one: one.free)
    for part in PARTS:
        if part in held and (said := lost(told[part], now[part])):
            return f"{part}: {said}"
    legible = not any(one.slips for one in operations)
    gone = lost_condition(told["user"], now["user"]) if "user" in held and legible else ""
    return f"user: the condition {gone!r} is gone" if gone else ""


def _unvalued(operations: Sequence[Operation], told: Texts, now: Texts) -> str:
    if any(one.values for one in operations):
        for part in PARTS:
            if said := lost_values(told[part], now[part]):
                return f"{part}: {said}"
    return ""


def _unaltered(operations: Sequence[Operation], told: Texts, now: Texts) -> str:
    for part in PARTS:
        if part in _of(operations, lambda one: one.alters) and not changed(told[part], now[part]):
            return f"{_names(operations)} must change the {part}, and it is as it was"
    return ""


def _of(
    operations: Sequence[Operation], parts: Callable[[Operation], frozenset[Part]]
) -> frozenset[Part]:
    return frozenset[Part]().union(*map(parts, operations))


def _names(operations: Sequence[Operation]) -> str:
    return ", ".join(one.name for one in operations)


def _parts(draft: Draft) -> Texts:
    return {
        "system": [draft.system],
        "user": [turn.user for turn in draft.turns],
        "assistant": [turn.assistant for turn in draft.turns],
        "reasoning": [draft.reasoning],
        "final_answer": [draft.final_answer],
    }
