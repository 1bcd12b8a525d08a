"""Panel policies that are fitted to votes: `calibrated` on canaries, `dawid_skene` without truth.

From votes as the store has them to a policy. Knows nothing of waves, and decides nothing itself.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..errors import RunStopped
from ..quality import FittedPolicy, Ratings, calibrated, from_records, without_truth
from ..recipe import Panel
from ..store.panel import Vote


def fitted(
    panel: Panel, stream: Iterable[Vote], *, canaries: Iterable[Vote], truth: Mapping[str, bool]
) -> FittedPolicy:
    """The policy that a panel's recipe asks for, for the samples of the stream.

    `truth` says which canaries are good. Raises RunStopped when there is too little to go by.
    """
    judges = [judge.name for judge in panel.judges]
    votes, _ = _ratings(stream, judges)
    try:
        if panel.policy == "dawid_skene":
            return without_truth(votes, residual=panel.residual, lost=panel.lost)
        known, order = _ratings(canaries, judges)
        return calibrated(
            known,
            np.asarray([truth[name] for name in order], dtype=np.bool_),
            stream=votes if panel.defects is None else None,
            prevalence=panel.defects,
            aside=panel.aside,
            residual=panel.residual,
            lost=panel.lost,
        )
    except ValueError as error:
        raise RunStopped(
            f"the policy {panel.policy!r} cannot be fitted: {error}",
            hint="name more canaries under panel.canaries, or take `unanimous`",
        ) from error


def _ratings(votes: Iterable[Vote], judges: Sequence[str]) -> tuple[Ratings, list[str]]:
    """The matrix of votes, and whose votes each of its rows holds."""
    rows = list(votes)
    order = list(dict.fromkeys(sample for sample, _, _ in rows))
    return from_records(rows, categories=(False, True), raters=judges), order
