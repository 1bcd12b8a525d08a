"""The parts of a report on what judges and policy are worth: against the truth, and in number."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .render import fit, table, text
from .report_cells import (
    NONE,
    count,
    listed,
    matrix,
    notes,
    number,
    percent,
    points,
    sentence,
    short,
)

if TYPE_CHECKING:
    from ..graphs.report import Report
    from ..graphs.report_independence import IndependencePart, Kin
    from ..graphs.report_judges import JudgeFigures, JudgesPart, Planted
    from ..graphs.report_policy import Decided, PolicyPart

_PLANT = "put into the recipe: panel: {canaries: {number: 200}}"
_COLOURS = {"informative": "green", "uninformative": "red", "inverted": "red", "unproven": "yellow"}


def judges(found: "Report") -> Iterator[Any]:
    """Each judge beside the others, and against the truth."""
    part = found.judges
    if not part.judges:
        yield text("No judge has voted yet.")
        return
    for line in _judges_sentences(part):
        yield text(line)
    rows = [
        (
            one.name,
            fit(", ".join(one.models) or NONE, 30),
            one.verdicts,
            one.unscored,
            percent(one.accepted),
            points(one.beside),
        )
        for one in part.judges
    ]
    heading = ["judge", "model", "verdicts", "unscored", "accepts", "points more"]
    yield table(heading, rows, "share that each accepts, and how much more that is than others do")
    yield from notes(one.beside for one in part.judges)
    if part.truth == "none":
        return
    heading = ["judge", "catches defects", "keeps good ones", "Youden's J (95%)", "worth"]
    yield table(heading, [_competence(one) for one in part.judges])
    yield from notes(one.competence.youden for one in part.judges if one.competence)


def _competence(one: "JudgeFigures") -> tuple[object, ...]:
    found = one.competence
    if found is None:
        return one.name, NONE, NONE, NONE, ""
    return (
        one.name,
        percent(found.sensitivity),
        percent(found.specificity),
        number(found.youden),
        text(found.worth, _COLOURS[found.worth]),
    )


def _judges_sentences(part: "JudgesPart") -> Iterator[str]:
    if part.truth == "none":
        yield f"What the judges are worth is not known without samples of known truth: {_PLANT}"
        return
    worth: dict[str, list[str]] = {}
    for one in part.judges:
        if one.competence is not None:
            worth.setdefault(one.competence.worth, []).append(one.name)
    yield from _worth(worth, [one.name for one in part.judges if one.aside])
    mix = f"{part.good:,} good, {part.defective:,} defective"
    if part.truth == "canaries":
        yield f"Measured on {part.good + part.defective:,} canaries ({mix})."
        return
    known = count(part.good + part.defective, "sample")
    yield f"No canary is judged, so what people say of {known} ({mix}) is taken for the truth."
    if not part.like_the_stream:
        yield (
            f"The panel had disputed {part.disputed:,} of them, far more than of all samples. That"
            " shows who is right where judges differ, and not what a judge is worth."
            f" To know that, {_PLANT}"
        )


def _worth(worth: dict[str, list[str]], aside: list[str]) -> Iterator[str]:
    told = worth.get("informative", [])
    if told and len(worth) == 1:
        said = count(len(told), "judge tells", "judges tell")
        yield sentence(f"{'all ' if len(told) > 1 else ''}{said} good samples from bad.")
    if none := worth.get("uninformative"):
        verb = "carries" if len(none) == 1 else "carry"
        advice = f"Put aside with panel: {{policy: calibrated, aside: [{', '.join(none)}]}}"
        if set(none) <= set(aside):
            advice = "The recipe has put aside what does not count."
        elif len(worth) == 1:
            advice = (
                "None is left that could decide: give the judges other models, or canaries of your"
                " own field (panel.canaries.sources)."
            )
        yield f"{listed(none)} {verb} no information: as good as a vote without a look. {advice}"
    if inverted := worth.get("inverted"):
        verb = "votes" if len(inverted) == 1 else "vote"
        yield f"{listed(inverted)} {verb} against the truth: worse than by chance. Read the prompt."
    if unproven := worth.get("unproven"):
        yield (
            f"Of {listed(unproven)} too little is known to say whether"
            f" {'it helps' if len(unproven) == 1 else 'they help'}."
        )


def independence(found: "Report") -> Iterator[Any]:
    """n_eff, errors that coincide, and kin."""
    part = found.independence
    yield text(_independence_sentence(part))
    if part.basis == "canaries":
        yield from _correlations(part)
    for kin in part.kin:
        yield text(_kin_sentence(kin))


def _correlations(part: "IndependencePart") -> Iterator[Any]:
    """How errors coincide; guessed from votes alone they would come out too small to be shown."""
    names = list(dict.fromkeys(name for pair in part.pairs for name in (pair.left, pair.right)))
    phis = {(pair.left, pair.right): pair.correlation for pair in part.pairs}
    if len(names) > 2:
        yield matrix(names, phis, good_is_high=False, title="correlation of errors; red is bad")
    rows = [
        (f"{short(pair.left)}, {short(pair.right)}", number(pair.correlation))
        for pair in part.pairs[:15]
    ]
    yield table(["judges", "correlation of errors (95%)"], rows)
    yield from notes(phis.values())


def _independence_sentence(part: "IndependencePart") -> str:
    if part.basis == "none":
        return "Fewer than two judges voted, so there is nothing to be independent of."
    them, effective = sentence(count(part.judges, "judge")), part.effective
    if effective.value is None:
        return (
            f"What {count(part.judges, 'judge')} are worth in number is not known: {effective.why}."
        )
    if part.basis == "votes":
        low, high = (NONE if x is None else f"{x:.1f}" for x in (effective.low, effective.high))
        return (
            f"{them} are worth between {low} and {high} independent votes; votes alone"
            f" tell no more. To measure it, {_PLANT}"
        )
    mixed = "" if part.defects.value is None else f" mixed with {part.defects.value:.0%} defects"
    more = ""
    if (effective.low or 0.0) > part.judges:
        more = " That is more than there are, as they make up for each other's errors."
    worth = f"{number(effective, 1)} independent votes"
    return f"{them} are worth {worth}, measured on canaries{mixed}.{more}"


def _kin_sentence(kin: "Kin") -> str:
    name = f"{kin.family or 'an unnamed model'}, which wrote {count(kin.samples, 'sample')}"
    if kin.measured is None:
        return f"Self-preference of {name}: cannot be measured, as {kin.why}."
    own, found = listed(kin.own), kin.measured.preference
    accepts = "accepts" if len(kin.own) == 1 else "accept"
    if found.value is None:
        return f"Self-preference of {name}: not known: {found.why}."
    if kin.measured.basis == "votes":
        return (
            f"Self-preference of {name}: {own}, of its family, {accepts} {points(found)} points"
            " more than the other judges; without canaries nobody knows how much of it is leniency."
        )
    low, high = found.low or 0.0, found.high or 0.0
    partly = "" if kin.measured.basis == "canaries" else " on good canaries"
    shown = "no more than chance may do"
    if low > 0 or high < 0:
        shown = "it favours its own" if low > 0 else "it is stricter with its own"
    return (
        f"Self-preference of {name}: {own}, of its family, {accepts} {points(found)} points more"
        f" than leniency{partly} explains: {shown}."
    )


def canaries(found: "Report") -> Iterator[Any]:
    """Who noticed what was planted."""
    part = found.canaries
    if not part.good + part.defective:
        yield text(f"There are no canaries, so nobody knows what judges overlook: {_PLANT}")
        return
    yield text(_canaries_sentence(found))
    names = [one.name for one in found.judges.judges][:5]
    rows = [
        (
            kind.defect or "none: accepted",
            kind.count,
            *(percent(kind.right[name]) for name in names),
        )
        for kind in part.kinds
    ]
    yield table(["planted", "canaries", *(f"{short(name)} right" for name in names)], rows)


def _canaries_sentence(found: "Report") -> str:
    part = found.canaries
    total = part.good + part.defective
    said = f"{total:,} canaries are planted, {part.defective:,} of them with a defect"
    if part.judged < total:
        said += f"; {part.judged:,} are judged so far"
    defects = [kind for kind in part.kinds if kind.defect and _mean(kind) is not None]
    if not defects:
        return f"{said}."
    worst = min(defects, key=lambda kind: _mean(kind) or 0.0)
    caught = f"judges notice {_mean(worst) or 0.0:.0%} of them"
    return f"{said}; what is missed most is {worst.defect}: {caught}."


def _mean(kind: "Planted") -> float | None:
    known = [figure.value for figure in kind.right.values() if figure.value is not None]
    return sum(known) / len(known) if known else None


def policy(found: "Report") -> Iterator[Any]:
    """What the policy lets through."""
    part = found.policy
    yield text(_policy_sentence(part))
    if not found.judged:
        return
    rows = [_decided(one) for one in part.decided[-20:]]
    heading = [
        "wave",
        "policy",
        "judged",
        "accepts",
        "rejects",
        "defects expected",
        "reckoned with",
    ]
    yield table(heading, rows)
    if len(rows) < len(part.decided):
        yield text(f"  and {len(part.decided) - len(rows):,} earlier waves; --json has all", "dim")
    yield from _parameters(part)


def _policy_sentence(part: "PolicyPart") -> str:
    name = fit(part.name, 32)
    if part.missed.value is None or part.kept.value is None:
        why = part.missed.why or part.kept.why
        if why == "no canaries":
            return f"What `{name}` lets through is not known without canaries: {_PLANT}"
        return f"What `{name}` lets through on canaries is not known: {why}."
    said = (
        f"`{name}` lets {percent(part.missed)} of the planted defects through"
        f" and keeps {percent(part.kept)} of the good canaries"
    )
    if part.residual.value is None or part.defects.value is None:
        return f"{said}."
    return (
        f"{said}; with {part.defects.value:.0%} defects among the samples,"
        f" {part.residual.value:.1%} of what is accepted is expected to be defective."
    )


def _decided(one: "Decided") -> tuple[object, ...]:
    fitted = one.parameters
    return (
        _waves(one),
        fit(one.name, 16),
        one.judged,
        percent(one.accepted),
        percent(one.rejected),
        NONE if one.residual.value is None else f"{one.residual.value:.1%}",
        NONE if fitted is None else f"{fitted.prevalence:.0%} ({fitted.prevalence_from})",
    )


def _waves(one: "Decided") -> str:
    if not one.waves:
        return "anew" if one.anew else "all"
    first, last = one.waves[0], one.waves[-1]
    return str(first) if first == last else f"{first} to {last}"


def _parameters(part: "PolicyPart") -> Iterator[Any]:
    fitted = part.decided[-1].parameters
    if fitted is None:
        return
    accept = "nothing" if fitted.accept_at is None else f"up to {fitted.accept_at:.3f}"
    reject = "nothing" if fitted.reject_at is None else f"from {fitted.reject_at:.3f} on"
    good, defective = fitted.canaries
    yield text(
        f"By the probability that a sample is defective it accepts {accept} and rejects {reject};"
        f" wanted are at most {fitted.residual:.1%} defects among the accepted and"
        f" {fitted.lost:.0%} good ones among the rejected."
    )
    if good + defective:
        yield text(
            f"It was fitted on {good} good and {defective} defective canaries; on others than those"
            " it does a little worse."
        )
