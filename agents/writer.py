"""The writer: the first draft of a sample."""

from .outputs import Draft
from .role import role


@role("writer", output=Draft)
def writer(reply: Draft) -> Draft:
    """Writes both sides of the dialogue from the plan."""
    return reply
