"""A call that brought no reply: one typed exception, and what an endpoint's refusal means.

Knows statuses and the words that endpoints write into error bodies; no library that sends them.
"""

import json
import re
from typing import Any

from .clean import clean
from .outcome import Outcome

_KEY = re.compile(r"\b(?:sk|hf|pk|nvapi|gsk|xai)[-_][A-Za-z0-9_\-]{6,}|(?i:bearer)\s+\S+")
_SHORTEST_KEY = 6
"""Shorter ones are words that stand where no key is needed: `none`, `EMPTY`."""
_LOOKED_AT = 20_000
"""Characters of a body that are looked at."""
_LONGEST = 300

_STATUS = {
    401: Outcome.auth,
    402: Outcome.quota,
    403: Outcome.auth,
    404: Outcome.no_model,
    408: Outcome.server,
    409: Outcome.server,
    425: Outcome.server,
    429: Outcome.rate_limited,
}
_QUOTA = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|fund)|exceeded your current quota"
    r"|credit balance is too low|arrearage|freetieronly"
)
_PASSING = "resource_exhausted"
"""One large vendor calls a limit per minute a quota as well, and says this beside it."""
_NO_SUCH_WAY = re.compile(r"no endpoints found that (?:can handle|support)")
"""A router's 404 for a parameter that none of its providers takes."""
_WORDS = (
    (
        Outcome.filtered,
        re.compile(
            r"content_filter|content_policy|content management policy|data_inspection_failed"
            r"|content exists risk|input was flagged"
        ),
    ),
    (Outcome.auth, re.compile(r"(?:invalid|incorrect)[_ ]api[_ ]key|api key not valid")),
    (
        Outcome.context,
        re.compile(
            r"context[_ ](?:length|size|window)|maximum context|(?:prompt|input) is too long"
        ),
    ),
    (
        Outcome.no_model,
        re.compile(
            r"model_not_found|no such model|unknown model"
            r"|\bmodel\b[^.]{0,80}(?:does not exist|not exist|not found)"
        ),
    ),
)
"""What bodies of refused requests say where the status is too coarse; the first that fits."""


class CallFailed(Exception):
    """No usable reply came: the outcome, what the endpoint said, and how long it asks to wait."""

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        *,
        retry_after: float | None = None,
        busy: bool = False,
        key: str = "",
    ) -> None:
        self.message = told(message, key)
        super().__init__(self.message)
        self.outcome = outcome
        self.retry_after = retry_after
        self.busy = busy
        """Whether the endpoint may well answer the same request a little later."""


def told(text: str, key: str = "") -> str:
    """Foreign text for a message: one line, not long, without the key."""
    line = " ".join(clean(scrub(text[:_LOOKED_AT], key)).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def scrub(text: str, key: str = "") -> str:
    """Blank out the key and whatever looks like one: endpoints echo them in their messages."""
    if len(key) >= _SHORTEST_KEY:
        text = text.replace(key, "<key>")
    return _KEY.sub("<key>", text)


def outcome_of(status: int, body: str) -> Outcome:
    """What a refusal means: status and, where that is too coarse, the words of the body."""
    text = body[:_LOOKED_AT].lower()
    if status in (400, 403, 429) and _QUOTA.search(text) and _PASSING not in text:
        return Outcome.quota
    if status == 404 and _NO_SUCH_WAY.search(text):
        return Outcome.bad_request
    if 400 <= status < 500 and status not in (404, 408, 409, 425, 429):
        for outcome, words in _WORDS:
            if words.search(text):
                return outcome
    return _STATUS.get(status, Outcome.server if status >= 500 else Outcome.bad_request)


def said(body: str) -> str:
    """What the body of a refusal says: its code and message, or else the whole."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    data = data[0] if isinstance(data, list) and data else data
    data = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(data, dict):
        return body
    words = [data.get(name) for name in ("code", "message")]
    return ": ".join(word for word in words if isinstance(word, str) and word) or body
