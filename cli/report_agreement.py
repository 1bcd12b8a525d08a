"""The parts of a report on who agrees with whom: judges, wordings of one judge, people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..taxonomy.tree import PATH_SEPARATOR
from .render import fit, table, text
from .report_cells import (
    ONE_SIDED,
    beyond_chance,
    count,
    decimal,
    listed,
    matrix,
    notes,
    number,
    one_sided,
    percent,
    points,
    sentence,
    short,
    strength,
)

if TYPE_CHECKING:
    from ..graphs.report import Report
    from ..graphs.report_agreement import AgreementPart, Branch, Pair
    from ..graphs.report_people import Person
    from ..graphs.report_wordings import WordingsPart
    from ..quality import Consistency, Figure, Stability

_ROWS = 15
"""Of each table; the JSON has all."""
_ONE_SIDED = "Nearly all say the same of nearly all samples, of which α tells little"


def agreement(found: "Report") -> Iterator[Any]:
    """By criterion, by pair, by branch and over time."""
    part = found.agreement
    yield text(_agreement_sentence(part))
    if not part.samples:
        return
    rows = [
        (one.name, *_consistency(one.measured), strength(one.measured)) for one in part.measured
    ]
    yield table(["what", "samples", "same", "α (95%)", "AC1, AC2 (95%)", ""], rows)
    if any(one_sided(one.measured) for one in part.measured):
        yield text(f"{ONE_SIDED}: {_ONE_SIDED[0].lower()}{_ONE_SIDED[1:]}", "dim")
    yield from notes(
        figure for one in part.measured for figure in (one.measured.alpha, one.measured.gwet)
    )
    names = list(dict.fromkeys(name for pair in part.pairs for name in (pair.left, pair.right)))
    if len(names) > 2:
        kappas = {(pair.left, pair.right): pair.kappa for pair in part.pairs}
        yield matrix(names, kappas, good_is_high=True, title="κ of decisions, pair by pair")
    yield from _pairs(part.pairs, "judges")
    yield from _branches(part)
    yield from _spans(part)


def _agreement_sentence(part: "AgreementPart") -> str:
    if not part.samples:
        return "No sample has the votes of two judges: a panel needs two (panel.judges)."
    measured = part.measured[0].measured
    same = f"Two judges say the same of {percent(measured.raw)} of the samples"
    if measured.alpha.value is None:
        return f"{same}; all votes are one, so nothing is known of it beyond chance."
    said = f"{same}, {beyond_chance(measured.alpha.value)} (α {number(measured.alpha)})."
    if one_sided(measured):
        said += f" {_ONE_SIDED}: AC1 {number(measured.gwet)} tells more."
    return said


def _consistency(measured: "Consistency") -> tuple[object, ...]:
    coefficients = number(measured.alpha), number(measured.gwet)
    return measured.units, percent(measured.raw), *coefficients


def _pairs(pairs: Sequence["Pair"], heading: str) -> Iterator[Any]:
    rows = [
        (
            f"{short(pair.left)}, {short(pair.right)}",
            pair.units,
            percent(pair.raw),
            number(pair.kappa),
        )
        for pair in pairs[:_ROWS]
    ]
    yield table([heading, "samples", "same", "κ (95%)"], rows)
    yield from _more(len(pairs) - len(rows), "pairs")
    yield from notes(pair.kappa for pair in pairs[:_ROWS])


def _branches(part: "AgreementPart") -> Iterator[Any]:
    rows = [(_name(branch), branch.units, *_of_branch(branch)) for branch in part.branches[:_ROWS]]
    heading = f"branch of level {part.level}"
    yield table([heading, "samples", "same", "α (95%)", "AC1 (95%)"], rows)
    yield from _more(len(part.branches) - len(rows), "branches, which agree more")


def _name(branch: "Branch") -> str:
    return fit(branch.path.partition(PATH_SEPARATOR)[2] or branch.path, 36)


def _of_branch(branch: "Branch") -> tuple[object, ...]:
    if branch.measured is None:
        return text("too few", "dim"), "", ""
    return _consistency(branch.measured)[1:]


def _spans(part: "AgreementPart") -> Iterator[Any]:
    drifting = [one for one in part.drifts if one.drifting]
    for one in drifting:
        way = "more lenient" if (one.change.value or 0) > 0 else "stricter"
        yield text(
            f"{short(one.judge)} became {way} in the later half of the run, beside the others:"
            f" {points(one.change)} points.",
            "yellow",
        )
    if not part.spans:
        yield text("Too few samples to see a change over time.", "dim")
        return
    if not drifting:
        yield text("No judge is seen to become more lenient or stricter over the run.")
    judges = list(part.spans[0].accepted)[:5]
    rows = [
        (
            span.until[5:16].replace("T", " "),
            span.units,
            percent(span.measured.raw),
            number(span.measured.alpha),
            *(f"{span.accepted[name].value or 0:.0%}" for name in judges),
        )
        for span in part.spans
    ]
    heading = ["until", "samples", "same", "α (95%)", *map(short, judges)]
    yield table(heading, rows, "over time, with the share that each judge accepts")


def wordings(found: "Report") -> Iterator[Any]:
    """Each judge beside itself."""
    part = found.wordings
    if part is None:
        yield text(
            "No judge was asked in another wording, so nobody knows whether verdicts hang on it."
            " To see, put into the recipe: panel: {variants: {share: 0.1}}"
        )
        return
    yield text(_wordings_sentence(part))
    decisions = [one for one in part.found.judges if one.criterion == "decision"]
    rows = [
        (
            one.judge,
            one.within.units,
            percent(one.flips),
            number(one.within.alpha),
            _p(one.lenient_p),
            _p(one.flips_p),
            text("hangs on it", "red") if one.judge in part.found.sensitive else "",
        )
        for one in decisions
    ]
    heading = ["judge", "samples", "changes", "α with itself (95%)", "p lenient", "p changes", ""]
    yield table(heading, rows)
    yield from notes(one.within.alpha for one in decisions)
    yield table(
        ["what", "α between", *(f"{short(one.judge)}" for one in decisions[:5])],
        [_by_criterion(part, name, one.alpha) for name, one in part.found.between.items()],
        "share of answers that other words change, and α with itself; * named",
    )


def _wordings_sentence(part: "WordingsPart") -> str:
    asked = f"asked again about {count(part.samples, 'sample')} in other words"
    if not part.found.sensitive:
        return sentence(f"{asked}, no judge is seen to hang on its wording.")
    said = []
    for judge in part.found.sensitive:
        named = [one for one in part.found.judges if one.judge == judge and one.sensitive]
        # The decision counts most; else what is least likely to be chance.
        worst = min(named, key=lambda one: (one.criterion != "decision", _least_p(one)))
        said.append(
            f"{short(judge)} hangs on its wording: other words change {percent(worst.flips)}"
            f" of its answers ({worst.criterion})"
        )
    return sentence(f"{asked}, {'; '.join(said)}.")


def _least_p(one: "Stability") -> float:
    return min(p for p in (one.lenient_p, one.flips_p) if p is not None)


def _by_criterion(part: "WordingsPart", name: str, between: "Figure") -> list[str]:
    cells = [name, number(between)]
    for one in [one for one in part.found.judges if one.criterion == name][:5]:
        star = " *" if one.sensitive else ""
        alpha = one.within.alpha.value
        itself = "" if alpha is None else f", {decimal(alpha)}"
        cells.append(f"{percent(one.flips)}{itself}{star}")
    return cells


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def people(found: "Report") -> Iterator[Any]:
    """Everybody beside the panel, the judges and each other."""
    if not found.people:
        yield text("Nobody has settled a sample yet: `taxoloom adjudicate` lets people do so.")
        return
    yield text(_people_sentence(found.people))
    rows = [
        (
            fit(one.name, 24),
            one.verdicts,
            percent(one.accepted),
            one.disputed,
            one.unblinded,
            f"{percent(one.against_panel.raw)} of {one.against_panel.units}",
            number(one.against_panel.kappa),
        )
        for one in found.people
    ]
    heading = ["who", "verdicts", "accepts", "disputed", "saw votes", "same as panel", "κ (95%)"]
    yield table(heading, rows)
    yield from notes(one.against_panel.kappa for one in found.people)
    if any(one.unblinded for one in found.people):
        yield text("Who saw the judges' votes before is no independent rater.", "yellow")
    beside = [pair for one in found.people for pair in one.against_judges if pair.units]
    yield from _pairs(beside, "judge, person")
    between = {
        frozenset((pair.left, pair.right)): pair
        for one in found.people
        for pair in one.against_people
        if pair.units
    }
    if between:
        yield from _pairs(list(between.values()), "two who settled")


def _people_sentence(people: Sequence["Person"]) -> str:
    given = sum(one.verdicts for one in people)
    names = listed([fit(one.name, 24) for one in people[:5]])
    disputed = sum(one.disputed for one in people)
    said = f"{names} gave {count(given, 'verdict')}, {disputed:,} of them on disputed samples"
    decided = [one for one in people if one.against_panel.units]
    if not decided:
        return f"{said}; none on a sample that the panel had decided, so they cannot be compared."
    same = ", ".join(
        f"{percent(one.against_panel.raw)} ({fit(one.name, 24)})" for one in decided[:5]
    )
    return f"{said}; where the panel had decided, they say the same of {same}."


def _more(left: int, what: str) -> Iterator[Any]:
    if left > 0:
        yield text(f"  and {left:,} more {what}; --json has all", "dim")
