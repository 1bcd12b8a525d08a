"""Who answers: OpenAI-compatible endpoints, the offline model, the scripted model.

Limits, retries, repair and typed replies live here, and the `Journal` protocol that the store
fulfils. Nothing heavy is imported before a call is made.
"""

from .ask import Answer, Asker, Failure, Question
from .connect import OFFLINE, Endpoint, Line, connect
from .gate import Gate
from .journal import Attempt, Identity, Journal, MemoryJournal
from .outcome import REPLIED, Outcome
from .structured import LADDER, Form, Structured, form

__all__ = [
    "LADDER",
    "OFFLINE",
    "REPLIED",
    "Answer",
    "Asker",
    "Attempt",
    "Endpoint",
    "Failure",
    "Form",
    "Gate",
    "Identity",
    "Journal",
    "Line",
    "MemoryJournal",
    "Outcome",
    "Question",
    "Structured",
    "connect",
    "form",
]
