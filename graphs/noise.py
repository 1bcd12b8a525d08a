"""Typos in the user's turns of samples that are to have them, and the clean text back.

The slips are drawn by the sample's seed and kept with it, so nothing is lost. Asks no model.
"""

from collections.abc import Mapping
from typing import Any

from ..agents import Draft
from ..quality.perturb import Edit, perturbed, restored
from ..recipe import Noise

PERTURBER = "perturber"
"""The node, and the name under which the edits stand in a sample's `artifacts`."""
AXIS, VALUE = "instruction_form", "noise"
"""The label that asks for typos."""

Row = dict[str, Any]


def noisy(draft: Draft, noise: Noise, *, language: str, seed: int) -> tuple[Draft, list[Row]]:
    """The draft with slips in its user turns, and each slip with the turn that it is in."""
    turns, edits = [], list[Row]()
    for number, turn in enumerate(draft.turns, 1):
        made = perturbed(
            turn.user, language=language, rate=noise.rate, seed=seed + number, kinds=noise.kinds
        )
        turns.append(turn.model_copy(update={"user": made.text}))
        edits += [
            {
                "turn": number,
                "position": edit.position,
                "before": edit.before,
                "after": edit.after,
                "kind": edit.kind,
            }
            for edit in made.edits
        ]
    return draft.model_copy(update={"turns": turns}), edits


def without_noise(sample: Mapping[str, Any]) -> Row:
    """A sample as it was before the slips; one that has none as it is."""
    edits = sample["artifacts"].get(PERTURBER, {}).get("edits", [])
    if not edits:
        return dict(sample)
    turn, messages = 0, []
    for message in sample["messages"]:
        if message["role"] == "user":
            turn += 1
            own = [
                Edit(edit["position"], edit["before"], edit["after"], edit["kind"])
                for edit in edits
                if edit["turn"] == turn
            ]
            message = {**message, "content": restored(message["content"], own)}
        messages.append(message)
    return {**sample, "messages": messages}
