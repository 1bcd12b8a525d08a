"""A call that brought no reply, as one typed exception whatever the library underneath raised."""

import re

from .outcome import Outcome

_KEY = re.compile(r"\b(?:sk|hf|pk|nvapi|gsk|xai)[-_][A-Za-z0-9_\-]{6,}|(?i:bearer)\s+\S+")


class CallFailed(Exception):
    """No usable reply came: the outcome, what the endpoint said, and how long it asks to wait."""

    def __init__(self, outcome: Outcome, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = scrub(message)[:2000]
        self.retry_after = retry_after


def scrub(text: str) -> str:
    """Blank out whatever looks like a key: endpoints echo them in their messages."""
    return _KEY.sub("<key>", text)
