"""Moves samples to what another policy says of them, in one transaction, with their history.

Works on plain rows; knows nothing of policies.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from . import records
from .writer import Statement

Row = Mapping[str, Any]


def moved(
    run_id: str, changes: Sequence[Row], *, policy: str, data: Row, created_at: str
) -> list[Statement]:
    """The statements; a change has id, was, was_reason, became, became_reason and detail."""
    stamp = {"run_id": run_id, "created_at": created_at}
    row = {**stamp, "wave": None, "name": policy, "data": dict(data)}
    statements = [records.insert("policies", [row])]
    if not changes:
        return statements
    update = "UPDATE samples SET status = ?, reason = ?, detail = ? WHERE id = ?"
    statements.append(
        (update, [[c["became"], c["became_reason"], c["detail"], c["id"]] for c in changes])
    )
    reviews = [
        {
            "sample_id": change["id"],
            **stamp,
            "source": f"policy:{policy}",
            **{name: change[name] for name in ("was", "was_reason", "became", "became_reason")},
            "criterion": "",
            "comment": "",
        }
        for change in changes
    ]
    statements.append(records.insert("reviews", reviews))
    return statements
