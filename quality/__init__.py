"""How good is it: rule checks, what a verdict may say, the panel's policies, agreement.

`from_records` makes a matrix of what raters said; `consistency` and `stability` measure how far
they agree with each other and with themselves, `competences` and `independence` what they are worth
against known truth, and `calibrated` makes a policy of that.
"""

from .agreement import Agreement, Consistency, agreement, consistency, consistency_by, kappas
from .conditions import lost_condition
from .confusion import Competence, Leniency, competences, leniencies
from .differences import Difference, difference, differences
from .figure import Figure
from .fitted_policy import FittedPolicy, calibrated, without_truth
from .independence import Independence, independence, independence_bounds
from .panel import POLICIES, Decision, NamedPolicy, Policy, Status, decide, panel_policy, placed
from .phrases import Phrases, phrases
from .policies import FITTED, plain, policy
from .ratings import Ratings, as_votes, from_records, from_rows
from .rewrite import changed, lost, lost_values
from .stability import Stability, Wordings, stability
from .verdicts import BLOCKERS, baseless, contradiction, void_false_quotes

__all__ = [
    "BLOCKERS",
    "FITTED",
    "POLICIES",
    "Agreement",
    "Competence",
    "Consistency",
    "Decision",
    "Difference",
    "Figure",
    "FittedPolicy",
    "Independence",
    "Leniency",
    "NamedPolicy",
    "Phrases",
    "Policy",
    "Ratings",
    "Stability",
    "Status",
    "Wordings",
    "agreement",
    "as_votes",
    "baseless",
    "calibrated",
    "changed",
    "competences",
    "consistency",
    "consistency_by",
    "contradiction",
    "decide",
    "difference",
    "differences",
    "from_records",
    "from_rows",
    "independence",
    "independence_bounds",
    "kappas",
    "leniencies",
    "lost",
    "lost_condition",
    "lost_values",
    "panel_policy",
    "phrases",
    "placed",
    "plain",
    "policy",
    "stability",
    "void_false_quotes",
    "without_truth",
]
