"""How far the judges of a run can be trusted: every figure there is, from stored verdicts alone.

Calls no model. Figures come with their interval, or with the reason why there is none.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..store import reading
from .report_agreement import AgreementPart, agreement_part
from .report_difficulty import DifficultyPart, difficulty_part
from .report_diversity import DiversityPart, Texts, diversity_part
from .report_evidence import evidence
from .report_independence import IndependencePart, independence_part
from .report_judges import CanariesPart, JudgesPart, canaries_part, judges_part
from .report_people import Person, people_part
from .report_policy import PolicyPart, policy_part
from .report_wordings import WordingsPart, wordings_part


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    run: str
    judged: int
    """Samples that the panel judged."""
    agreement: AgreementPart
    judges: JudgesPart
    independence: IndependencePart
    wordings: WordingsPart | None
    """None where no judge was asked in another wording."""
    canaries: CanariesPart
    policy: PolicyPart
    people: tuple[Person, ...]
    diversity: DiversityPart | None = None
    """Of the accepted samples; None where there are none, or where it was not asked for."""
    difficulty: DifficultyPart | None = None
    """None where nothing was measured."""

    def to_dict(self) -> dict[str, Any]:
        """All of it, fit for JSON."""
        data = asdict(self)
        for one in data["policy"]["decided"]:
            fitted = one["parameters"]
            one["parameters"] = None if fitted is None else fitted.model_dump(mode="json")
        if self.wordings is not None:
            data["wordings"]["sensitive"] = self.wordings.found.sensitive
        return data


def report(
    db: Path,
    run_id: str | None = None,
    *,
    level: int | None = None,
    texts: Callable[[str], Texts | None] = lambda run: None,
    baseline: Texts | None = None,
) -> Report:
    """Measure a run, the newest if no id is given; branches are nodes of `level`.

    `texts` gives the samples of which the diversity is measured, beside that of `baseline`.
    Left out, that is the first level below the root with more than one node. Raises NotFound, and
    InputError for a level that there is not.
    """
    with reading(db) as connection:
        found = evidence(connection, run_id)
        hard = difficulty_part(connection, found.run["id"], found.recipe)
    own = texts(found.run["id"])
    return Report(
        run=found.run["id"],
        judged=len(found.samples),
        agreement=agreement_part(found, level),
        judges=judges_part(found),
        independence=independence_part(found),
        wordings=wordings_part(found),
        canaries=canaries_part(found),
        policy=policy_part(found),
        people=people_part(found),
        diversity=diversity_part(own, baseline) if own is not None else None,
        difficulty=hard,
    )
