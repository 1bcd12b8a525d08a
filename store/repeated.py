"""Takes back the acceptance of a sample that repeats another one, with its history.

Works on plain values; knows nothing of how the two were compared.
"""

from . import records
from .writer import Statement

REASON = "check:near_duplicate"


def demoted(
    run_id: str, sample_id: str, was_reason: str, *, detail: str, created_at: str
) -> list[Statement]:
    """The statements for an accepted sample that is rejected after all."""
    update = "UPDATE samples SET status = 'rejected', reason = ?, detail = ? WHERE id = ?"
    review = {
        "sample_id": sample_id,
        "run_id": run_id,
        "source": REASON,
        "was": "accepted",
        "was_reason": was_reason,
        "became": "rejected",
        "became_reason": REASON,
        "criterion": "",
        "comment": detail,
        "created_at": created_at,
    }
    return [(update, [[REASON, detail, sample_id]]), records.insert("reviews", [review])]
