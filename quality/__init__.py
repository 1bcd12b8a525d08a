"""How good is it: rule checks, what a verdict may say, the panel's policies, agreement."""

from .agreement import Agreement, agreement
from .checks import CHECKS, Flaw, run_checks
from .panel import POLICIES, Decision, Policy, Status, decide, difference
from .phrases import Phrases, phrases
from .verdicts import BLOCKERS, baseless, contradiction, void_false_quotes

__all__ = [
    "BLOCKERS",
    "CHECKS",
    "POLICIES",
    "Agreement",
    "Decision",
    "Flaw",
    "Phrases",
    "Policy",
    "Status",
    "agreement",
    "baseless",
    "contradiction",
    "decide",
    "difference",
    "phrases",
    "run_checks",
    "void_false_quotes",
]
