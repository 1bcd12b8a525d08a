"""How a model call can end, and what follows from each ending: a closed list and one table.

Knows nothing of HTTP or JSON; `chat.py` and `parse.py` say which outcome a reply is.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How one attempt at a model call ended."""

    ok = "ok"
    truncated = "truncated"
    """The reply was cut at the token limit."""
    refused = "refused"
    """The model declined to answer."""
    filtered = "filtered"
    """A content filter of the endpoint withheld the reply."""
    empty = "empty"
    invalid_json = "invalid_json"
    schema_violation = "schema_violation"
    contradiction = "contradiction"
    """The reply is valid, yet says two things that cannot both hold."""
    too_large = "too_large"
    rate_limited = "rate_limited"
    server = "server"
    """The endpoint failed, or answered with something that is no chat completion."""
    transport = "transport"
    deadline = "deadline"
    context = "context"
    """The prompt is longer than the model's context."""
    bad_request = "bad_request"
    auth = "auth"
    quota = "quota"
    no_model = "no_model"
    """The endpoint does not have the model."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What follows from an outcome."""

    again: int = 0
    """How often the same request may be sent again."""
    repair: int = 0
    """How often the model may be told what was wrong, at most; the endpoint's limit holds too."""
    widen: bool = False
    """Whether to ask once more with twice the token limit."""
    fatal: bool = False
    """Whether no further call to this endpoint can succeed."""


# Identical failures of a server are capped lower than time-outs of the way to it: a permanent
# error can be a 5xx.
POLICY: dict[Outcome, Policy] = {
    Outcome.ok: Policy(),
    Outcome.truncated: Policy(widen=True),
    Outcome.refused: Policy(),
    Outcome.filtered: Policy(),
    Outcome.empty: Policy(repair=2),
    Outcome.invalid_json: Policy(repair=2),
    Outcome.schema_violation: Policy(repair=2),
    Outcome.contradiction: Policy(repair=1),
    Outcome.too_large: Policy(),
    Outcome.rate_limited: Policy(again=6),
    Outcome.server: Policy(again=2),
    Outcome.transport: Policy(again=4),
    Outcome.deadline: Policy(again=1),
    Outcome.context: Policy(),
    Outcome.bad_request: Policy(),
    Outcome.auth: Policy(fatal=True),
    Outcome.quota: Policy(fatal=True),
    Outcome.no_model: Policy(fatal=True),
}

REPLIED = frozenset(
    {
        Outcome.ok,
        Outcome.truncated,
        Outcome.refused,
        Outcome.filtered,
        Outcome.empty,
        Outcome.invalid_json,
        Outcome.schema_violation,
        Outcome.contradiction,
        Outcome.too_large,
    }
)
"""Outcomes of attempts that a model answered, which are paid for and replayed on resume."""
