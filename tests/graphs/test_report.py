"""What a report says of runs whose judges are planted: the figures are those that were planted."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from taxoloom.errors import InputError, NotFound
from taxoloom.graphs.generate import generate
from taxoloom.graphs.report import Report, report
from taxoloom.graphs.report_agreement import FEW
from taxoloom.quality import Figure, agreement, as_votes, calibrated, plain
from taxoloom.store import queries, reading
from taxoloom.tests.store.plant import plant
from taxoloom.tests.support.planted_run import Judge, Planting, Row, planted
from taxoloom.tests.support.recipes import recipe

POLICIES = ((0, "unanimous"), (None, "majority"))
PANEL = {"examiner": Judge(), "sceptic": Judge(0.8, 0.05), "editor": Judge(0.95, 0.3)}


@cache
def of(key: str) -> Report:
    """The report on a planted run; each is made once."""
    with TemporaryDirectory() as folder:
        return report(planted(Path(folder) / "a.db", RUNS[key]()))


RUNS: dict[str, Callable[[], Planting]] = {
    "canaries": lambda: Planting(PANEL, samples=600, canaries=400),
    "idle": lambda: Planting({**PANEL, "editor": Judge(1, 1)}, canaries=200),
    "votes": lambda: Planting(PANEL, samples=600),
    "people": lambda: Planting(PANEL, samples=600, people={"lin": 0.4, "王": 0.3}),
    "hard": lambda: Planting(PANEL, samples=600, people={"lin": 0.9}, disputed_only=True),
    "wordings": lambda: Planting(
        {**PANEL, "sceptic": Judge(flip=0.2)}, canaries=40, wordings=("judge_brief", "judge_long")
    ),
    "favour": lambda: _kin(Judge(model="Qwen/Qwen3-8B", favour=0.6)),
    "lenient": lambda: _kin(Judge(0.98, 0.5, model="Qwen/Qwen3-8B")),
    "unmeasured": lambda: Planting(
        {**PANEL, "examiner": Judge(model="qwen3:8b")}, writer="qwen-max"
    ),
    "kin alone": lambda: Planting({"examiner": Judge(model="offline")}, writer="offline"),
    "drift": lambda: Planting({**PANEL, "examiner": Judge(later=0.7)}, samples=600),
    "nothing": lambda: Planting(PANEL, samples=0),
    "few": lambda: Planting(PANEL, samples=FEW),
}


def _kin(own: Judge) -> Planting:
    judges = {"examiner": own, "sceptic": Judge(model="gpt-4o"), "editor": Judge(model="glm-4")}
    return Planting(judges, samples=900, canaries=300, writer="qwen-max-2025-01-25")


def near(figure: Figure, planted: float) -> bool:
    """Whether the interval, a quarter wider, holds what was planted."""
    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    reach = 1.25
    low = figure.value - (figure.value - figure.low) * reach - 1e-9
    return low <= planted <= figure.value + (figure.high - figure.value) * reach + 1e-9


# --- what judges are worth


def test_planted_confusion_comes_out_with_its_intervals() -> None:
    found = of("canaries").judges
    assert (found.truth, found.good, found.defective) == ("canaries", 200, 200)
    for one in found.judges:
        what = PANEL[one.name]
        assert one.competence is not None
        assert near(one.competence.sensitivity, 1 - what.defective)
        assert near(one.competence.specificity, what.good)
        assert one.competence.worth == "informative"
        assert near(one.accepted, 0.75 * what.good + 0.25 * what.defective)
        assert (one.models, one.verdicts, one.unscored) == (("judge-model",), 600, 0)
    lenient = {one.name: one.beside.value or 0.0 for one in found.judges}
    assert lenient["editor"] > 0.05 > -0.05 > lenient["sceptic"]


def test_a_judge_without_information_is_named_and_no_other() -> None:
    worth = {one.name: one.competence for one in of("idle").judges.judges}
    named = [name for name, one in worth.items() if one and one.worth == "uninformative"]
    assert named == ["editor"]


def test_canaries_are_counted_by_what_was_planted() -> None:
    found = of("idle").canaries
    assert (found.good, found.defective, found.judged) == (100, 100, 200)
    assert [kind.defect for kind in found.kinds][0] == ""
    assert {kind.defect for kind in found.kinds[1:]} == {"wrong_number", "truncated"}
    for kind in found.kinds:
        idle = kind.right["editor"].value
        assert idle == (0.0 if kind.defect else 1.0)


def test_what_people_say_is_the_truth_where_there_are_no_canaries() -> None:
    found = of("people").judges
    assert found.truth == "people"
    assert found.like_the_stream
    assert found.disputed > 0
    for one in found.judges:
        assert one.competence is not None
        assert near(one.competence.sensitivity, 1 - PANEL[one.name].defective)
        assert one.competence.worth == "informative"


def test_people_who_settle_disputes_alone_do_not_tell_what_a_judge_is_worth() -> None:
    found = of("hard").judges
    assert found.truth == "people"
    assert not found.like_the_stream
    assert found.disputed == found.good + found.defective
    assert {one.competence.worth for one in found.judges if one.competence} == {"unproven"}


def test_without_any_truth_there_is_no_competence() -> None:
    found = of("votes").judges
    assert found.truth == "none"
    assert [one.competence for one in found.judges] == [None] * 3


# --- agreement


def test_agreement_is_that_of_the_stored_votes(tmp_path: Path) -> None:
    path = planted(tmp_path / "a.db", Planting(PANEL, canaries=50, wordings=("judge_brief",)))
    with reading(path) as db:
        samples = [row["id"] for row in queries.samples(db, queries.Filter())]
        rows = [[v["accept"] for v in queries.verdicts(db, one)][::2] for one in samples]
    found = report(path).agreement
    measured = {one.name: one.measured for one in found.measured}
    expected = agreement([[bool(vote) for vote in row] for row in rows])
    assert measured["decision"].raw.value == pytest.approx(expected.raw)
    assert measured["decision"].alpha.value == pytest.approx(expected.alpha)
    # Planted findings and scores go with the votes.
    assert measured["correct"].alpha == measured["decision"].alpha
    assert measured["score"].raw.value == pytest.approx(expected.raw)
    assert len(measured) == 10
    assert len(found.pairs) == 3
    both = np.asarray(rows, dtype=float)[:, :2]
    same = [pair for pair in found.pairs if (pair.left, pair.right) == ("examiner", "sceptic")]
    assert same[0].raw.value == pytest.approx(float((both[:, 0] == both[:, 1]).mean()))


def test_a_rater_that_says_one_thing_only_has_no_kappa() -> None:
    for pair in of("idle").agreement.pairs:
        assert (pair.kappa.value is None) == ("editor" in (pair.left, pair.right))


@pytest.mark.parametrize(("level", "nodes"), [(None, 2), (1, 2), (2, 3)])
def test_branches_are_the_nodes_of_a_level(tmp_path: Path, level: int | None, nodes: int) -> None:
    found = report(planted(tmp_path / "a.db", Planting(PANEL)), level=level).agreement
    assert found.level == (level or 1)
    assert len(found.branches) == nodes
    assert sum(branch.units for branch in found.branches) == found.samples == 300
    agreed = [branch.measured.raw.value or 0 for branch in found.branches if branch.measured]
    assert agreed == sorted(agreed)


def test_a_level_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = planted(tmp_path / "a.db", Planting(PANEL, samples=20))
    with pytest.raises(InputError, match="level 3"):
        report(path, level=3)
    with pytest.raises(NotFound):
        report(path, "none")


def test_too_few_samples_are_not_measured() -> None:
    found = of("few").agreement
    assert found.samples == FEW
    assert [branch.measured for branch in found.branches] == [None, None]
    assert found.spans == ()


def test_a_judge_that_drifts_is_named_and_shows_in_the_spans() -> None:
    found = of("drift").agreement
    assert [one.judge for one in found.drifts if one.drifting] == ["examiner"]
    accepted = [span.accepted["examiner"].value or 0 for span in found.spans]
    assert len(accepted) == 10
    assert np.mean(accepted[5:]) > np.mean(accepted[:5]) + 0.1
    assert sum(span.units for span in found.spans) == 600
    assert not [one for one in of("canaries").agreement.drifts if one.drifting]


# --- independence and kin


def test_judges_that_err_by_themselves_are_worth_as_many() -> None:
    found = of("canaries").independence
    assert found.basis == "canaries"
    assert near(found.effective, 3.0)
    assert found.defects.value == pytest.approx(0.25, abs=0.07)
    assert [abs(pair.correlation.value or 0) < 0.2 for pair in found.pairs] == [True] * 3


def test_votes_alone_give_bounds() -> None:
    found = of("votes").independence
    assert found.basis == "votes"
    low, high = found.effective.low, found.effective.high
    assert low is not None
    assert high is not None
    assert low < 3.0 <= round(high, 1)


def test_planted_self_preference_is_found() -> None:
    (kin,) = of("favour").independence.kin
    assert (kin.family, kin.own, kin.samples) == ("qwen", ("examiner",), 900)
    assert kin.measured is not None
    assert kin.measured.basis == "canaries"
    assert (kin.measured.preference.low or 0) > 0


def test_leniency_alone_is_not_taken_for_it() -> None:
    (kin,) = of("lenient").independence.kin
    assert kin.measured is not None
    gap, preference = kin.measured.gap, kin.measured.preference
    assert (gap.low or 0) > 0.05
    assert preference.low is not None
    assert preference.low < 0 < (preference.high or 0)


def test_where_self_preference_cannot_be_measured_it_says_why() -> None:
    assert "no judge" in of("canaries").independence.kin[0].why
    (alone,) = of("kin alone").independence.kin
    assert "all judges" in alone.why
    assert alone.own == ("examiner",)
    (mixed,) = of("unmeasured").independence.kin
    assert mixed.measured is not None
    assert mixed.measured.basis == "votes"


# --- wordings


def test_the_judge_that_hangs_on_its_wording_is_named() -> None:
    found = of("wordings").wordings
    assert found is not None
    assert found.found.sensitive == ("sceptic",)
    assert found.samples == 340
    assert found.wordings["sceptic"] == ("judge_sceptic.zh", "judge_brief", "judge_long")
    flips = {one.judge: one.flips.value for one in found.found.judges if one.criterion == "score"}
    # Two of three pairs of wordings flip with 0.2, the third with 2 · 0.2 · 0.8.
    assert flips["sceptic"] == pytest.approx((0.2 + 0.2 + 0.32) / 3, abs=0.04)
    assert flips["examiner"] == 0.0
    assert len(found.found.between) == 10


def test_nobody_asked_in_other_words_is_no_finding() -> None:
    assert of("votes").wordings is None


# --- policy


def test_a_policy_without_parameters_is_measured_on_canaries() -> None:
    found = of("canaries").policy
    assert found.name == "unanimous"
    missed = np.prod([judge.defective for judge in PANEL.values()])
    kept = np.prod([judge.good for judge in PANEL.values()])
    assert near(found.missed, float(missed))
    assert near(found.kept, float(kept))
    expected = 0.25 * missed / (0.25 * missed + 0.75 * kept)
    assert found.residual.value == pytest.approx(float(expected), abs=0.01)
    (decided,) = found.decided
    assert (decided.waves, decided.judged, decided.parameters) == ((), 600, None)


def test_a_fitted_policy_is_shown_wave_by_wave_with_what_it_expects(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    good = np.arange(400) % 2 == 0
    chances = np.where(
        good[:, None],
        [judge.good for judge in PANEL.values()],
        [judge.defective for judge in PANEL.values()],
    )
    votes = as_votes((rng.random(chances.shape) < chances).astype(float), list(PANEL))
    fitted = calibrated(votes, good, prevalence=0.25)
    rows = [{"wave": wave, "name": "calibrated", "data": plain(fitted)} for wave in (0, 1)]
    what = Planting(PANEL, samples=600, canaries=100, policies=rows)
    found = report(planted(tmp_path / "a.db", what))
    assert [(one.waves, one.judged) for one in found.policy.decided] == [((0,), 300), ((1,), 300)]
    for one in found.policy.decided:
        assert one.parameters == fitted
        assert one.residual.value is not None
        assert one.residual.value <= 1.5 * fitted.residual + 0.01
        assert (one.accepted.value or 0) > 0.5
    assert found.independence.defects.value == 0.25
    # A judge of the policy that has not voted in this run leaves gaps.
    fewer = {name: PANEL[name] for name in list(PANEL)[:2]}
    again = report(planted(tmp_path / "b.db", Planting(fewer, samples=60, policies=rows)))
    assert [one.judged for one in again.policy.decided] == [30, 30]
    assert found.to_dict()["policy"]["decided"][0]["parameters"]["policy"] == "calibrated"


def test_a_plugins_policy_is_not_guessed_at(tmp_path: Path) -> None:
    rows = [{"wave": 0, "name": "of_a_plugin", "data": {}}]
    found = report(planted(tmp_path / "a.db", Planting(PANEL, canaries=20, policies=rows))).policy
    assert found.missed.value is None
    assert "plugin" in found.missed.why
    # What became of the samples is known all the same.
    (decided,) = found.decided
    assert (decided.waves, decided.judged) == ((0, 1), 300)
    assert decided.accepted.value


def test_what_was_decided_anew_counts_for_all_samples_and_is_measured(tmp_path: Path) -> None:
    rows: list[Row] = [{"wave": wave, "name": name, "data": {}} for wave, name in POLICIES]
    found = report(planted(tmp_path / "a.db", Planting(PANEL, canaries=200, policies=rows))).policy
    assert found.name == "majority"
    first, again = found.decided
    assert (first.waves, first.anew, again.waves, again.anew) == ((0, 1), False, (), True)
    assert first.judged == again.judged == 300
    assert (again.accepted.value or 0) > (first.accepted.value or 0)
    assert (found.kept.value or 0) > 0.9


# --- people


def test_people_are_compared_with_panel_judges_and_each_other() -> None:
    people = {one.name: one for one in of("people").people}
    assert set(people) == {"person:lin", "person:王"}
    lin = people["person:lin"]
    assert lin.verdicts == pytest.approx(240, abs=50)
    assert lin.against_panel.units == lin.verdicts - lin.disputed
    assert [pair.left for pair in lin.against_judges] == [f"judge:{name}" for name in PANEL]
    assert all(pair.units == lin.verdicts for pair in lin.against_judges)
    (between,) = lin.against_people
    # Both say the truth.
    assert between.raw.value == 1.0
    assert between.units > 30


# --- whole runs


def test_an_empty_run_has_an_empty_report() -> None:
    found = of("nothing")
    assert found.judged == found.agreement.samples == 0
    assert found.judges.judges == ()
    assert found.independence.basis == "none"
    assert found.people == ()


def test_a_run_that_has_judged_its_canaries_alone_has_judges(tmp_path: Path) -> None:
    what = Planting(PANEL, samples=0, canaries=60, wordings=("judge_brief",))
    found = report(planted(tmp_path / "a.db", what))
    assert found.judged == 0
    worth = [one.competence.worth for one in found.judges.judges if one.competence]
    assert worth == ["informative"] * 3
    assert found.wordings is not None
    assert found.wordings.samples == 60


@pytest.mark.parametrize("every", [1, 2, 3])
def test_votes_that_could_not_be_had_are_gaps(tmp_path: Path, every: int) -> None:
    what = Planting(PANEL, samples=60, canaries=30, people={"lin": 0.5}, wordings=("judge_brief",))
    path = planted(tmp_path / "a.db", what)
    unscored = "UPDATE verdicts SET accept = NULL, score = NULL, criteria = '{}' WHERE id % ? = 0"
    found = report(plant(path, [(unscored, [[every]])]))
    missing = sum(one.unscored for one in found.judges.judges)
    assert missing == pytest.approx(180 / every, abs=30)
    json.dumps(found.to_dict(), allow_nan=False)
    if every == 1:
        assert found.agreement.samples == 0
        assert found.judges.truth == "none"


@pytest.mark.parametrize("key", RUNS)
def test_every_report_is_plain_json(key: str) -> None:
    data: Any = json.loads(json.dumps(of(key).to_dict(), allow_nan=False))
    assert data["judged"] == of(key).judged
    assert set(data) == set(Report.__dataclass_fields__)


def test_a_run_of_the_offline_model_reports_itself(tmp_path: Path) -> None:
    run = generate(recipe(tmp_path), db=tmp_path / "run.db")
    before = run.path.read_bytes()
    found = run.report()
    assert found == report(run.path)
    assert found.judged >= 12
    assert [one.name for one in found.judges.judges] == ["examiner", "sceptic", "editor"]
    assert "all judges" in found.independence.kin[0].why
    assert run.path.read_bytes() == before
