"""What each judge of a run is worth: beside the others, and against the truth where it is known."""

from dataclasses import dataclass, replace

from ..quality import Competence, Figure, competences, leniencies
from ..quality.figure import share
from ..quality.ratings import MISSING
from .report_evidence import Basis, Evidence

_ALIKE = 1.5


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    """One judge."""

    name: str
    models: tuple[str, ...]
    prompts: tuple[str, ...]
    verdicts: int
    unscored: int
    accepted: Figure
    """Share of its votes on samples that accept."""
    beside: Figure
    """That share less the others' on the same samples: above 0 is lenient."""
    competence: Competence | None
    """Against the truth; None where nothing is known of it."""
    aside: bool
    """Whether the recipe has put it aside."""


@dataclass(frozen=True, slots=True)
class JudgesPart:
    """All judges, and what they are measured by."""

    truth: Basis
    good: int
    """Of known truth."""
    defective: int
    disputed: int
    """Of what people settled, how many the panel had left disputed: these are the hard ones."""
    like_the_stream: bool
    """Whether these are about as many as among all samples. If not, errors on them say nothing of
    what a judge is worth: where a good and a bad judge differ, the bad one is mostly wrong."""
    judges: tuple[JudgeFigures, ...]


@dataclass(frozen=True, slots=True)
class Planted:
    """Canaries with one defect, or the good ones."""

    defect: str
    """'' for the good ones."""
    count: int
    right: dict[str, Figure]
    """By judge: share of its votes that reject a defect, or accept what is good."""


@dataclass(frozen=True, slots=True)
class CanariesPart:
    """What was planted, and who noticed."""

    good: int
    defective: int
    judged: int
    """Canaries that some judge voted on so far."""
    kinds: tuple[Planted, ...]
    """Good ones first, then the defects that are missed most."""


def judges_part(found: Evidence) -> JudgesPart:
    """Measure each judge."""
    truth = found.truth
    disputed = _disputed(found) if truth.basis == "people" else 0
    usual = sum(row["status"] == "disputed" for row in found.samples) / max(len(found.samples), 1)
    alike = disputed <= _ALIKE * usual * len(truth.good)
    known = {
        one.judge: one if alike else replace(one, worth="unproven")
        for one in competences(truth.votes, truth.good)
        if truth.basis != "none"
    }
    judges = []
    for one in leniencies(found.panel.votes):
        rows = [row for row in found.judges if row["judge"] == one.judge]
        judges.append(
            JudgeFigures(
                name=one.judge,
                models=tuple(dict.fromkeys(row["model"] for row in rows if row["model"])),
                prompts=tuple(dict.fromkeys(row["prompt"] for row in rows if row["prompt"])),
                verdicts=sum(row["verdicts"] for row in rows),
                unscored=sum(row["unscored"] for row in rows),
                accepted=one.accepted,
                beside=one.beside,
                competence=known.get(one.judge),
                aside=one.judge in found.recipe.panel.aside,
            )
        )
    good, defective = int(truth.good.sum()), int((~truth.good).sum())
    return JudgesPart(truth.basis, good, defective, disputed, alike, tuple(judges))


def canaries_part(found: Evidence) -> CanariesPart:
    """How often each judge was right, by what was planted."""
    codes = found.on_canaries.votes.codes
    rows: dict[str, list[int]] = {}
    for at, row in enumerate(found.canaries):
        rows.setdefault("" if row["good"] else row["defect"], []).append(at)
    kinds = []
    for defect, places in rows.items():
        right = {
            judge: share(int((said == (not defect)).sum()), int((said != MISSING).sum()))
            for judge, said in zip(found.panel.raters, codes[places].T, strict=True)
        }
        kinds.append(Planted(defect, len(places), right))
    good = len(rows.get("", []))
    return CanariesPart(
        good=good,
        defective=len(found.canaries) - good,
        judged=int((codes != MISSING).any(axis=1).sum()),
        kinds=tuple(sorted(kinds, key=_good_first_then_missed)),
    )


def _good_first_then_missed(kind: Planted) -> tuple[bool, float]:
    known = [figure.value for figure in kind.right.values() if figure.value is not None]
    return kind.defect != "", sum(known) / len(known) if known else 1.0


def _disputed(found: Evidence) -> int:
    settled = set(found.settled.units)
    return sum(row["id"] in settled and row["status"] == "disputed" for row in found.samples)
