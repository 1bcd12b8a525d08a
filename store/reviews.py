"""Settles samples and takes it back: a vote, what it moves, and the disagreements that it ends.

Each function gives the statements of one transaction. Works on plain rows; whether a vote may move
a sample is for those who ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import records
from .writer import Statement

Row = Mapping[str, Any]

_SETTLE = """
UPDATE disagreements SET status = 'settled', resolved_by = ?, resolution = ?, resolved_at = ?
WHERE sample_id = ?"""
_REOPEN = """
UPDATE disagreements SET status = 'open', resolved_by = NULL, resolution = NULL, resolved_at = NULL
WHERE sample_id = ?"""
_MOVE = "UPDATE samples SET status = ?, reason = ? WHERE id = ?"
_FORGET = "DELETE FROM verdicts WHERE sample_id = ? AND source = ?"
_TAKE_BACK = "UPDATE reviews SET undone_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody says of one sample."""

    source: str
    """`person:NAME` or `agent:adjudicator`."""
    accept: bool
    criterion: str = ""
    """What decided, if that was said."""
    finding: str = "not_met"
    """Of the criterion."""
    quote: str = ""
    """What shows it."""
    comment: str = ""
    blind: bool | None = None
    """Whether it was given without a look at the judges' votes; None for an agent."""
    model: str = ""
    prompt: str = ""

    @property
    def status(self) -> str:
        """What the sample becomes by it."""
        return "accepted" if self.accept else "rejected"

    @property
    def reason(self) -> str:
        """The same in a form that can be counted: `person:accept`, `person:reject:correct` …"""
        kind, _, name = self.source.partition(":")
        parts = [name if kind == "agent" else kind, "accept" if self.accept else "reject"]
        return ":".join([*parts, self.criterion] if self.criterion and not self.accept else parts)


def voted(sample: Row, vote: Vote, *, moves: bool, created_at: str) -> list[Statement]:
    """A vote on a sample; if it moves it, all its disagreements are settled.

    A vote that does not is kept as one more opinion. Of one source the last vote counts.
    """
    id_, common = sample["id"], {"sample_id": sample["id"], "run_id": sample["run_id"]}
    became = (vote.status, vote.reason) if moves else (sample["status"], sample["reason"])
    review = {
        **common,
        "source": vote.source,
        "was": sample["status"],
        "was_reason": sample["reason"],
        "became": became[0],
        "became_reason": became[1],
        "criterion": vote.criterion,
        "comment": vote.comment,
        "created_at": created_at,
        "accept": int(vote.accept),
        "blind": None if vote.blind is None else int(vote.blind),
    }
    statements = [
        (_FORGET, [[id_, vote.source]]),
        records.insert("reviews", [review]),
        records.insert("verdicts", [_verdict(common, vote, created_at)]),
    ]
    if moves:
        statements.append((_MOVE, [[*became, id_]]))
        statements.append((_SETTLE, [[vote.source, vote.status, created_at, id_]]))
    return statements


def taken_back(
    review: Row, *, earlier: Row | None, standing: Row | None, undone_at: str
) -> list[Statement]:
    """Everything as it was before a review, which stays as history.

    `earlier` is the vote of the same source that counts again, `standing` the review that settled
    the sample before, if there are such.
    """
    id_, source = review["sample_id"], review["source"]
    statements: list[Statement] = [
        (_FORGET, [[id_, source]]),
        (_TAKE_BACK, [[undone_at, review["id"]]]),
    ]
    if earlier is not None:
        common = {"sample_id": id_, "run_id": review["run_id"]}
        vote = Vote(
            source=source,
            accept=bool(earlier["accept"]),
            criterion=earlier["criterion"],
            comment=earlier["comment"],
        )
        row = _verdict(common, vote, earlier["created_at"])
        statements.append(records.insert("verdicts", [row]))
    if not has_moved(review):
        return statements
    statements.append((_MOVE, [[review["was"], review["was_reason"], id_]]))
    if standing is None:
        statements.append((_REOPEN, [[id_]]))
    else:
        by = [standing[name] for name in ("source", "became", "created_at")]
        statements.append((_SETTLE, [[*by, id_]]))
    return statements


def has_moved(review: Row) -> bool:
    """Whether a review settled its sample, or was one more opinion."""
    before = (review["was"], review["was_reason"])
    return before != (review["became"], review["became_reason"])


def _verdict(common: Row, vote: Vote, created_at: str) -> dict[str, Any]:
    criteria = {vote.criterion: {"finding": vote.finding, "quote": vote.quote}}
    return {
        **common,
        "judge": vote.source.partition(":")[2],
        "model": vote.model,
        "prompt": vote.prompt,
        "accept": int(vote.accept),
        "score": None,
        "criteria": criteria if vote.criterion else {},
        "rationale": vote.comment,
        "unscored": "",
        "source": vote.source,
        "created_at": created_at,
    }
